#include <atomic>
#include <mutex>
#include <thread>

#include <heddle/heddle.hpp>

namespace {

template <class Lock>
void both_add() {
    Lock lock;
    int value = 0;
    auto add = [&] {
        lock.lock();
        ++value;
        lock.unlock();
    };
    std::thread a(add);
    std::thread b(add);
    a.join();
    b.join();
}

// Tests and sets, but not in one step.
class test_then_set_lock {
public:
    void lock() {
        while (locked_.load()) {
        }
        locked_.store(true);
    }
    void unlock() { locked_.store(false); }

private:
    std::atomic<bool> locked_{false};
};

// Excludes, but the next holder need not see what the last one wrote.
class relaxed_lock {
public:
    void lock() {
        while (locked_.exchange(true, std::memory_order_relaxed)) {
        }
    }
    void unlock() { locked_.store(false, std::memory_order_relaxed); }

private:
    std::atomic<bool> locked_{false};
};

} // namespace

HEDDLE_PATTERN(test_then_set, "Both threads find the lock free before either has set it", "data race") {
    both_add<test_then_set_lock>();
}

HEDDLE_PATTERN(test_and_set_relaxed, "The lock excludes, but orders nothing", "data race") { both_add<relaxed_lock>(); }

HEDDLE_PATTERN(test_and_set_never_cleared, "A thread returns early and keeps the lock; the other spins for ever", "livelock") {
    std::atomic<bool> locked{false};
    int value = 0;
    auto add = [&] {
        while (locked.exchange(true, std::memory_order_acquire)) {
        }
        if (++value == 1) return;
        locked.store(false, std::memory_order_release);
    };
    std::thread a(add);
    std::thread b(add);
    a.join();
    b.join();
}

HEDDLE_PATTERN(test_then_set_both_inside, "Testing and setting apart, seen by the invariant alone", "invariant") {
    test_then_set_lock lock;
    heddle::invariant one_at_a_time("at most one thread is inside", heddle::at("inside") <= 1);
    auto enter = [&] {
        lock.lock();
        { heddle::region inside("inside"); }
        lock.unlock();
    };
    std::thread a(enter);
    std::thread b(enter);
    a.join();
    b.join();
}
