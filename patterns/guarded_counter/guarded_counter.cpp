#include "guarded_counter.hpp"

#include <thread>

#include <heddle/heddle.hpp>

HEDDLE_PATTERN(guarded_counter_counts_every_addition, "Three threads add to a counter behind a mutex; no addition is lost") {
    guarded_counter counter;
    std::thread a([&] { counter.add(1); });
    std::thread b([&] { counter.add(10); });
    std::thread c([&] { counter.add(100); });
    a.join();
    b.join();
    c.join();
    heddle::ensure(counter.value() == 111, "every addition counts");
}

HEDDLE_PATTERN(guarded_counter_never_goes_back, "A reader that looks twice never sees the counter shrink") {
    guarded_counter counter;
    std::thread writer([&] {
        counter.add(1);
        counter.add(1);
    });
    std::thread reader([&] {
        int first = counter.value();
        int second = counter.value();
        heddle::ensure(first <= second, "the counter only grows");
    });
    writer.join();
    reader.join();
}
