// std::atomic_flag: a lock that spins
// check: verified
#include <atomic>
#include <thread>
std::atomic_flag f;
int n;
int main() {
    auto w = [] {
        while (f.test_and_set(std::memory_order_acquire))
            while (f.test(std::memory_order_relaxed)) std::this_thread::yield();
        ++n;
        f.clear(std::memory_order_release);
    };
    std::thread a(w), b(w);
    a.join();
    b.join();
    return n - 2;
}
