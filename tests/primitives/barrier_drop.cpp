// std::barrier: one drops out
// check: verified
#include <barrier>
#include <thread>
int main() {
    std::barrier b(2);
    std::thread x([&] { b.arrive_and_drop(); }), y([&] {
        b.arrive_and_wait();
        b.arrive_and_wait();
    });
    x.join();
    y.join();
}
