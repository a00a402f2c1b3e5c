#include <atomic>
#include <thread>

std::atomic<int> turn = 0;

void first() {
    turn.store(1, std::memory_order_relaxed);
}

void second() {
    turn.store(2, std::memory_order_relaxed);
    while (turn.load(std::memory_order_relaxed) != 1) {
    }
}

int main() {
    std::thread a(first), b(second);
    a.join();
    b.join();
}
