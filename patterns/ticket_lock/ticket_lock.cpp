#include "ticket_lock.hpp"

#include <atomic>
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

HEDDLE_PATTERN(ticket_lock_one_at_a_time, "In no state are two threads inside") {
    ticket_lock lock;
    heddle::invariant one_at_a_time("at most one thread is inside", heddle::at("inside") <= 1);
    auto enter = [&] {
        std::lock_guard guard(lock);
        heddle::region inside("inside");
    };
    std::thread a(enter);
    std::thread b(enter);
    std::thread c(enter);
    a.join();
    b.join();
    c.join();
}

HEDDLE_PATTERN(ticket_lock_serves_in_order, "No ticket is called before it is drawn") {
    std::atomic<unsigned> next{0}, serving{0};
    heddle::invariant drawn_first("what is served has been drawn", heddle::value(serving) <= heddle::value(next));
    auto enter = [&] {
        unsigned mine = next.fetch_add(1, std::memory_order_relaxed);
        while (serving.load(std::memory_order_acquire) != mine) {
        }
        serving.store(mine + 1, std::memory_order_release);
    };
    std::thread a(enter);
    std::thread b(enter);
    std::thread c(enter);
    a.join();
    b.join();
    c.join();
}
