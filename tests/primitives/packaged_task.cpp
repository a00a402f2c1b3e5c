// std::packaged_task: in a detached thread
// check: verified
// run: clean
#include <future>
#include <numeric>
#include <thread>
#include <vector>
int main() {
    std::packaged_task<int(int, int)> task([](int a, int b) { return a + b; });
    auto f = task.get_future();
    std::thread t(std::move(task), 2, 3);
    t.detach();
    return f.get() - 5;
}
