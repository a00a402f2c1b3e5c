// std::mutex: N threads that lock once have N! executions: 4! = 24
// check: verified
// executions: 24
#include <mutex>
#include <thread>
std::mutex m;
int n;
int main() {
    std::thread t[4];
    for (auto& x : t)
        x = std::thread([] {
            std::lock_guard g(m);
            ++n;
        });
    for (auto& x : t) x.join();
    return n - 4;
}
