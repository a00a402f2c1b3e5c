#include "peterson.hpp"

#include <thread>

#include <heddle/heddle.hpp>

HEDDLE_PATTERN(peterson_excludes, "Two threads enter once each, never together") {
    peterson_lock lock;
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

HEDDLE_PATTERN(peterson_with_exchange_excludes, "Handing over the turn by exchange needs no seq_cst access") {
    peterson_exchange_lock lock;
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

HEDDLE_PATTERN(peterson_one_at_a_time, "In no state of any interleaving are both threads inside, in two rounds") {
    never_both_inside<peterson_lock>(2);
}

HEDDLE_PATTERN(peterson_with_exchange_one_at_a_time, "The same of the variant") { never_both_inside<peterson_exchange_lock>(2); }
