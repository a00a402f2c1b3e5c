// Latches and barriers: arrivals commute (docs/decisions/0016), and those who wait meet all of a phase, one by one.
#include <algorithm>

#include "execution/operations.hpp"
#include "primitives/list.hpp"

namespace heddle::primitives {

using namespace graph;
using namespace execution;
using runtime::Operation;

namespace {

/// When all have come, the first of them that the thread has not met yet (or any, when it knows of all already).
EventId next_to_meet(const Execution& execution, ThreadId t) {
    const ExecutionGraph& graph = execution.graph();
    const Operation& op = execution.next(t)->operation;
    const LocationId l = execution.next(t)->slot->location;
    if (l == no_location) return no_event;
    const std::vector<EventId> all = execution.arrivals(l, op.operand);
    Value weight = 0;
    for (const EventId e : all) weight += operation_of(graph[e]).operand;
    if (all.empty() || weight < op.expected) return no_event;
    const ConstRow before = graph.hb_of_thread(t);
    for (const EventId e : all)
        if (!before || !graph.contains(before, e)) return e;
    return all.front();
}

/// After meeting that one.
bool has_more_to_meet(const Execution& execution, ThreadId t, EventId met) {
    const ExecutionGraph& graph = execution.graph();
    const ConstRow before = graph.hb_of_thread(t);
    for (const EventId e : execution.arrivals(graph[met].location, graph[met].value))
        if (e != met && !(before && graph.contains(before, e)) && !graph.hb_before(e, met)) return true;
    return false;
}

/// The phase that was going on as far as the thread knows: by what is asked of its callers a barrier cannot be further.
/// (Where it can, some phase gets an arrival too many, and their order is explored instead.)
Value phase_of_arrival(const ExecutionGraph& graph, ThreadId t, LocationId l) {
    const EventId last = graph.last_of(t);
    if (last >= no_event) return 0;
    Value phase = 0;
    for (EventId e = 0; e < graph.size(); ++e) {
        const Event& event = graph[e];
        if (event.location != l || !graph.contains(graph.porf(last), e)) continue;
        if (event.kind == EventKind::arrive) phase = std::max(phase, event.value);
        else if (event.kind == EventKind::meet) phase = std::max(phase, operation_of(event).operand + 1);
    }
    return phase;
}

void arrive(const Execution& execution, ThreadId t, const Choice&, Event& event) {
    event.kind = EventKind::arrive;
    event.chain = true;
    event.value = phase_of_arrival(execution.graph(), t, event.location);
}

void meet(const Execution& execution, ThreadId t, const Choice&, Event& event) {
    event.kind = EventKind::meet;
    event.partner = execution.awaited(t);
    event.synchronises = true;
    event.value = has_more_to_meet(execution, t, event.partner);
}

} // namespace

void barrier_rules(RuleTable& table) {
    table[std::size_t(OpKind::arrive)] = {.describe = arrive};
    table[std::size_t(OpKind::meet)] = {.describe = meet, .awaited = next_to_meet};
}

} // namespace heddle::primitives
