// What comes just before and just after the newest event of a graph by rf, mo, fr and the locks: the edges of which sc's
// order, and tso's, are made. The order of each thread is a model's own business.
#pragma once

#include "graph/execution_graph.hpp"

namespace heddle::graph {

/// Older events that the newest one comes before; no_event: none. Everything else comes before it.
struct ComesBefore {
    EventId write = no_event;  ///< the write of its location that is next in mo
    EventId unlock = no_event; ///< a failed trylock comes before the unlock of the holder it is blamed on
};

/// Calls before(x, reads_from) for each event x just before the newest one, by rf (`reads_from`), mo, fr, a partner or a lock.
/// Not called for the other half of the same read-modify-write: the order of the thread has it.
// Inlined: it is called for every event, with a handful of instructions for each edge; as a call it cost 2 % of casrot.
template <typename Before>
[[gnu::always_inline]] inline ComesBefore edges_of_newest(const ExecutionGraph& graph, Before&& before) {
    const EventId e = graph.size() - 1;
    const Event& event = graph[e];
    ComesBefore after;
    if (event.is_read()) {
        const std::uint32_t place = graph.mo_place(event.location, event.rf);
        if (event.rf != initial) before(event.rf, true);
        const auto& mo = graph.location(event.location).mo;
        if (place < mo.size()) after.write = mo[place]; // fr
        if (event.chain && event.partner < no_event) after.unlock = graph[event.partner].partner;
    } else if (event.is_write()) {
        const Location& location = graph.location(event.location);
        const std::uint32_t place = graph.mo_place(event.location, e);
        const EventId below = graph.write_at(event.location, place - 1);
        if (below != initial) before(below, false);
        for (const EventId r : location.reads) // fr
            if (graph[r].rf == below && r != event.previous) before(r, false);
        if (place < location.mo.size()) after.write = location.mo[place];
    } else {
        if (event.partner < no_event) before(event.partner, false);
        if (event.kind == EventKind::unlock) // the failed trylocks that saw this holder came before
            for (const EventId r : graph.location(graph[event.partner].location).reads)
                if (graph[r].partner == event.partner) before(r, false);
    }
    return after;
}

} // namespace heddle::graph
