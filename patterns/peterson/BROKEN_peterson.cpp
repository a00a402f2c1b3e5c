#include "peterson.hpp"

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

// Announces too late: the other may pass before it can see that anyone wants to enter.
class turn_first_lock {
public:
    void lock(int me) {
        int other = 1 - me;
        turn_ = other;
        wants_[me] = true;
        while (wants_[other] && turn_ == other) {
        }
    }

    void unlock(int me) { wants_[me] = false; }

private:
    std::array<std::atomic<bool>, 2> wants_{};
    std::atomic<int> turn_{0};
};

// Takes the turn for itself instead of offering it: both may think that it is theirs.
class selfish_lock {
public:
    void lock(int me) {
        int other = 1 - me;
        wants_[me] = true;
        while (wants_[other] && turn_ == other) {
        }
    }

    void unlock(int me) { wants_[me] = false; }

private:
    std::array<std::atomic<bool>, 2> wants_{};
    std::atomic<int> turn_{0};
};

} // namespace

HEDDLE_PATTERN(peterson_release_acquire, "A release store may still be on its way when the thread looks at the other's wish",
               "data race") {
    both_enter<basic_peterson_lock<std::memory_order_release, std::memory_order_acquire>>();
}

HEDDLE_PATTERN(peterson_relaxed, "Relaxed accesses order nothing, not even one critical section after the other", "data race") {
    both_enter<basic_peterson_lock<std::memory_order_relaxed, std::memory_order_relaxed>>();
}

HEDDLE_PATTERN(peterson_turn_first, "The turn is handed over before the wish is announced: wrong in every memory model",
               "data race") {
    both_enter<turn_first_lock>();
}

HEDDLE_PATTERN(peterson_without_handing_over, "The turn is never handed over: thread 0 may enter at any time", "data race") {
    both_enter<selfish_lock>();
}

HEDDLE_PATTERN(peterson_turn_first_both_inside, "Handing over the turn too early, seen by the invariant alone", "invariant") {
    both_inside<turn_first_lock>();
}

HEDDLE_PATTERN(peterson_release_acquire_both_inside, "Store buffering, seen by the invariant alone",
               "tso: invariant, rc11: invariant") {
    both_inside<basic_peterson_lock<std::memory_order_release, std::memory_order_acquire>>();
}
