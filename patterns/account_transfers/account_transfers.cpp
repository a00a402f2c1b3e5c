#include "account_transfers.hpp"

#include <thread>

#include <heddle/heddle.hpp>

HEDDLE_PATTERN(transfers_conserve_money, "In every state in which nobody holds a lock the sum is what it was, and no account is ever overdrawn") {
    account accounts[3] = {{{}, 100}, {{}, 50}, {{}, 0}};
    const auto held = heddle::any_of(accounts, [](account& a) { return heddle::held(a.mutex); });
    const auto sum = heddle::sum_of(accounts, [](account& a) { return heddle::value(a.balance); });
    heddle::invariant conserved("no money is made or lost", held || sum == 150);
    heddle::invariant covered("no account is overdrawn",
                              heddle::all_of(accounts, [](account& a) { return heddle::value(a.balance) >= 0; }));
    std::thread first([&] { transfer(accounts[0], accounts[1], 70); });
    std::thread second([&] { transfer(accounts[1], accounts[2], 60); });
    std::thread third([&] { transfer(accounts[2], accounts[0], 20); });
    first.join();
    second.join();
    third.join();
    heddle::ensure(accounts[0].balance + accounts[1].balance + accounts[2].balance == 150, "the sum at the end");
}
