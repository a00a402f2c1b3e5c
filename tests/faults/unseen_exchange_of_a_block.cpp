// unsupported: a lock that a header has written in assembly, in a block of the heap; what it guards looks like a race
// check: unsupported ~ inline assembly uses an atomic instruction ~ unseen_exchange_of_a_block.cpp:11
// not: data-race
#include <memory>
#include <thread>

struct Lock {
    int taken = 0;
    void lock() {
        int got = 1;
        while (got) __asm__ volatile("xchgl %0, %1" : "+r"(got), "+m"(taken));
    }
    void unlock() {
        int free = 0;
        __asm__ volatile("xchgl %0, %1" : "+r"(free), "+m"(taken));
    }
};

int main() {
    auto lock = std::make_unique<Lock>();
    int n = 0;
    const auto add = [&] {
        lock->lock();
        ++n;
        lock->unlock();
    };
    std::thread a(add), b(add);
    a.join();
    b.join();
    return n == 2 ? 0 : 1;
}
