// std::condition_variable: what it waits for is changed without the mutex
// check: deadlock
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
std::mutex m;
std::condition_variable cv;
std::atomic<bool> ready;
int main() {
    std::thread t([] {
        std::unique_lock l(m);
        cv.wait(l, [] { return ready.load(); });
    });
    ready = true;
    cv.notify_one();
    t.join();
}
