// The queue of a lock: the places that threads have taken, in the order in which they took them, and who holds the lock by them.
// A place is the write half of an operation that takes_lock; it is given up by the unlock that is its partner. Who holds a lock is
// asked here and nowhere else.
#pragma once

#include <optional>

#include "execution/operations.hpp"
#include "graph/execution_graph.hpp"

namespace heddle::execution {

using graph::EventId;
using graph::ExecutionGraph;
using graph::LocationId;
using graph::ThreadId;

/// The place before that one in its queue; graph::initial: none.
inline EventId place_before(const ExecutionGraph& graph, EventId place) { return graph[graph[place].previous].rf; }

inline bool is_place_in_lock(const graph::Event& event) {
    return event.chain && event.is_write() && is(operation_of(event).kind, takes_lock);
}

inline bool is_shared(const ExecutionGraph& graph, EventId place) { return is(operation_of(graph[place]).kind, shared_lock); }

/// The unlock by which it was given up; no_event: not yet.
inline EventId given_up_by(const ExecutionGraph& graph, EventId place) { return graph[place].partner; }

/// The event from which on the thread has the lock by that place: the place itself when nobody was before, else its (last)
/// admission; no_event: it still waits.
EventId held_since(const ExecutionGraph& graph, EventId place);

/// The thread's last place in that queue which it has not given up; no_event: none.
EventId own_place(const ExecutionGraph& graph, ThreadId t, LocationId queue);

/// The first place from `newest` on, backwards, by which a thread holds the lock now; `exclusive`: to have it alone.
EventId place_of_holder(const ExecutionGraph& graph, EventId newest, bool exclusive = false);

/// The nearest place from `newest` on, backwards, of a thread that wants the lock alone; initial: none.
EventId last_exclusive(const ExecutionGraph& graph, EventId newest);

} // namespace heddle::execution
