// Transfers that lose money: for most amounts, for a single one, or only when two of them meet.
#include "bank_transfer.hpp"

#include <atomic>
#include <cstdint>
#include <thread>

#include <heddle/heddle.hpp>

using money = heddle::symbolic<std::uint32_t>;

HEDDLE_PATTERN(bank_wrong_for_one_amount, "Right for all amounts of 2^32 but one, which a test would not hit", "assertion") {
    const money amount = heddle::any<std::uint32_t>("amount");
    std::atomic<money> from{5000}, to{7};
    std::thread mover([&] {
        from -= amount;
        to += heddle::select(amount == 0x80000001u, amount - 1, amount);
    });
    mover.join();
    heddle::ensure(from.load() + to.load() == 5007, "the sum is kept");
}

HEDDLE_PATTERN(bank_with_unguarded_sums, "Load and store instead of one addition: meeting transfers overwrite each other",
               "assertion") {
    const money x = heddle::any<std::uint32_t>("x", 1, 1000), y = heddle::any<std::uint32_t>("y", 1, 1000);
    std::atomic<money> account{0};
    std::thread other([&] { account.store(account.load() + x); });
    account.store(account.load() + y);
    other.join();
    heddle::ensure(account.load() == x + y, "every deposit counts");
}

HEDDLE_PATTERN(bank_seen_half_done, "Both accounts are guarded, but not by one critical section", "assertion") {
    std::mutex mutex;
    money from = 100, to = 0;
    const money amount = heddle::any<std::uint32_t>("amount");
    std::thread mover([&] {
        {
            std::lock_guard guard(mutex);
            from -= amount;
        }
        std::lock_guard guard(mutex);
        to += amount;
    });
    {
        std::lock_guard guard(mutex);
        heddle::ensure(from + to == 100, "nothing is missing in between");
    }
    mover.join();
}
