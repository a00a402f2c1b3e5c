// verified, in seconds: a long program that is not sequentially consistent (psc computed whole at each event took minutes)
// check: verified
// within: 30
#include <atomic>
#include <thread>

std::atomic<int> x{0}, y{0}, counter{0};

int main() {
    std::thread one([] {
        x.store(1, std::memory_order_relaxed);
        (void)y.load(std::memory_order_relaxed);
        for (int i = 0; i < 300; ++i) counter.store(i);
    });
    y.store(1, std::memory_order_relaxed);
    (void)x.load(std::memory_order_relaxed);
    one.join();
    for (int i = 0; i < 300; ++i) counter.store(i);
}
