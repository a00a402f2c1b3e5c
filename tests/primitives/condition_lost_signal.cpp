// std::condition_variable: notified before anybody waits, no condition
// check: deadlock
#include <condition_variable>
#include <mutex>
#include <thread>
std::mutex m;
std::condition_variable cv;
int main() {
    std::thread t([] {
        std::unique_lock l(m);
        cv.wait(l);
    });
    cv.notify_one();
    t.join();
}
