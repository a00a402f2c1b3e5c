// The stacks of a recording's threads. One that a thread has left is the next one's: the same addresses are then other objects.
#pragma once

#include <cstdint>
#include <vector>

#include "trace/recording.hpp"

namespace heddle::smt {

inline constexpr std::uint32_t nobody = ~0u;

struct Stack {
    std::uint64_t begin = 0, bytes = 0; ///< 0 bytes: not known, or main's
    std::uint32_t before = nobody;      ///< the last thread that had it, or part of it, earlier
    bool shared = false;                ///< others know addresses in it
    bool contains(std::uint64_t address) const { return address - begin < bytes; }
};

/// By thread. An address in a stack is known to others when one of them accesses it, or a copy of it is written elsewhere.
/// O(events · log threads).
std::vector<Stack> stacks_of(const trace::Recording& recording);

} // namespace heddle::smt
