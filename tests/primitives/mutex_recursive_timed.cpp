// std::recursive_timed_mutex: taken in time or not, and then again
// check: verified
// run: clean
#include <chrono>
#include <mutex>
#include <thread>
std::recursive_timed_mutex m;
int n;
int main() {
    auto f = [] {
        std::unique_lock l(m, std::chrono::seconds(1));
        if (!l) return;
        std::lock_guard g(m);
        ++n;
    };
    std::thread a(f), b(f);
    a.join();
    b.join();
    return n >= 1 ? 0 : 1;
}
