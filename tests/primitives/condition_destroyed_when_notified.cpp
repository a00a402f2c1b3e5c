// std::condition_variable: destroyed when everybody is notified, but not yet awake: allowed
// check: verified
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
int main() {
    std::mutex m;
    auto* cv = new std::condition_variable;
    bool go = false;
    std::thread t([&] {
        std::unique_lock l(m);
        cv->wait(l, [&] { return go; });
    });
    {
        std::lock_guard g(m);
        go = true;
    }
    cv->notify_one();
    delete cv;
    t.join();
}
