// std::barrier: one goes one round more
// check: deadlock
#include <barrier>
#include <thread>
int main() {
    std::barrier b(2);
    std::thread x([&] { b.arrive_and_wait(); }), y([&] {
        b.arrive_and_wait();
        b.arrive_and_wait();
    });
    x.join();
    y.join();
}
