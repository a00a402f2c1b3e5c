// What real threads record: what each kind of event is, asked here and nowhere else.
#pragma once

#include <array>

#include "trace/op.hpp"
#include "trace/recording.hpp"

namespace heddle::trace {

/// What a recorded event is, as bits of RecordedTraits::is.
enum Recorded : unsigned {
    counts = 1 << 0,     ///< the recorder counts the events of its address
    releases = 1 << 1,   ///< others may have waited for it
    has_order = 1 << 2,  ///< has a memory order
    at_its_place = 1 << 3, ///< an access to an atomic object
};

struct RecordedTraits {
    RecordedKind kind;
    Op told; ///< as a step of a trace
    unsigned is;
};

/// In the order of RecordedKind.
inline constexpr std::array recorded_kinds{
    RecordedTraits{RecordedKind::none, Op::unknown, 0},
    RecordedTraits{RecordedKind::start, Op::start, 0},
    RecordedTraits{RecordedKind::end, Op::end, releases},
    RecordedTraits{RecordedKind::create, Op::create, releases},
    RecordedTraits{RecordedKind::join, Op::join, 0},
    RecordedTraits{RecordedKind::lock, Op::lock, counts},
    RecordedTraits{RecordedKind::unlock, Op::unlock, counts | releases},
    RecordedTraits{RecordedKind::lock_shared, Op::lock_shared, counts},
    RecordedTraits{RecordedKind::unlock_shared, Op::unlock_shared, counts | releases},
    RecordedTraits{RecordedKind::trylock_failed, Op::trylock_fail, counts},
    RecordedTraits{RecordedKind::wait_begin, Op::wait, counts | releases},
    RecordedTraits{RecordedKind::wait_end, Op::wake, counts},
    RecordedTraits{RecordedKind::signal, Op::signal, counts | releases},
    RecordedTraits{RecordedKind::broadcast, Op::broadcast, counts | releases},
    RecordedTraits{RecordedKind::post, Op::post, counts | releases},
    RecordedTraits{RecordedKind::take, Op::take, counts},
    RecordedTraits{RecordedKind::arrive, Op::arrive_at, counts | releases},
    RecordedTraits{RecordedKind::pass, Op::pass, counts},
    RecordedTraits{RecordedKind::once_run, Op::once_run, counts | releases},
    RecordedTraits{RecordedKind::once_seen, Op::once_seen, counts},
    RecordedTraits{RecordedKind::atomic_read, Op::read, counts | has_order | at_its_place},
    RecordedTraits{RecordedKind::atomic_write, Op::write, counts | releases | has_order | at_its_place},
    RecordedTraits{RecordedKind::rmw_read, Op::cas_fail, counts | has_order | at_its_place},
    RecordedTraits{RecordedKind::rmw_write, Op::rmw, counts | releases | has_order},
    RecordedTraits{RecordedKind::fence, Op::fence, has_order},
    RecordedTraits{RecordedKind::plain_read, Op::plain_read, 0},
    RecordedTraits{RecordedKind::plain_write, Op::plain_write, 0},
    RecordedTraits{RecordedKind::allocate, Op::allocate, 0},
    RecordedTraits{RecordedKind::release, Op::free, 0},
    RecordedTraits{RecordedKind::ensure, Op::ensure, 0},
    RecordedTraits{RecordedKind::annotate, Op::annotate, counts | releases},
    RecordedTraits{RecordedKind::input, Op::input, 0},
    RecordedTraits{RecordedKind::branch, Op::branch, 0},
    RecordedTraits{RecordedKind::assume, Op::assume, 0},
    RecordedTraits{RecordedKind::cut, Op::cut, 0},
    RecordedTraits{RecordedKind::choice, Op::choose, 0},
};

static_assert([] {
    for (std::size_t i = 0; i < recorded_kinds.size(); ++i)
        if (std::size_t(recorded_kinds[i].kind) != i) return false;
    return recorded_kinds.back().kind == RecordedKind::choice;
}(), "each kind of recorded event has its row");

constexpr const RecordedTraits& traits_of(RecordedKind kind) { return recorded_kinds[std::size_t(kind)]; }
constexpr bool is(RecordedKind kind, unsigned what) { return traits_of(kind).is & what; }

} // namespace heddle::trace
