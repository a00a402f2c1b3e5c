// A mutex: a lock draws a place in its queue and is granted it by the unlock of the place before (docs/decisions/0003). A trylock
// that fails saw a holder: it comes after that one's grant and before its unlock (graph/edges.hpp).
#include "core/error.hpp"
#include "execution/queue.hpp"
#include "primitives/list.hpp"

namespace heddle::primitives {

using namespace graph;
using namespace execution;

namespace {

/// A failure has nobody else to be blamed on than who has the last place.
unsigned ways_to_fail(const ExecutionGraph&, OpKind, EventId) { return 1; }
EventId blamed(const ExecutionGraph&, EventId newest, unsigned) { return newest; }
/// Who waits for the mutex waits for somebody who has it.
bool refuses(const ExecutionGraph& graph, const runtime::Operation&, EventId place) { return given_up_by(graph, place) == no_event; }

EventId place_before_mine(const Execution& execution, ThreadId t) { // the thread's last event is its place
    return place_before(execution.graph(), execution.graph().last_of(t));
}

EventId unlock_before_mine(const Execution& execution, ThreadId t) {
    return given_up_by(execution.graph(), place_before_mine(execution, t));
}

void grant(const Execution& execution, ThreadId t, const Choice&, Event& event) {
    event.kind = EventKind::grant;
    event.partner = execution.awaited(t);
    event.synchronises = true;
}

ThreadId holder(const Execution& execution, ThreadId t) {
    const EventId place = place_of_holder(execution.graph(), place_before_mine(execution, t));
    return place == no_event ? runtime::max_threads : execution.graph()[place].thread;
}

/// A trylock that succeeds does not wait: where its place comes while another holds the mutex, it fails instead.
bool was_tried(const Execution& execution, ThreadId t) {
    const Step* const before = execution.next(t)->parent;
    return before && before->operation.kind == OpKind::try_ticket;
}

void held(const Execution& execution, ThreadId t, const Choice&, Event& event) {
    event.kind = EventKind::held;
    event.partner = execution.awaited(t);
}

EventId grant_of_the_blamed(const Execution& execution, ThreadId t) {
    const ExecutionGraph& graph = execution.graph();
    return held_since(graph, graph[graph.last_of(t)].partner);
}

void unlock(const Execution& execution, ThreadId t, const Choice&, Event& event) {
    event.kind = EventKind::unlock;
    event.partner = own_place(execution.graph(), t, event.location);
    if (event.partner == no_event) throw InternalError("an unlock without a lock reached the explorer");
}

} // namespace

void mutex_rules(RuleTable& table) {
    const auto rules = [&](OpKind kind) -> Rules& { return table[std::size_t(kind)]; };
    rules(OpKind::try_ticket) = {.ways_to_fail = ways_to_fail, .blamed = blamed, .refuses = refuses};
    rules(OpKind::grant) = {.describe = grant, .awaited = unlock_before_mine, .holder = holder, .would_not_wait = was_tried};
    // The holder that was seen got the mutex before: an execution in which it does not cannot be.
    rules(OpKind::held) = {.describe = held, .awaited = grant_of_the_blamed, .would_not_wait = [](const Execution&, ThreadId) { return true; }};
    rules(OpKind::unlock) = {.describe = unlock};
}

} // namespace heddle::primitives
