#include "bakery_lock.hpp"

#include <thread>

#include <heddle/heddle.hpp>

HEDDLE_PATTERN(bakery_excludes, "Two threads enter once each, never together; no increment is lost") {
    bakery_lock<2> lock;
    int value = 0;
    auto add = [&](std::size_t me) {
        lock.lock(me);
        ++value;
        lock.unlock(me);
    };
    std::thread first(add, 0);
    std::thread second(add, 1);
    first.join();
    second.join();
    heddle::ensure(value == 2, "no increment is lost");
}

HEDDLE_PATTERN(bakery_one_at_a_time, "In no state of any interleaving are both threads inside") {
    bakery_lock<2> lock;
    heddle::invariant one_at_a_time("at most one thread is inside", heddle::at("inside") <= 1);
    auto enter = [&](std::size_t me) {
        lock.lock(me);
        { heddle::region inside("inside"); }
        lock.unlock(me);
    };
    std::thread first(enter, 0);
    std::thread second(enter, 1);
    first.join();
    second.join();
}
