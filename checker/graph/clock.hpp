// Vector clocks: for each thread, how many of its events come before. A downward-closed set of events as a short row of
// 16-bit numbers. Rows of all events of a graph lie side by side, so that joining two touches two cache lines.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

namespace heddle::graph {

using Lane = std::uint16_t;
inline constexpr unsigned max_lane_value = 65'000; ///< events of one thread; beyond, the check is inconclusive

/// A view of one row.
using Row = Lane*;
using ConstRow = const Lane*;

class ClockTable {
public:
    explicit ClockTable(unsigned lanes = 16) : lanes_(lanes) {}

    unsigned lanes() const { return lanes_; }
    Row row(std::uint32_t event) { return data_.data() + std::size_t{event} * lanes_; }
    ConstRow row(std::uint32_t event) const { return data_.data() + std::size_t{event} * lanes_; }

    /// Makes room for rows 0 … events-1. Rows are not initialised.
    void reserve(std::uint32_t events) {
        if (data_.size() < std::size_t{events} * lanes_)
            data_.resize(std::max<std::size_t>(std::size_t{events} * lanes_, 2 * data_.size()));
    }

    void clear(Row r) const { std::memset(r, 0, lanes_ * sizeof(Lane)); }
    void copy(Row to, ConstRow from) const { std::memcpy(to, from, lanes_ * sizeof(Lane)); }

    /// to := lane-wise maximum of to and from (the union of the two sets).
    void join(Row to, ConstRow from) const {
        for (unsigned i = 0; i < lanes_; i += 8) {
            using Eight = Lane __attribute__((vector_size(16), aligned(2)));
            auto& a = *reinterpret_cast<Eight*>(to + i);
            const auto& b = *reinterpret_cast<const Eight*>(from + i);
            a = a > b ? a : b;
        }
    }

private:
    unsigned lanes_; ///< a multiple of 8
    std::vector<Lane> data_;
};

} // namespace heddle::graph
