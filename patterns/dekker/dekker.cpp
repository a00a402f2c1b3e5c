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
