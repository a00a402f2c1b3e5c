// verified: each side of the ring keeps the index of the other side that it saw last, and looks again while that is not enough
// check: verified
// check -- -O0: verified
// check -- -O2: verified
#include <atomic>
#include <thread>

struct Ring {
    alignas(64) std::atomic<unsigned> head{0};
    unsigned cached_tail = 0;
    alignas(64) std::atomic<unsigned> tail{0};
    unsigned cached_head = 0;
    int slots[1];

    void push(int value) {
        const unsigned at = tail.load(std::memory_order_relaxed);
        while (at - cached_head == 1) cached_head = head.load(std::memory_order_acquire);
        slots[0] = value;
        tail.store(at + 1, std::memory_order_release);
    }

    int pop() {
        const unsigned at = head.load(std::memory_order_relaxed);
        while (at == cached_tail) cached_tail = tail.load(std::memory_order_acquire);
        const int value = slots[0];
        head.store(at + 1, std::memory_order_release);
        return value;
    }
};

Ring ring;

int main() {
    std::thread producer([] { for (int i = 0; i < 3; ++i) ring.push(i); });
    for (int i = 0; i < 3; ++i)
        if (ring.pop() != i) return 1;
    producer.join();
}
