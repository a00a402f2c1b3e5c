#include "ticket_lock.hpp"

#include <mutex>
#include <thread>

#include <heddle/heddle.hpp>

HEDDLE_PATTERN(ticket_lock_excludes, "Three threads through one ticket lock; no increment is lost") {
    ticket_lock lock;
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

HEDDLE_PATTERN(ticket_lock_is_reusable, "Two threads take the lock twice each") {
    ticket_lock lock;
    int value = 0;
    auto add_twice = [&] {
        for (int i = 0; i < 2; ++i) {
            std::lock_guard guard(lock);
            ++value;
        }
    };
    std::thread a(add_twice);
    std::thread b(add_twice);
    a.join();
    b.join();
    heddle::ensure(value == 4, "no increment is lost");
}
