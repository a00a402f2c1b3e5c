#include "dekker.hpp"

#include <thread>

#include <heddle/heddle.hpp>

HEDDLE_PATTERN(dekker_excludes, "Two threads enter once each, never together") {
    dekker_lock lock;
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
    heddle::ensure(entered == 2, "both entered");
}

HEDDLE_PATTERN(dekker_with_fences_excludes, "Relaxed accesses and fences do as well as seq_cst accesses") {
    dekker_fence_lock lock;
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
    heddle::ensure(entered == 2, "both entered");
}

namespace {

/// Nothing but the lock: that at most one thread is inside is said of every state.
template <class Lock>
void never_both_inside(int rounds) {
    Lock lock;
    heddle::invariant one_at_a_time("at most one thread is inside", heddle::at("inside") <= 1);
    auto enter = [&](int me) {
        for (int i = 0; i < rounds; ++i) {
            lock.lock(me);
            { heddle::region inside("inside"); }
            lock.unlock(me);
        }
    };
    std::thread first(enter, 0);
    std::thread second(enter, 1);
    first.join();
    second.join();
}

} // namespace

HEDDLE_PATTERN(dekker_one_at_a_time, "In no state of any interleaving are both threads inside, in two rounds") {
    never_both_inside<dekker_lock>(2);
}

HEDDLE_PATTERN(dekker_with_fences_one_at_a_time, "The same of the variant") { never_both_inside<dekker_fence_lock>(2); }
