// What the runtime finds wrong while the program runs. Each finding goes at once, as one message of fixed size, to the
// process that started the run; a program that dies afterwards takes nothing with it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "native/places.hpp"

namespace heddle::native {

struct Thread;

struct Stack {
    std::uint32_t count = 0;
    std::array<std::uint64_t, 20> pcs{}; ///< return addresses, innermost first
};

enum class FoundKind : std::uint32_t {
    race,          ///< of access[0] (the later one) and access[1]
    lock_cycle,    ///< the edges: each thread holds a lock and acquires the next edge's
    misuse,        ///< `text` says of what; access[0] is where
    assertion,     ///< `text`: the condition
    exception,     ///< `text`: what() of an uncaught exception
    crash,         ///< `text`: the signal
    memory,        ///< `text`: what is wrong with a release; access[0] is where
    unsupported,   ///< `text`: what cannot be followed
    leak,          ///< `address`: the number of a thread that is neither joined nor detached; access[0]: where it was created
    limit,         ///< `text`: what the runtime has run out of; races may be missed from here on
    suppression,   ///< no finding: `text`, a line for Suppressions
    finished,      ///< no finding: the program has ended by itself; `address` holds its exit status
};

struct FoundAccess {
    std::uint64_t address = 0;
    std::uint32_t size = 0;
    Place place = 0; ///< only in the process of the run
    std::uint32_t thread = 0;
    bool write = false, atomic = false;
    const char* call = nullptr; ///< of hidden_state.hpp: the function of the C library; a constant of both processes
    Stack stack;
    std::uint32_t lock_count = 0;
    std::array<std::uint64_t, 4> locks{}; ///< addresses
};

struct FoundThread {
    std::uint32_t serial = 0, parent = 0;
    std::uint64_t function = 0;
    Stack created;
};

struct FoundBlock {
    std::uint64_t start = 0, size = 0;
    std::uint32_t thread = 0;
    bool freed = false;
    std::uint32_t freed_by = 0; ///< which of the two accesses is its release, + 1; 0: neither
    bool freed_before = false;  ///< the earlier one is, and happens before the later one
    Stack allocated;
};

struct FoundEdge {
    std::uint32_t thread = 0;
    std::uint64_t held = 0, acquired = 0; ///< addresses of the locks
    Stack held_at, acquired_at;
};

/// Trivially copyable: it travels as bytes. (Smaller than a pipe's atomic write.)
struct Found {
    FoundKind kind = FoundKind::race;
    std::uint32_t stack_owner = ~0u; ///< the thread on whose stack the address lies, ~0: none
    std::uint64_t address = 0;
    std::array<FoundAccess, 2> access;
    std::array<FoundThread, 2> thread;
    FoundBlock block;
    std::uint32_t edge_count = 0;
    std::array<FoundEdge, 4> edge;
    std::array<char, 200> text{};
};
static_assert(sizeof(Found) <= 4096);

/// Where findings go: a pipe.
void send_findings_to(int descriptor);
void send(const Found& found);

/// Whether a race of these two places was found before.
bool already_found(Place one, Place other);
void found_race(FoundAccess later, FoundAccess earlier);
/// Something about the calling thread, at the return address.
[[gnu::format(printf, 4, 5)]] void found(FoundKind kind, std::uint64_t pc, std::uint64_t address, const char* format, ...);
/// … at a place of its own.
[[gnu::format(printf, 3, 4)]] void found_at(FoundKind kind, Place place, const char* format, ...);
/// The thread has ended and was neither joined nor detached.
void found_leak(const Thread& thread);
/// For the moment of a fork.
void hold_findings();
void let_findings_go();
/// Said once for each text (a constant).
void found_limit(const char* text);

} // namespace heddle::native
