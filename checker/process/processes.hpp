// What runs on this machine, as /proc shows it.
#pragma once

#include <cstdint>
#include <vector>

#include <sys/types.h>

namespace heddle::process {

struct Process {
    pid_t process = 0, parent = 0, group = 0;
    char state = '?';
    std::uint64_t ticks = 0; ///< processor time, of the children that it has waited for too
};

std::vector<Process> all_processes();

/// Itself first, then what it started, and what those did, wherever they have put themselves.
std::vector<pid_t> descendants_of(pid_t ancestor);

/// What it has started and what was left to it, and those alone.
std::vector<pid_t> children_of(pid_t parent);

} // namespace heddle::process
