// Accounts between which money is moved; nobody sees a transfer half done. Amount is any type that counts money.
#pragma once

#include <array>
#include <cstddef>
#include <mutex>

template <typename Amount, std::size_t accounts>
class bank {
public:
    explicit bank(const std::array<Amount, accounts>& balances) : balances_(balances) {}

    void transfer(std::size_t from, std::size_t to, Amount amount) {
        std::lock_guard guard(mutex_);
        balances_[from] -= amount;
        balances_[to] += amount;
    }

    Amount total() const {
        std::lock_guard guard(mutex_);
        Amount sum = 0;
        for (const Amount& balance : balances_) sum += balance;
        return sum;
    }

private:
    mutable std::mutex mutex_;
    std::array<Amount, accounts> balances_; // guarded by mutex_
};
