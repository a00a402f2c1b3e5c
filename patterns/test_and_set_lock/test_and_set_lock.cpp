#include "test_and_set_lock.hpp"

#include <mutex>
#include <thread>

#include <heddle/heddle.hpp>

HEDDLE_PATTERN(test_and_set_excludes, "Three threads through one test-and-set lock; no increment is lost") {
    test_and_set_lock lock;
    int value = 0;
    auto add = [&] {
        std::lock_guard guard(lock);
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

HEDDLE_PATTERN(test_and_test_and_set_excludes, "Looking before exchanging changes the traffic, not the exclusion") {
    test_and_test_and_set_lock lock;
    int value = 0;
    auto add = [&] {
        std::lock_guard guard(lock);
        ++value;
    };
    std::thread a(add);
    std::thread b(add);
    a.join();
    b.join();
    heddle::ensure(value == 2, "no increment is lost");
}

HEDDLE_PATTERN(try_lock_excludes, "Who fails to take the lock stays out; somebody succeeds") {
    test_and_set_lock lock;
    int value = 0;
    auto try_to_add = [&] {
        if (!lock.try_lock()) return;
        ++value;
        lock.unlock();
    };
    std::thread a(try_to_add);
    std::thread b(try_to_add);
    a.join();
    b.join();
    heddle::ensure(value == 1 || value == 2, "at least one thread got in");
}

HEDDLE_PATTERN(test_and_set_one_at_a_time, "In no state are two threads inside, whether they wait or only try") {
    test_and_set_lock lock;
    heddle::invariant one_at_a_time("at most one thread is inside", heddle::at("inside") <= 1);
    auto enter = [&] {
        std::lock_guard guard(lock);
        heddle::region inside("inside");
    };
    std::thread a(enter);
    std::thread b(enter);
    std::thread c([&] {
        if (!lock.try_lock()) return;
        { heddle::region inside("inside"); }
        lock.unlock();
    });
    a.join();
    b.join();
    c.join();
}
