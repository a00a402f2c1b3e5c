// std::condition_variable_any: waits under a recursive mutex, with a limit
// check: verified
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
std::recursive_mutex m;
std::condition_variable_any cv;
int v;
int main() {
    std::thread r([] {
        std::unique_lock l(m);
        if (!cv.wait_for(l, std::chrono::seconds(1), [] { return v == 1; })) return;
    });
    {
        std::unique_lock l(m);
        v = 1;
    }
    cv.notify_all();
    r.join();
}
