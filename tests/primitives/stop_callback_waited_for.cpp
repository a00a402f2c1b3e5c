// std::stop_callback: its destructor waits for the callback, which waits for the destroyer's mutex
// check: deadlock
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
// the destructor of the callback waits for the callback, which waits for the mutex
std::mutex m;
int main() {
    std::stop_source src;
    std::jthread w([&] {
        auto cb = std::make_unique<std::stop_callback<void (*)()>>(
            src.get_token(), +[] { std::lock_guard g(m); });
        std::lock_guard g(m);
        cb.reset();
    });
    src.request_stop();
    w.join();
}
