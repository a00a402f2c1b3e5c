// Rounds of a loop that take something and give it back: a lock and its unlock, a failed trylock, a fetch_add that a fetch_sub
// undoes. A round that leaves everything as it was is a wait in another form (docs/decisions/0014-rounds-that-give-back.md).
#pragma once

#include <vector>

#include "graph/execution_graph.hpp"
#include "runtime/operation.hpp"

namespace heddle::execution {

/// An operation with its result.
struct Done {
    const runtime::Operation* operation = nullptr;
    Value result = 0;
};

/// Whether a later operation of the same thread may undo this one, or nothing of it needs undoing.
bool may_be_given_back(const runtime::Operation& operation);

/// Whether operations leave all mutexes, conditions and atomic objects as they were.
enum class GivenBack : std::uint8_t {
    not_all,
    all,
    all_and_relocked, ///< a mutex that was held before was given up in between: the thread must not wait with it
};
GivenBack gives_back(const std::vector<Done>& latest_first);

/// The events of a thread's last round, from its first event on.
struct RoundEvents {
    graph::ThreadId thread = 0;
    std::vector<graph::EventId> events; ///< in order
};

/// Whether the event of another thread sees that the round takes place: it reads what was given back afterwards, or its
/// trylock fails since the round holds the mutex, or it is a signal that finds the thread waiting.
bool sees(const graph::ExecutionGraph& graph, graph::EventId event, const RoundEvents& round);

/// Whether the event, a trylock that failed since the round held its first mutex, could as well have failed by the thread's next
/// round, which begins like this one: nothing that the next round has to wait for at that mutex comes after the event.
bool may_see_the_next(const graph::ExecutionGraph& graph, graph::EventId event, const RoundEvents& round);

/// Whether somebody else's write came between what the round changed and how it changed it back.
bool is_interrupted(const graph::ExecutionGraph& graph, const RoundEvents& round);

} // namespace heddle::execution
