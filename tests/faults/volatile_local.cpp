// assertion: a volatile local of main, counted up by two threads
// check --plain-accesses volatile: assertion
#include <cassert>
#include <thread>
int main() {
    volatile int counter = 0;
    std::thread a([&] { counter = counter + 1; }), b([&] { counter = counter + 1; });
    a.join();
    b.join();
    assert(counter == 2);
}
