// std::condition_variable: waits with a limit and a condition
// check: verified
// run: clean
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
using namespace std::chrono_literals;
std::mutex m;
std::condition_variable cv;
bool ready;
int main() {
    std::thread t([] {
        {
            std::lock_guard g(m);
            ready = true;
        }
        cv.notify_one();
    });
    {
        std::unique_lock l(m);
        bool r = cv.wait_for(l, 100ms, [] { return ready; });
        if (r != ready) return 1;
    }
    t.join();
}
