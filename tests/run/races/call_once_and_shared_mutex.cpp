// expect: clean
#include <mutex>
#include <shared_mutex>
#include <thread>
static std::once_flag once;
static std::shared_mutex shared;
static std::recursive_timed_mutex timed;
static int begun, value, other;
static void work() {
    for (int i = 0; i < 50; ++i) {
        std::call_once(once, [] { begun = 1; });
        { std::unique_lock lock(shared); value += begun; }
        { std::shared_lock lock(shared); (void)*static_cast<volatile int*>(&value); }
        std::scoped_lock both(shared, timed);
        ++other;
    }
}
int main() {
    std::thread t(work);
    work();
    t.join();
    return other != 100;
}
