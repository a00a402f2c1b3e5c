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
