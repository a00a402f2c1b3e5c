// std::atomic, 24 bytes: relaxed order hands nothing over, whatever lock a library takes
// check: data-race
#include <atomic>
#include <thread>
struct P {
    long a, b, c;
};
std::atomic<P> p;
int data;
int main() {
    std::thread t([] {
        data = 1;
        p.store({2, 2, 2}, std::memory_order_relaxed);
    });
    int r = 0;
    if (p.load(std::memory_order_relaxed).b == 2) r = data;
    t.join();
    return r > 1;
}
