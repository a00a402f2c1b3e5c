// expect: clean
#include <condition_variable>
#include <mutex>
#include <shared_mutex>
#include <thread>
using namespace std::chrono_literals;
static std::shared_mutex m;
static std::condition_variable_any c;
static std::mutex n;
static std::condition_variable d;
static int a, b;
int main() {
    std::thread t([] {
        { std::unique_lock lock(m); a = 1; }
        c.notify_all();
        { std::lock_guard lock(n); b = 1; }
        d.notify_all();
    });
    { std::shared_lock lock(m); c.wait(lock, [] { return a == 1; }); }
    { std::unique_lock lock(n); while (!d.wait_for(lock, 5s, [] { return b == 1; })) {} }
    t.join();
}
