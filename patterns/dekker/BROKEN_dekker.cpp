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
