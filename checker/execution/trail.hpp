// The trail of a graph is an order in which the program itself can take its events. Here is what one event is to the program: who runs
// it natively, to learn, to tell or to record, has the same steps.
#pragma once

#include "execution/behaviour.hpp"
#include "graph/execution_graph.hpp"

namespace heddle::execution {

/// What the operation of the event returns to the program.
Value result_of(const ExecutionGraph& graph, EventId e);

/// Whether the event's thread runs on after it. Of an update the write half goes on; who waits does not, nor who has ended.
inline bool runs_on(const graph::Event& event) {
    return !(event.is_read() && event.exclusive) && !event.waiting && event.kind != graph::EventKind::end;
}

/// Memory holds the write that is the newest in mo of those so far: one that came later in mo may have been there already.
void write_to_memory(runtime::Machine& machine, const ExecutionGraph& graph, EventId e);

/// Takes the event in the program: a thread that it creates starts, then its own thread runs on.
/// @param start,resume `void(ThreadId)`, `void(ThreadId, Value)`: run the thread to its next operation
template <typename Start, typename Resume>
void take_event(runtime::Machine& machine, const ExecutionGraph& graph, EventId e, Start start, Resume resume) {
    const graph::Event& event = graph[e];
    if (!runs_on(event)) return;
    if (event.kind == graph::EventKind::create) {
        machine.bind_child(event.thread, event.child);
        start(event.child);
    }
    write_to_memory(machine, graph, e);
    resume(event.thread, result_of(graph, e));
}

} // namespace heddle::execution
