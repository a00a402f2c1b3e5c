// Almost nothing but atomic operations, on three variables that all four threads share.
#include <atomic>
#include <cstdio>
#include <thread>
#include <vector>

constexpr int threads = 4, rounds = 5'000'000;

std::atomic<long> relaxed_count, ordered_count;
std::atomic<int> turn;

int main() {
    std::vector<std::thread> workers;
    for (int id = 0; id < threads; ++id)
        workers.emplace_back([id] {
            long seen = 0;
            for (int round = 0; round < rounds; ++round) {
                relaxed_count.fetch_add(1, std::memory_order_relaxed);
                if (round % 4 == 0) ordered_count.fetch_add(1);
                seen += turn.load(std::memory_order_acquire);
                if (round % 64 == 0) turn.store(id, std::memory_order_release);
            }
            if (seen < 0) ordered_count.store(0);
        });
    for (std::thread& worker : workers) worker.join();
    std::printf("%ld %ld\n", relaxed_count.load(), ordered_count.load());
}
