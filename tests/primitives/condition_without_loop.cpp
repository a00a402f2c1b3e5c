// std::condition_variable: a wait that is not in a loop
// check: assertion|deadlock
#include <cassert>
#include <condition_variable>
#include <mutex>
#include <thread>
std::mutex m;
std::condition_variable cv;
bool ready;
int main() {
    std::thread t([] {
        std::unique_lock l(m);
        if (!ready) cv.wait(l);
        assert(ready);
    });
    { std::lock_guard g(m); }
    cv.notify_one();
    {
        std::lock_guard g(m);
        ready = true;
    }
    cv.notify_one();
    t.join();
}
