// std::mutex: three threads, three mutexes, a circle
// check: deadlock
#include <mutex>
#include <thread>
std::mutex a, b, c;
int main() {
    std::thread x([] {
        std::lock_guard g(a);
        std::lock_guard h(b);
    }),
        y([] {
            std::lock_guard g(b);
            std::lock_guard h(c);
        }),
        z([] {
            std::lock_guard g(c);
            std::lock_guard h(a);
        });
    x.join();
    y.join();
    z.join();
}
