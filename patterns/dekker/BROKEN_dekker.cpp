#include "dekker.hpp"

#include <thread>

#include <heddle/heddle.hpp>

namespace {

template <class Lock>
void both_enter() {
    Lock lock;
    int entered = 0;
    auto enter = [&](int me) {
        lock.lock(me);
        ++entered;
        lock.unlock(me);
    };
    std::thread first(enter, 0);
    std::thread second(enter, 1);
    first.join();
    second.join();
}

/// Without data to race on: only the invariant can tell.
template <class Lock>
void both_inside() {
    Lock lock;
    heddle::invariant one_at_a_time("at most one thread is inside", heddle::at("inside") <= 1);
    auto enter = [&](int me) {
        lock.lock(me);
        { heddle::region inside("inside"); }
        lock.unlock(me);
    };
    std::thread first(enter, 0);
    std::thread second(enter, 1);
    first.join();
    second.join();
}

// Looks at the other's wish only once, before the other has had time to announce it.
class hasty_lock {
public:
    void lock(int me) {
        while (wants_[1 - me]) {
        }
        wants_[me] = true;
    }

    void unlock(int me) { wants_[me] = false; }

private:
    std::array<std::atomic<bool>, 2> wants_{};
};

// Hands over the turn after the release fence: the next holder's turn may come out as the older one of the two.
class turn_after_the_fence_lock {
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
        std::atomic_thread_fence(std::memory_order_release);
        turn_.store(1 - me, std::memory_order_relaxed);
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

// Two polite flags without a turn: each waits for the other to take its wish back.
class two_flags_lock {
public:
    void lock(int me) {
        wants_[me] = true;
        while (wants_[1 - me]) {
        }
    }

    void unlock(int me) { wants_[me] = false; }

private:
    std::array<std::atomic<bool>, 2> wants_{};
};

} // namespace

HEDDLE_PATTERN(dekker_release_acquire, "Store buffering: both announce, both look, neither sees the other", "data race") {
    both_enter<basic_dekker_lock<std::memory_order_release, std::memory_order_acquire>>();
}

HEDDLE_PATTERN(dekker_relaxed, "Relaxed accesses let both in", "data race") {
    both_enter<basic_dekker_lock<std::memory_order_relaxed, std::memory_order_relaxed>>();
}

HEDDLE_PATTERN(dekker_without_turn, "Nobody ever steps back: both spin for ever", "livelock") { both_enter<two_flags_lock>(); }

HEDDLE_PATTERN(dekker_release_acquire_both_inside, "Store buffering, seen by the invariant alone",
               "tso: invariant, rc11: invariant") {
    both_inside<basic_dekker_lock<std::memory_order_release, std::memory_order_acquire>>();
}

HEDDLE_PATTERN(dekker_looks_before_announcing, "Both look, both see nobody, both enter", "invariant") { both_inside<hasty_lock>(); }

HEDDLE_PATTERN(dekker_turn_after_the_fence, "In the second round both turns may be lost: a thread waits for one that has been given to it before",
               "rc11: livelock") {
    turn_after_the_fence_lock lock;
    auto enter_twice = [&](int me) {
        for (int i = 0; i < 2; ++i) {
            lock.lock(me);
            lock.unlock(me);
        }
    };
    std::thread first(enter_twice, 0);
    std::thread second(enter_twice, 1);
    first.join();
    second.join();
}
