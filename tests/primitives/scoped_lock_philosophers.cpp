// std::scoped_lock: three philosophers
// check: verified
#include <mutex>
#include <thread>
#include <vector>
std::mutex forks[3];
int meals[3];
int main() {
    std::vector<std::thread> ts;
    for (int i = 0; i < 3; ++i)
        ts.emplace_back([i] {
            std::scoped_lock l(forks[i], forks[(i + 1) % 3]);
            ++meals[i];
        });
    for (auto& t : ts) t.join();
    return meals[0] + meals[1] + meals[2] == 3 ? 0 : 1;
}
