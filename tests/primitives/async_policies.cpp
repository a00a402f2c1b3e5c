// std::async: every policy
// check: verified
// run: clean
#include <future>
#include <vector>
int work(int i) { return i * i; }
int main() {
    auto a = std::async(std::launch::async, work, 2);
    auto b = std::async(std::launch::deferred, work, 3);
    auto c = std::async(work, 4);
    auto d = std::async(std::launch::async | std::launch::deferred, work, 1);
    return a.get() + b.get() + c.get() + d.get() == 30 ? 0 : 1;
}
