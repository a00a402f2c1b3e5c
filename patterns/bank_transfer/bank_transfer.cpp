#include "bank_transfer.hpp"

#include <cstdint>
#include <thread>

#include <heddle/heddle.hpp>

using money = heddle::symbolic<std::uint32_t>;

HEDDLE_PATTERN(bank_keeps_the_sum, "Three threads move any amounts among three accounts; no money is made or lost") {
    bank<money, 3> b({100, 200, 300});
    const money x = heddle::any<std::uint32_t>("x"), y = heddle::any<std::uint32_t>("y"), z = heddle::any<std::uint32_t>("z");
    std::thread first([&] { b.transfer(0, 1, x); });
    std::thread second([&] { b.transfer(1, 2, y); });
    std::thread third([&] { b.transfer(2, 0, z); });
    first.join();
    second.join();
    third.join();
    heddle::ensure(b.total() == 600, "the sum is kept");
}

HEDDLE_PATTERN(bank_never_shows_a_transfer_half_done, "Whoever looks while any amount is on its way sees the whole sum") {
    bank<money, 2> b({heddle::any<std::uint32_t>("left"), heddle::any<std::uint32_t>("right")});
    const money before = b.total(), amount = heddle::any<std::uint32_t>("amount");
    std::thread mover([&] { b.transfer(0, 1, amount); });
    heddle::ensure(b.total() == before, "nothing is missing in between");
    mover.join();
}
