// std::atomic_flag: a lock that waits
// check: verified
// run: clean
#include <atomic>
#include <thread>
std::atomic_flag f = ATOMIC_FLAG_INIT;
int n;
void lock() {
    while (f.test_and_set(std::memory_order_acquire)) f.wait(true, std::memory_order_relaxed);
}
void unlock() {
    f.clear(std::memory_order_release);
    f.notify_one();
}
int main() {
    auto w = [] {
        lock();
        ++n;
        unlock();
    };
    std::thread a(w), b(w);
    a.join();
    b.join();
    return n - 2;
}
