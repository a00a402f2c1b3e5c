#include "mcs_lock.hpp"

#include <thread>

#include <heddle/heddle.hpp>

HEDDLE_PATTERN(mcs_lock_excludes, "Three threads through one queue lock; no increment is lost and nobody is left waiting") {
    mcs_lock lock;
    int value = 0;
    auto add = [&] {
        mcs_guard guard(lock);
        ++value;
    };
    std::thread a(add);
    std::thread b(add);
    std::thread c(add);
    a.join();
    b.join();
    c.join();
    heddle::ensure(value == 3, "no increment is lost");
}

HEDDLE_PATTERN(mcs_lock_node_is_reusable, "A thread may queue again with the node it just used") {
    mcs_lock lock;
    int value = 0;
    std::thread twice([&] {
        mcs_lock::node node;
        for (int i = 0; i < 2; ++i) {
            lock.lock(node);
            ++value;
            lock.unlock(node);
        }
    });
    std::thread once([&] {
        mcs_guard guard(lock);
        ++value;
    });
    twice.join();
    once.join();
    heddle::ensure(value == 3, "no increment is lost");
}

HEDDLE_PATTERN(mcs_lock_one_at_a_time, "In no state are two threads inside") {
    mcs_lock lock;
    heddle::invariant one_at_a_time("at most one thread is inside", heddle::at("inside") <= 1);
    auto enter = [&] {
        mcs_guard guard(lock);
        heddle::region inside("inside");
    };
    std::thread a(enter);
    std::thread b(enter);
    std::thread c(enter);
    a.join();
    b.join();
    c.join();
}
