// What a step of a trace does. A new one is a value and its word.
#pragma once

#include <cstdint>

#include "core/names.hpp"

namespace heddle::trace {

enum class Op : std::uint8_t {
    read,
    write,
    rmw,
    cas,
    cas_fail,
    fence,
    lock,
    unlock,
    trylock_fail,
    lock_shared,
    unlock_shared,
    wait,
    wake,
    signal,
    broadcast,
    notify, ///< of an atomic object
    arrive,
    meet,      ///< all have come to a barrier or latch
    arrive_at, ///< the same two on real threads
    pass,
    post, ///< a semaphore
    take,
    once_run,
    once_seen,
    create,
    start,
    join,
    end,
    plain_read,
    plain_write,
    allocate,
    free,
    choose,
    enter,
    leave,
    invariant,
    ensure,
    annotate,
    input,
    branch,
    assume,
    cut,
    blocked,
    violation,
    unknown,
};

} // namespace heddle::trace

/// The words of saved traces: one that is there stays as it is.
template <>
inline constexpr auto heddle::names<heddle::trace::Op> = [] {
    using enum heddle::trace::Op;
    return std::array{
        heddle::Name{read, "read"},
        heddle::Name{write, "write"},
        heddle::Name{rmw, "rmw"},
        heddle::Name{cas, "cas"},
        heddle::Name{cas_fail, "cas-fail"},
        heddle::Name{fence, "fence"},
        heddle::Name{lock, "lock"},
        heddle::Name{unlock, "unlock"},
        heddle::Name{trylock_fail, "trylock-fail"},
        heddle::Name{lock_shared, "lock shared"},
        heddle::Name{unlock_shared, "unlock shared"},
        heddle::Name{wait, "wait"},
        heddle::Name{wake, "wake"},
        heddle::Name{signal, "signal"},
        heddle::Name{broadcast, "broadcast"},
        heddle::Name{notify, "notify"},
        heddle::Name{arrive, "arrive"},
        heddle::Name{meet, "meet"},
        heddle::Name{arrive_at, "arrive at"},
        heddle::Name{pass, "pass"},
        heddle::Name{post, "post"},
        heddle::Name{take, "take"},
        heddle::Name{once_run, "once, run:"},
        heddle::Name{once_seen, "once, seen:"},
        heddle::Name{create, "create"},
        heddle::Name{start, "start"},
        heddle::Name{join, "join"},
        heddle::Name{end, "end"},
        heddle::Name{plain_read, "plain-read"},
        heddle::Name{plain_write, "plain-write"},
        heddle::Name{allocate, "allocate"},
        heddle::Name{free, "free"},
        heddle::Name{choose, "choose"},
        heddle::Name{enter, "enter"},
        heddle::Name{leave, "leave"},
        heddle::Name{invariant, "invariant"},
        heddle::Name{ensure, "ensure"},
        heddle::Name{annotate, "annotate"},
        heddle::Name{input, "input"},
        heddle::Name{branch, "branch"},
        heddle::Name{assume, "assume"},
        heddle::Name{cut, "cut"},
        heddle::Name{blocked, "blocked"},
        heddle::Name{violation, "violation"},
        heddle::Name{unknown, "?"},
    };
}();
static_assert(heddle::are_in_order<heddle::trace::Op>());

namespace heddle::trace {

constexpr bool is_plain(Op op) { return op == Op::plain_read || op == Op::plain_write; }
constexpr bool reads(Op op) { return op == Op::read || op == Op::plain_read || op == Op::rmw || op == Op::cas || op == Op::cas_fail; }
constexpr bool writes(Op op) { return op == Op::write || op == Op::plain_write || op == Op::rmw || op == Op::cas; }
/// Nothing is another one after it.
constexpr bool changes_nothing(Op op) {
    return op == Op::read || op == Op::plain_read || op == Op::cas_fail || op == Op::trylock_fail || op == Op::fence;
}

} // namespace heddle::trace
