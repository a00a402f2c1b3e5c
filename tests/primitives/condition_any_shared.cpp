// std::condition_variable_any: waits under a std::shared_lock
// check: verified
// run: clean
#include <condition_variable>
#include <shared_mutex>
#include <thread>
std::shared_mutex m;
std::condition_variable_any cv;
int v;
int main() {
    std::thread r([] {
        std::shared_lock l(m);
        cv.wait(l, [] { return v == 1; });
    });
    {
        std::unique_lock l(m);
        v = 1;
    }
    cv.notify_all();
    r.join();
}
