// No two accesses here can happen at once: by a flag's value, by joining, by one lock, by a lock that is handed on.
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

int by_flag, by_join, by_lock, by_condition;
std::atomic<int> flag{0};
std::mutex m, n;
std::condition_variable changed;
bool ready;

int main() {
    by_join = 1;
    std::thread one([] {
        by_join = 2;
        by_flag = 1;
        flag.store(1, std::memory_order_release);
        {
            std::lock_guard lock(m);
            ++by_lock;
        }
        by_condition = 1;
        std::lock_guard lock(n);
        ready = true;
        changed.notify_all();
    });
    std::thread two([] {
        while (flag.load(std::memory_order_acquire) != 1) {
        }
        by_flag = 2;
        {
            std::lock_guard lock(m);
            ++by_lock;
        }
        std::unique_lock lock(n);
        changed.wait(lock, [] { return ready; });
        by_condition = 2;
    });
    one.join();
    two.join();
    by_join = 3;
}
