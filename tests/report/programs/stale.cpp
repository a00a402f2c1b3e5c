#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> data = 0;
std::atomic<bool> ready = false;

void producer() {
    data.store(42, std::memory_order_relaxed);
    ready.store(true, std::memory_order_relaxed);
}

void consumer() {
    while (!ready.load(std::memory_order_acquire)) {
    }
    assert(data.load(std::memory_order_relaxed) == 42);
}

int main() {
    std::thread one(producer), two(consumer);
    one.join();
    two.join();
}
