// std::atomic::wait: notify_one for two waiters
// check: deadlock
#include <atomic>
#include <thread>
std::atomic<int> gen;
int main() {
    auto w = [] { gen.wait(0); };
    std::thread t(w), u(w);
    gen = 1;
    gen.notify_one();
    t.join();
    u.join();
}
