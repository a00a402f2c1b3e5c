// Events: what the threads of one execution did that others can see.
#pragma once

#include <cstdint>

#include "core/memory_order.hpp"
#include "core/value.hpp"

namespace heddle::graph {

using ThreadId = std::uint32_t;
using LocationId = std::uint32_t;

/// An event's place in the trail, the order in which the events of the graph were put there: a linear extension of
/// porf.
using EventId = std::uint32_t;
inline constexpr EventId initial = 0xffff'ffff; ///< as a reads-from: the initial value of the location
inline constexpr EventId no_event = 0xffff'fffe;
inline constexpr LocationId no_location = 0xffff'ffff;

enum class EventKind : std::uint8_t {
    read,
    write,
    fence,
    create, ///< partner: none; result: the child
    join,   ///< partner: the end of the thread
    end,
    grant,  ///< partner: the unlock that made it possible; the value is 1 when others must make it possible, too
    held,   ///< partner: the grant (or ticket) of the holder that a failed trylock saw
    unlock, ///< partner: the write of the ticket it ends
    pick,   ///< partner: the write of its signal
    wake,   ///< partner: the pick or broadcast that woke it, or none when spurious
    choose,
    branch, ///< on a symbolic condition: the result is whether it holds
    notify, ///< of those who wait for a change of an atomic object
    arrive, ///< at a latch or barrier; the value is the phase
    meet,   ///< partner: an arrival of the phase that is waited for; the value is 1 when more are to be met
    clock,  ///< the value is the virtual time
};

/// The two halves of a read-modify-write are two events, adjacent in po.
struct Event {
    EventKind kind = EventKind::read;
    MemoryOrder order = MemoryOrder::relaxed;
    bool exclusive = false;    ///< half of a read-modify-write
    bool synchronises = false; ///< partner -> this event is part of happens-before
    bool waiting = false;      ///< a read whose value leaves its thread where it was: it waits to be revisited
    bool update = false;       ///< belongs to a read-modify-write operation, be it a failed compare_exchange
    bool chain = false;        ///< on a queue (mutex, condition variable): its values mean nothing
    std::uint8_t size = 0;
    std::uint16_t thread = 0;
    std::uint16_t index = 0;          ///< in its thread, from 0
    EventId previous = no_event;      ///< in its thread; for a thread's first event the create
    EventId release_fence = no_event; ///< the last release fence of its thread up to here, itself included
    std::uint32_t stamp = 0;          ///< <G: when it was added
    LocationId location = no_location;
    EventId rf = no_event;      ///< reads
    EventId partner = no_event; ///< see EventKind; for a ticket's write: its unlock, once there; for a failed trylock: the
                                ///< ticket's write of the holder that it is blamed on
    std::uint32_t child = 0;    ///< create: the new thread; pick: which of the waiters; a failed trylock: which of the holders
    Value value = 0;            ///< read or written; of others the operation's result
    const void* step = nullptr; ///< the explorer's: the operation that this event performs
    std::uint64_t assumes = 1;  ///< the explorer's: a symbolic condition (core/expression.hpp) without which it is not there

    bool is_read() const { return kind == EventKind::read; }
    bool is_write() const { return kind == EventKind::write; }
};

} // namespace heddle::graph
