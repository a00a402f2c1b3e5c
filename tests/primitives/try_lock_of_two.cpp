// std::try_lock: two mutexes both ways
// check: verified
#include <mutex>
#include <thread>
std::mutex a, b;
int n;
int main() {
    std::thread x([] {
        if (std::try_lock(a, b) == -1) {
            ++n;
            a.unlock();
            b.unlock();
        }
    });
    std::thread y([] {
        if (std::try_lock(b, a) == -1) {
            ++n;
            a.unlock();
            b.unlock();
        }
    });
    x.join();
    y.join();
    return n <= 2 ? 0 : 1;
}
