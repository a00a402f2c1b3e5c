#include "execution/trail.hpp"

namespace heddle::execution {

using namespace graph;
using runtime::Operation;
using runtime::OpKind;

namespace {

/// A compare_exchange of symbolic values tells apart whether it has succeeded: the value alone does not.
Value success_of(const Event& write) {
    const Operation& op = static_cast<const Step*>(write.step)->operation;
    return op.kind == OpKind::cas && op.symbolic != Scalar::none ? runtime::succeeded : 0;
}

} // namespace

Value result_of(const ExecutionGraph& graph, EventId e) {
    const Event& event = graph[e];
    switch (event.kind) {
    case EventKind::read:
        return event.chain ? 2 : event.value; // of the queues only a failed trylock ends with its read
    case EventKind::write:
        if (!event.exclusive) return 0;
        if (event.chain) return graph[event.previous].rf == initial ? 1 : 0;
        return graph[event.previous].value | success_of(event);
    case EventKind::create: return event.child;
    case EventKind::choose:
    case EventKind::branch:
    case EventKind::arrive:
    case EventKind::meet:
    case EventKind::grant:
    case EventKind::clock: return event.value;
    default: return 0;
    }
}

void write_to_memory(runtime::Machine& machine, const ExecutionGraph& graph, EventId e) {
    const Event& event = graph[e];
    if (!event.is_write() || event.chain) return;
    const Location& location = graph.location(event.location);
    for (std::size_t i = location.mo.size(); location.mo[--i] != e;)
        if (location.mo[i] < e) return; // a later write was there already
    const Operation& op = static_cast<const Step*>(event.step)->operation;
    machine.write(op.address, event.value, op.size);
}

} // namespace heddle::execution
