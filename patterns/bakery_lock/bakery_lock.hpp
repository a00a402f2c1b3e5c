// Lamport's bakery: draw a number larger than all you see, then wait for everyone with a smaller one. No read-modify-write is needed,
// and numbers may be drawn twice: then the thread with the lower index goes first.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>

template <std::size_t Threads>
class bakery_lock {
public:
    void lock(std::size_t me) {
        choosing_[me] = true;
        unsigned highest = 0;
        for (auto& number : numbers_)
            if (const unsigned seen = number; seen > highest) highest = seen;
        const unsigned mine = highest + 1;
        numbers_[me] = mine;
        choosing_[me] = false;
        for (std::size_t other = 0; other < Threads; ++other) {
            if (other == me) continue;
            while (choosing_[other]) {
            }
            for (;;) {
                const unsigned theirs = numbers_[other];
                if (theirs == 0 || theirs > mine || (theirs == mine && other > me)) break;
            }
        }
    }

    void unlock(std::size_t me) { numbers_[me] = 0; }

private:
    std::array<std::atomic<bool>, Threads> choosing_{};
    std::array<std::atomic<unsigned>, Threads> numbers_{};
};
