#include <atomic>
#include <cassert>
#include <thread>

std::atomic<int> data{0}, ready{0};

void producer() {
    data.store(1, std::memory_order_relaxed);
    ready.store(1, std::memory_order_relaxed);
}

void consumer() {
	while (ready.load(std::memory_order_acquire) == 0) {}
    assert(data.load(std::memory_order_relaxed) == 1 && "whoever sees the flag sees the data");
}

int main() {
    std::thread t1(producer), t2(consumer);
    t1.join();
    t2.join();
}
