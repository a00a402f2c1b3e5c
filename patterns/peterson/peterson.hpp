// Peterson's lock for two threads, 0 and 1: say that you want to enter, let the other go first, wait while it wants to.
// Right with seq_cst accesses. With release stores and acquire loads alone a thread may enter on a stale `wants_`.
#pragma once

#include <array>
#include <atomic>

template <std::memory_order Store = std::memory_order_seq_cst, std::memory_order Load = std::memory_order_seq_cst>
class basic_peterson_lock {
public:
    void lock(int me) {
        int other = 1 - me;
        wants_[me].store(true, Store);
        turn_.store(other, Store);
        while (wants_[other].load(Load) && turn_.load(Load) == other) {
        }
    }

    void unlock(int me) { wants_[me].store(false, Store); }

private:
    std::array<std::atomic<bool>, 2> wants_{};
    std::atomic<int> turn_{0};
};

using peterson_lock = basic_peterson_lock<>;

/// The same without seq_cst: handing over the turn is a read-modify-write, so the second to do it sees that the first wants to enter.
class peterson_exchange_lock {
public:
    void lock(int me) {
        int other = 1 - me;
        wants_[me].store(true, std::memory_order_relaxed);
        turn_.exchange(other, std::memory_order_acq_rel);
        while (wants_[other].load(std::memory_order_acquire) && turn_.load(std::memory_order_relaxed) == other) {
        }
    }

    void unlock(int me) { wants_[me].store(false, std::memory_order_release); }

private:
    std::array<std::atomic<bool>, 2> wants_{};
    std::atomic<int> turn_{0};
};
