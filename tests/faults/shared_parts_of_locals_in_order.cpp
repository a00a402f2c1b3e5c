// verified, 4 executions: the same, and any number is seen
// check --plain-accesses shared: verified
// executions: 4
// compilers: gcc
#include <cassert>
#include <thread>
struct Pair { int x, y; };
int main() {
    Pair p{0, 0};
    int a[3] = {};
    std::thread t([&] { p.y = 1; a[2] = 1; });
    p.x = a[1];
    const int seen = p.y + a[2];
    t.join();
    assert(seen >= 0 && seen <= 2);
}
