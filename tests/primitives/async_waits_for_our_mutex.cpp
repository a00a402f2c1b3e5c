// std::async: get() under the mutex that the task needs
// check: deadlock
#include <future>
#include <mutex>
std::mutex m;
int main() {
    std::unique_lock l(m);
    auto f = std::async(std::launch::async, [] {
        std::lock_guard g(m);
        return 1;
    });
    return f.get() - 1;
}
