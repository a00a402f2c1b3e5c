// Accounts and transfers between them, each account with a mutex of its own; both are taken in the order of their addresses.
#pragma once

#include <functional>
#include <mutex>

struct account {
    std::mutex mutex;
    int balance = 0; // guarded by the mutex
};

/// False, and nothing happens: there is not enough in the account. The two must be different.
inline bool transfer(account& from, account& to, int amount) {
    const bool ordered = std::less<account*>()(&from, &to);
    std::lock_guard first(ordered ? from.mutex : to.mutex);
    std::lock_guard second(ordered ? to.mutex : from.mutex);
    if (from.balance < amount) return false;
    from.balance -= amount;
    to.balance += amount;
    return true;
}
