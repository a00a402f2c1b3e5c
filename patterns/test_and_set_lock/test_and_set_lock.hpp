// The simplest spinlock: exchange true into a flag until false comes out. Works with std::lock_guard. Not fair.
#pragma once

#include <atomic>

class test_and_set_lock {
public:
    void lock() {
        while (locked_.exchange(true, std::memory_order_acquire)) {
        }
    }

    bool try_lock() { return !locked_.exchange(true, std::memory_order_acquire); }

    void unlock() { locked_.store(false, std::memory_order_release); }

private:
    std::atomic<bool> locked_{false};
};

/// Looks before it writes, so that waiting threads share the flag's cache line instead of fighting for it.
class test_and_test_and_set_lock {
public:
    void lock() {
        while (locked_.exchange(true, std::memory_order_acquire)) {
            while (locked_.load(std::memory_order_relaxed)) {
            }
        }
    }

    void unlock() { locked_.store(false, std::memory_order_release); }

private:
    std::atomic<bool> locked_{false};
};
