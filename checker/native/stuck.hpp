// Whether a run still moves. A thread that waits for a lock in a cycle of holders, or for something that only threads can do
// who all wait themselves, waits forever; threads that only look at the same values may.
#pragma once

#include <array>
#include <chrono>
#include <vector>

#include "native/run.hpp"
#include "native/watch.hpp"

namespace heddle::native {

class StuckDetector {
public:
    explicit StuckDetector(std::chrono::milliseconds patience) : patience_(patience) {}

    /// To be called every few dozen milliseconds.
    Stuck look(const WatchBoard& board, std::chrono::steady_clock::time_point now);
    /// Those who do not move, after anything but `no`.
    const std::vector<StuckThread>& threads() const { return threads_; }

private:
    void collect(const WatchBoard& board, std::uint32_t count);
    bool mark_cycle();

    std::chrono::milliseconds patience_;
    std::vector<StuckThread> threads_;
    std::uint64_t moves_ = ~0ull;
    unsigned same_ = 0; ///< looks in a row at which nothing had moved
    std::chrono::steady_clock::time_point moved_at_{};
    std::vector<std::uint64_t> spins_of_;
    std::uint64_t cycle_ = 0; ///< who waits for whom in a cycle, and that they did not move
    unsigned cycle_looks_ = 0;
};

} // namespace heddle::native
