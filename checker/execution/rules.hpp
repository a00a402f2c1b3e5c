// What a primitive says of its operations, in its own file models/primitives/NAME/rules.cpp. The table of all of them is handed
// in from above (models/primitives/list.cpp), so that the engine knows none by name.
#pragma once

#include <array>

#include "execution/operations.hpp"
#include "graph/execution_graph.hpp"

namespace heddle::execution {

using graph::EventId;
using graph::ExecutionGraph;
using graph::ThreadId;

class Execution;
struct Choice;

/// Null where a kind has nothing to say.
struct Rules {
    /// The event that the thread's next operation becomes, as far as it differs from a mere one.
    void (*describe)(const Execution&, ThreadId, const Choice&, graph::Event&) = nullptr;
    /// Of operations that wait: the event that lets the thread go on; no_event: there is none yet. What it waits for is asked here
    /// and nowhere else.
    EventId (*awaited)(const Execution&, ThreadId) = nullptr;
    /// Likewise: the thread that could let it go on, by unlocking or ending; max_threads: nobody in particular.
    ThreadId (*holder)(const Execution&, ThreadId) = nullptr;
    /// Of operations that wait in vain: whether that is only because the execution is one that cannot be, as something else would
    /// have come first. Such a one is no deadlock; the other is explored, too.
    bool (*would_not_wait)(const Execution&, ThreadId) = nullptr;
    /// Of operations that take a place in a lock's queue or fail: whom a failure may be blamed on, when it reads the place `newest`
    /// (an operation's kind) after the place `before`. Choice::pick chooses, from 1 on; 0 is to succeed.
    unsigned (*ways_to_fail)(const ExecutionGraph&, OpKind newest, EventId before) = nullptr;
    /// Likewise: whom (by which place) the failure is blamed on that reads `newest`.
    EventId (*blamed)(const ExecutionGraph&, EventId newest, unsigned pick) = nullptr;
    /// Likewise: whether who has that place lets the operation fail, as things stand.
    bool (*refuses)(const ExecutionGraph&, const runtime::Operation&, EventId place) = nullptr;
};

using RuleTable = std::array<Rules, runtime::op_kinds>;

/// Handed in before the first execution.
inline const RuleTable* rule_table = nullptr;

inline const Rules& rules_of(OpKind kind) { return (*rule_table)[std::size_t(kind)]; }

} // namespace heddle::execution
