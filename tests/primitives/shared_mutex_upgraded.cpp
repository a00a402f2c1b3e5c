// std::shared_mutex: a reader locks to write
// check: deadlock
#include <mutex>
#include <shared_mutex>
#include <thread>
std::shared_mutex m;
int main() {
    std::thread t([] {
        std::shared_lock l(m);
        m.lock();
        m.unlock();
    });
    t.join();
}
