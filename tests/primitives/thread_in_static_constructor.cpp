// std::thread: a pool that is a global
// check: verified
#include <condition_variable>
#include <mutex>
#include <thread>
struct Pool {
    std::mutex m;
    std::condition_variable cv;
    bool stop = false;
    std::thread t{[this] {
        std::unique_lock l(m);
        cv.wait(l, [this] { return stop; });
    }};
    ~Pool() {
        {
            std::lock_guard g(m);
            stop = true;
        }
        cv.notify_all();
        t.join();
    }
};
Pool pool;
int main() {}
