#include "double_checked_locking.hpp"

#include <thread>

#include <heddle/heddle.hpp>

namespace {

struct widget {
    int size = 7;
};

} // namespace

HEDDLE_PATTERN(lazy_value_is_made_once, "Three threads use a lazy value; all get the same one, fully made") {
    lazy<widget> shared;
    widget* seen[3] = {};
    auto use = [&](int me) {
        seen[me] = &shared.get();
        heddle::ensure(seen[me]->size == 7, "the widget is fully made");
    };
    std::thread a(use, 0);
    std::thread b(use, 1);
    std::thread c(use, 2);
    a.join();
    b.join();
    c.join();
    heddle::ensure(seen[0] == seen[1] && seen[1] == seen[2], "there is one widget");
}
