#include "execution/queue.hpp"

namespace heddle::execution {

using namespace graph;

EventId held_since(const ExecutionGraph& graph, EventId place) {
    if (place_before(graph, place) == initial) return place;
    EventId last = place;
    for (EventId e = place + 1; e < graph.size(); ++e) {
        if (graph[e].kind != EventKind::grant || graph[e].previous != last) continue;
        if (!graph[e].value) return e; // nobody is left to be waited for
        last = e;
    }
    return no_event;
}

EventId own_place(const ExecutionGraph& graph, ThreadId t, LocationId queue) {
    for (EventId e = graph.last_of(t); e < no_event && graph[e].thread == t; e = graph[e].previous)
        if (graph[e].location == queue && is_place_in_lock(graph[e]) && given_up_by(graph, e) == no_event) return e;
    return no_event;
}

EventId place_of_holder(const ExecutionGraph& graph, EventId newest, bool exclusive) {
    for (EventId w = newest; w < no_event; w = place_before(graph, w))
        if (!(exclusive && is_shared(graph, w)) && given_up_by(graph, w) == no_event && held_since(graph, w) != no_event) return w;
    return no_event;
}

EventId last_exclusive(const ExecutionGraph& graph, EventId newest) {
    EventId w = newest;
    while (w < no_event && is_shared(graph, w)) w = place_before(graph, w);
    return w;
}

} // namespace heddle::execution
