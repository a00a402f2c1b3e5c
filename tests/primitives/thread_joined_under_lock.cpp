// std::thread: joined under the mutex that it needs
// check: deadlock
#include <mutex>
#include <thread>
std::mutex m;
int main() {
    std::unique_lock l(m);
    std::thread t([] { std::lock_guard g(m); });
    t.join();
}
