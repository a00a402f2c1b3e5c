// assertion: elements and members of locals; clang++ leaves out their hooks, which ends in a sentence that names the line
// check --plain-accesses shared: assertion|unsupported
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
    assert(seen != 1);
}
