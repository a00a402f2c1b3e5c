// A condition variable: a queue of those who came to wait, signalled and gave up; a pick decides whom a signal wakes.
#include "execution/operations.hpp"
#include "primitives/list.hpp"

namespace heddle::primitives {

using namespace graph;
using namespace execution;

namespace {

/// The signals before must have picked: who waits depends on them.
EventId signal_before(const Execution& execution, ThreadId t) {
    const ExecutionGraph& graph = execution.graph();
    const EventId newest = graph.last_of(t); // the signal's write
    for (EventId w = graph[graph[newest].previous].rf; w != initial; w = graph[graph[w].previous].rf)
        if (operation_of(graph[w]).kind == OpKind::signal) return execution.pick_of(w);
    return newest;
}

void pick(const Execution& execution, ThreadId t, const Choice& choice, Event& event) {
    event.kind = EventKind::pick;
    event.partner = execution.awaited(t);
    const std::vector<ThreadId> waiting = execution.waiters(t);
    event.value = waiting.empty() ? 0 : Value{waiting[choice.pick]} + 1;
    event.child = choice.pick;
}

/// The broadcast, or the pick that chose this thread, since it came to wait.
EventId woken_by(const Execution& execution, ThreadId t) {
    const ExecutionGraph& graph = execution.graph();
    // Not by the slot: the variable may be gone by now, which is right once everybody has been notified
    // (condition_destroyed_when_notified).
    EventId enqueued = graph.last_of(t);
    while (!(graph[enqueued].chain && graph[enqueued].is_write() && operation_of(graph[enqueued]).kind == OpKind::enqueue))
        enqueued = graph[enqueued].previous;
    const LocationId queue = graph[enqueued].location;
    const auto& mo = graph.location(queue).mo;
    for (std::uint32_t i = graph.mo_place(queue, enqueued); i < mo.size(); ++i) {
        const OpKind kind = operation_of(graph[mo[i]]).kind;
        if (kind == OpKind::broadcast) return mo[i];
        if (kind != OpKind::signal) continue;
        const EventId pick = execution.pick_of(mo[i]);
        if (pick == no_event) return no_event;
        if (graph[pick].value == t + 1) return pick;
    }
    return no_event;
}

/// Being woken orders nothing: the mutex that is taken again does.
void wake(const Execution& execution, ThreadId t, const Choice&, Event& event) {
    event.kind = EventKind::wake;
    event.partner = execution.awaited(t);
}

} // namespace

void condition_rules(RuleTable& table) {
    table[std::size_t(OpKind::pick)] = {.describe = pick, .awaited = signal_before};
    table[std::size_t(OpKind::wake)] = {.describe = wake, .awaited = woken_by};
}

} // namespace heddle::primitives
