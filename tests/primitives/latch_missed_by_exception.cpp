// std::latch: an exception goes past the count_down
// check: deadlock
#include <latch>
#include <stdexcept>
#include <thread>
std::latch l(2);
int main() {
    std::thread a([] {
        try {
            throw 1;
            l.count_down();
        } catch (...) {
        }
    }),
        b([] { l.count_down(); });
    l.wait();
    a.join();
    b.join();
}
