// verified: what a reader does under its lock happens before the writer that locks next, and the writer's before later readers
// check --model sc: verified
// check --model tso: verified
// check --model rc11: verified
// check -- -O2: verified
#include <atomic>
#include <cassert>
#include <mutex>
#include <shared_mutex>
#include <thread>

std::shared_mutex m;
int seen[2], total;
std::atomic<bool> over{false};

int main() {
    const auto reader = [](int i) {
        std::shared_lock lock(m);
        if (!over.load(std::memory_order_relaxed)) seen[i] = 1; // its own; the writer reads both
    };
    std::thread first(reader, 0), second(reader, 1);
    std::thread writer([] {
        std::unique_lock lock(m);
        over.store(true, std::memory_order_relaxed);
        total = seen[0] + seen[1];
    });
    first.join(), second.join(), writer.join();
    assert(total == seen[0] + seen[1]);
}
