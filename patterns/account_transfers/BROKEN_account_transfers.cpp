// Transfers after which the books are right, and during which they are not.
#include "account_transfers.hpp"

#include <thread>

#include <heddle/heddle.hpp>

namespace {

heddle::term sum_of(account (&accounts)[2]) {
    return heddle::sum_of(accounts, [](account& a) { return heddle::value(a.balance); });
}
heddle::term free(account (&accounts)[2]) {
    return !heddle::any_of(accounts, [](account& a) { return heddle::held(a.mutex); });
}

} // namespace

HEDDLE_PATTERN(transfer_in_two_sections, "Each account is changed under its own lock only: in between the money is nowhere, at the end the sum is right",
               "invariant") {
    account accounts[2] = {{{}, 100}, {{}, 100}};
    heddle::invariant conserved("no money is made or lost", implies(free(accounts), sum_of(accounts) == 200));
    auto move = [&](int from, int to, int amount) {
        {
            std::lock_guard guard(accounts[from].mutex);
            accounts[from].balance -= amount;
        }
        std::lock_guard guard(accounts[to].mutex);
        accounts[to].balance += amount;
    };
    std::thread first(move, 0, 1, 30);
    std::thread second(move, 1, 0, 20);
    first.join();
    second.join();
    heddle::ensure(accounts[0].balance + accounts[1].balance == 200, "the sum at the end");
}

HEDDLE_PATTERN(overdrawn_and_put_right, "The amount is taken first and given back when it was not there: no assertion sees the debt",
               "invariant") {
    account accounts[2] = {{{}, 10}, {{}, 0}};
    heddle::invariant covered("no account is overdrawn",
                              heddle::all_of(accounts, [](account& a) { return heddle::value(a.balance) >= 0; }));
    auto move = [&](int amount) {
        std::scoped_lock both(accounts[0].mutex, accounts[1].mutex);
        volatile int& balance = accounts[0].balance;
        balance = balance - amount;
        if (balance < 0) balance = balance + amount;
        else accounts[1].balance += amount;
    };
    std::thread first(move, 7);
    std::thread second(move, 7);
    first.join();
    second.join();
    heddle::ensure(accounts[0].balance + accounts[1].balance == 10, "the sum at the end");
}
