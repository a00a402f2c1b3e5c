// Whether a run still moves. A thread that waits for a lock in a cycle of holders, or for something that only threads can do
// who all wait themselves, waits forever; threads that only look at the same values may. Of a thread that says nothing the kernel says
// whether it computes or sleeps.
#pragma once

#include <array>
#include <chrono>
#include <map>
#include <vector>

#include <sys/types.h>

#include "native/asleep.hpp"
#include "native/stuck_thread.hpp"
#include "native/watch.hpp"

namespace heddle::native {

class StuckDetector {
public:
    /// @param process of the run
    StuckDetector(pid_t process, std::chrono::milliseconds patience) : process_(process), patience_(patience) {}

    /// To be called every few dozen milliseconds.
    Stuck look(const WatchBoard& board, std::chrono::steady_clock::time_point now);
    /// Those who do not move, after anything but `no`.
    const std::vector<StuckThread>& threads() const { return threads_; }

private:
    /// What all threads do at one moment.
    struct Survey {
        std::uint64_t moves = 0;
        bool all_wait = true, one_outside = false, one_spins = false, one_loops = false, one_computes = false;
        std::vector<std::uint32_t> silent; ///< they say neither that they wait nor that they look
    };

    Survey survey(const WatchBoard& board, std::uint32_t count);
    void ask_kernel(const WatchBoard& board, Survey& all);
    void ask_about_others(const WatchBoard& board, std::uint32_t count, Survey& all);
    bool slept_on(std::uint32_t system_id, const KernelView& view);
    void collect(const WatchBoard& board, std::uint32_t count);
    bool mark_cycle();
    bool same_cycle_again(const WatchBoard& board);

    pid_t process_;
    std::chrono::milliseconds patience_;
    std::vector<StuckThread> threads_;
    std::uint64_t moves_ = ~0ull;
    unsigned same_ = 0; ///< looks in a row at which nothing had moved
    std::chrono::steady_clock::time_point moved_at_{};
    std::vector<std::uint64_t> spins_of_;
    std::map<std::uint32_t, KernelView> asleep_; ///< by the kernel's number: threads that did not run between the last two looks
    std::map<std::uint32_t, std::uint64_t> switches_; ///< likewise, at the last look
    std::uint64_t cycle_ = 0; ///< who waits for whom in a cycle, and that they did not move
    unsigned cycle_looks_ = 0;
};

} // namespace heddle::native
