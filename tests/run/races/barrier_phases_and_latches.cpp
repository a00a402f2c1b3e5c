// expect: clean
// A sum by halves, with a completion function; a latch before, a semaphore after; timed waits that come too early.
#include <barrier>
#include <chrono>
#include <latch>
#include <mutex>
#include <semaphore>
#include <shared_mutex>
#include <thread>
#include <vector>

int main() {
    using namespace std::chrono_literals;
    constexpr int size = 4;
    int parts[size] = {1, 2, 3, 4}, phases = 0, copies = 0;
    std::latch begin(1);
    std::barrier phase(size, [&]() noexcept { ++phases; });
    std::counting_semaphore<size> done(0);
    std::shared_timed_mutex table;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < size; ++i)
            threads.emplace_back([&, i] {
                begin.wait();
                for (int step = 1; step < size; step *= 2) {
                    const int other = i + step < size ? parts[i + step] : 0;
                    phase.arrive_and_wait();
                    parts[i] += other;
                    phase.arrive_and_wait();
                }
                if (table.try_lock_shared_for(1s)) (void)copies, table.unlock_shared();
                done.release();
            });
        begin.count_down();
        while (!done.try_acquire_for(1ms)) {}
        for (int i = 1; i < size; ++i) done.acquire();
        const std::unique_lock lock(table);
        copies = parts[0];
    }
    return copies == 10 && phases == 4 ? 0 : 1;
}
