// A round table: philosopher i eats with forks i and i+1. Everyone takes the lower-numbered fork first, so no circle of
// waiting can close.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <mutex>

template <std::size_t Seats>
class round_table {
public:
    /// Calls `meal` while holding both forks of `seat`.
    template <class Meal>
    void eat(std::size_t seat, Meal meal) {
        std::size_t left = seat, right = (seat + 1) % Seats;
        std::lock_guard lower(forks_[std::min(left, right)]);
        std::lock_guard higher(forks_[std::max(left, right)]);
        meal();
    }

private:
    std::array<std::mutex, Seats> forks_;
};
