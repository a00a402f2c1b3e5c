// Dekker's lock for two threads, 0 and 1: say that you want to enter; if the other wants to as well, the one whose turn it
// is not steps back until it is.
#pragma once

#include <array>
#include <atomic>

template <std::memory_order Store = std::memory_order_seq_cst, std::memory_order Load = std::memory_order_seq_cst>
class basic_dekker_lock {
public:
    void lock(int me) {
        int other = 1 - me;
        wants_[me].store(true, Store);
        while (wants_[other].load(Load)) {
            if (turn_.load(Load) == me) continue;
            wants_[me].store(false, Store);
            while (turn_.load(Load) != me) {
            }
            wants_[me].store(true, Store);
        }
    }

    void unlock(int me) {
        turn_.store(1 - me, Store);
        wants_[me].store(false, Store);
    }

private:
    std::array<std::atomic<bool>, 2> wants_{};
    std::atomic<int> turn_{0};
};

using dekker_lock = basic_dekker_lock<>;

/// The same with relaxed accesses, ordered by fences: seq_cst between announcing and looking, acquire and release at the ends.
class dekker_fence_lock {
public:
    void lock(int me) {
        int other = 1 - me;
        announce(me);
        while (wants_[other].load(std::memory_order_relaxed)) {
            if (turn_.load(std::memory_order_relaxed) == me) continue;
            wants_[me].store(false, std::memory_order_relaxed);
            while (turn_.load(std::memory_order_relaxed) != me) {
            }
            announce(me);
        }
        std::atomic_thread_fence(std::memory_order_acquire);
    }

    void unlock(int me) {
        // Before the fence: whoever sees that we are gone must not overwrite the turn with an older one.
        turn_.store(1 - me, std::memory_order_relaxed);
        std::atomic_thread_fence(std::memory_order_release);
        wants_[me].store(false, std::memory_order_relaxed);
    }

private:
    void announce(int me) {
        wants_[me].store(true, std::memory_order_relaxed);
        std::atomic_thread_fence(std::memory_order_seq_cst);
    }

    std::array<std::atomic<bool>, 2> wants_{};
    std::atomic<int> turn_{0};
};
