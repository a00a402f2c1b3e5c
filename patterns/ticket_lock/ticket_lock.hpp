// First come, first served: draw a ticket, spin until it is called. Works with std::lock_guard.
#pragma once

#include <atomic>

class ticket_lock {
public:
    void lock() {
        unsigned mine = next_.fetch_add(1, std::memory_order_relaxed);
        while (serving_.load(std::memory_order_acquire) != mine) {
        }
    }

    void unlock() {
        // Only the holder writes serving_, so its own load is never stale.
        serving_.store(serving_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    }

private:
    std::atomic<unsigned> next_{0}, serving_{0};
};
