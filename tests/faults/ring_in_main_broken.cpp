// data-race: the textbook ring as a local of main, published by a relaxed store (clang has no hooks for main's own reads)
// compilers: gcc
// check: data-race ~ slots
// check -- -O0: data-race ~ slots
// check -- -O2: data-race ~ slots
#include <atomic>
#include <thread>

int main() {
    constexpr unsigned size = 2;
    int slots[size] = {};
    std::atomic<unsigned> written{0}, taken{0};
    std::thread producer([&] {
        for (int i = 0; i < 3; ++i) {
            const unsigned at = written.load(std::memory_order_relaxed);
            while (at - taken.load(std::memory_order_acquire) == size) {}
            slots[at % size] = i;
            written.store(at + 1, std::memory_order_relaxed);
        }
    });
    int sum = 0;
    for (int i = 0; i < 3; ++i) {
        const unsigned at = taken.load(std::memory_order_relaxed);
        while (at == written.load(std::memory_order_acquire)) {}
        sum += slots[at % size];
        taken.store(at + 1, std::memory_order_release);
    }
    producer.join();
    return sum == 3 ? 0 : 1;
}
