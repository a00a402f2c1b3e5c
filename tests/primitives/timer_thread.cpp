// std::condition_variable: a timer thread
// check: verified
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
using C = std::chrono::steady_clock;
class Timer {
    std::mutex m;
    std::condition_variable cv;
    std::multimap<C::time_point, std::function<void()>> q;
    bool stop = false;
    std::thread t{[this] { run(); }};
    void run() {
        std::unique_lock l(m);
        while (!stop) {
            if (q.empty()) {
                cv.wait(l);
                continue;
            }
            auto at = q.begin()->first;
            if (C::now() >= at) {
                auto f = std::move(q.begin()->second);
                q.erase(q.begin());
                l.unlock();
                f();
                l.lock();
            } else cv.wait_until(l, at);
        }
    }

public:
    void after(std::chrono::milliseconds d, std::function<void()> f) {
        {
            std::lock_guard g(m);
            q.emplace(C::now() + d, std::move(f));
        }
        cv.notify_one();
    }
    ~Timer() {
        {
            std::lock_guard g(m);
            stop = true;
        }
        cv.notify_one();
        t.join();
    }
};
int main() {
    int n = 0;
    {
        Timer t;
        t.after(std::chrono::milliseconds(5), [&] { ++n; });
    }
    return n > 1;
}
