// std::barrier: destroyed by the first to get through
// check: memory|data-race|misuse
#include <barrier>
#include <memory>
#include <thread>
int main() {
    auto b = std::make_unique<std::barrier<>>(2);
    std::thread x([p = b.get()] { p->arrive_and_wait(); });
    b->arrive_and_wait();
    b.reset();
    x.join();
}
