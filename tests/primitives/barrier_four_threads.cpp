// std::barrier: N threads through a barrier have one execution, whatever their number
// check: verified
// executions: 1
#include <barrier>
#include <thread>
int main() {
    std::barrier b(4);
    std::thread t[4];
    for (auto& x : t)
        x = std::thread([&] {
            b.arrive_and_wait();
            b.arrive_and_wait();
        });
    for (auto& x : t) x.join();
}
