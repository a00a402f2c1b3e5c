// A budget that many threads draw on without a lock and that is never overdrawn: what is left goes down by compare-exchange,
// and only after a look that the draw is covered.
#pragma once

#include <atomic>

template <typename Amount>
class spending_limit {
public:
    explicit spending_limit(Amount limit) : left_(limit) {}

    /// False: the amount is more than what is left; nothing is drawn then.
    bool draw(Amount amount) {
        Amount left = left_.load(std::memory_order_relaxed);
        while (amount <= left)
            if (left_.compare_exchange_weak(left, left - amount, std::memory_order_relaxed)) return true;
        return false;
    }

    Amount left() const { return left_.load(std::memory_order_relaxed); }

private:
    std::atomic<Amount> left_;
};
