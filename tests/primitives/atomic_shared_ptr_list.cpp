// std::atomic<std::shared_ptr>: copy and replace in a loop
// check: verified
#include <atomic>
#include <memory>
#include <thread>
#include <vector>
std::atomic<std::shared_ptr<const std::vector<int>>> list{std::make_shared<const std::vector<int>>()};
void add(int x) {
    auto old = list.load();
    std::shared_ptr<const std::vector<int>> n;
    do {
        auto c = std::make_shared<std::vector<int>>(*old);
        c->push_back(x);
        n = c;
    } while (!list.compare_exchange_weak(old, n));
}
int main() {
    std::thread a([] { add(1); }), b([] { add(2); });
    a.join();
    b.join();
    return list.load()->size() != 2;
}
