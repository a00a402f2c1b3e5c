#include "spending_limit.hpp"

#include <cstdint>
#include <thread>

#include <heddle/heddle.hpp>

using money = heddle::symbolic<std::uint32_t>;

HEDDLE_PATTERN(limit_is_never_overdrawn, "Two threads draw any amounts on any budget: together at most what there was") {
    const money limit = heddle::any<std::uint32_t>("limit"), x = heddle::any<std::uint32_t>("x"),
                y = heddle::any<std::uint32_t>("y");
    spending_limit<money> budget(limit);
    bool first = false;
    std::thread other([&] { first = budget.draw(x); });
    const bool second = budget.draw(y);
    other.join();
    heddle::ensure(budget.left() <= limit, "what is left was there");
    const heddle::symbolic<std::uint64_t> spent =
        (first ? heddle::symbolic<std::uint64_t>(x) : 0) + (second ? heddle::symbolic<std::uint64_t>(y) : 0);
    heddle::ensure(spent + budget.left() == limit, "drawn and left make the limit");
}
