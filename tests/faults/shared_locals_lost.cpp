// assertion: the same, when both are taken to be counted
// check --plain-accesses shared: assertion ~ counter
#include <cassert>
#include <thread>
int main() {
    int counter = 0;
    std::thread a([&] { counter++; }), b([&] { counter++; });
    a.join();
    b.join();
    assert(counter == 2);
}
