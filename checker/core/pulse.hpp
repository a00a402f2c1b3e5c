// How far a process has come, in memory that its parent sees too: what is known of a child that does not answer any more.
#pragma once

#include <atomic>
#include <cstdint>

namespace heddle {

struct Pulse {
    std::atomic<std::uint64_t> entries{0};  ///< how often the program's code was entered: while that moves, it gets on
    std::atomic<bool> in_program{false};    ///< the program's code runs now, not heddle's
    std::atomic<bool> telling{false};       ///< a violation was found, and its story is being made
    std::atomic<std::uint64_t> complete{0}; ///< executions so far
    std::atomic<std::uint64_t> blocked{0};
    int verdict = -1;                       ///< of a program that could not even be loaded, and …
    char last_words[1024] = {};             ///< … why; written just before the process ends itself
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free); // or two processes could not share it

inline Pulse own_pulse;
/// Of this process: a page that the parent shares (process::Child sees to it), or just memory.
inline Pulse* pulse = &own_pulse;

} // namespace heddle
