// The look and the draw are two steps: both threads may look before either draws.
#include <atomic>
#include <cstdint>
#include <thread>

#include <heddle/heddle.hpp>

using money = heddle::symbolic<std::uint32_t>;

HEDDLE_PATTERN(limit_looked_at_too_early, "Covered when it looked, overdrawn when it drew", "assertion") {
    const money limit = heddle::any<std::uint32_t>("limit"), x = heddle::any<std::uint32_t>("x"),
                y = heddle::any<std::uint32_t>("y");
    std::atomic<money> left{limit};
    auto draw = [&](money amount) {
        if (amount <= left.load()) left.fetch_sub(amount);
    };
    std::thread other([&] { draw(x); });
    draw(y);
    other.join();
    heddle::ensure(left.load() <= limit, "what is left was there");
}

HEDDLE_PATTERN(limit_compared_by_sum, "x + y <= limit holds of a sum that has wrapped around", "assertion") {
    const money limit = heddle::any<std::uint32_t>("limit"), x = heddle::any<std::uint32_t>("x"),
                y = heddle::any<std::uint32_t>("y");
    std::atomic<money> spent{0};
    auto draw = [&](money amount) {
        money before = spent.load();
        while (before + amount <= limit)
            if (spent.compare_exchange_weak(before, before + amount)) return;
    };
    std::thread other([&] { draw(x); });
    other.join();
    const money before = spent.load();
    draw(y);
    heddle::ensure(spent.load() >= before, "spending only grows");
}
