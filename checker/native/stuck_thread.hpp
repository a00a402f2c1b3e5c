// Threads of a run that do not move, and what that is called.
#pragma once

#include <cstdint>
#include <vector>

#include "native/watch.hpp"

namespace heddle::native {

/// A thread that does not move.
struct StuckThread {
    std::uint32_t thread = 0;
    Waiting waiting = Waiting::no;    ///< no: it looks at something over and over
    std::uint64_t object = 0;
    std::int64_t holder = -1;         ///< the thread that it waits for; -1: none in particular
    bool in_cycle = false;
    bool silent = false;              ///< it did not say that it waits: the kernel did
    std::uint32_t system_id = 0;      ///< the kernel's number
    std::uint64_t function = 0;
    WatchedStack at;
    std::vector<Watched::Lock> locks; ///< that it holds
};

enum class Stuck : std::uint8_t { no, deadlock, livelock, hang };

} // namespace heddle::native
