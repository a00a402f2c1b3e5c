// std::thread: uses a global while it is destroyed
// check: data-race|memory
#include <mutex>
#include <thread>
#include <vector>
std::mutex m;
std::vector<int> v;
int main() {
    std::thread([] {
        std::lock_guard g(m);
        v.push_back(1);
    }).detach();
}
