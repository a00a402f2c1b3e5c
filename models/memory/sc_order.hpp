// The order po ∪ rf ∪ mo ∪ fr (with create, join and locks), kept acyclic event by event. The axiom of sc, and for rc11
// the quick answer: while this order is acyclic, so is psc, which it contains.
#pragma once

#include "graph/execution_graph.hpp"
#include "graph/order.hpp"

namespace heddle::memory {

class ScOrder {
public:
    explicit ScOrder(unsigned lanes) : order_(lanes) {}

    /// Takes in the last event of the graph; false when that closes a cycle (it must then be removed).
    bool add(const graph::ExecutionGraph& graph) {
        using namespace graph;
        const EventId e = graph.size() - 1;
        const Event& event = graph[e];
        const Row row = order_.begin(e);
        if (event.previous < no_event) order_.after(row, event.previous);
        row[event.thread] = Lane(event.index + 1);
        EventId next = no_event;      // the older event that e comes before, if any
        EventId also_next = no_event; // a failed trylock also comes before the unlock of the holder it saw
        if (event.is_read()) {
            const std::uint32_t place = graph.mo_place(event.location, event.rf);
            if (event.rf != initial) order_.after(row, event.rf);
            const auto& mo = graph.location(event.location).mo;
            if (place < mo.size()) next = mo[place];
            if (event.chain && event.rf != initial && !event.exclusive) also_next = graph[event.rf].partner;
        } else if (event.is_write()) {
            const Location& location = graph.location(event.location);
            const std::uint32_t place = graph.mo_place(event.location, e);
            const EventId below = graph.write_at(event.location, place - 1);
            if (below != initial) order_.after(row, below);
            for (const EventId r : location.reads)
                if (graph[r].rf == below && r != event.previous) order_.after(row, r);
            if (place < location.mo.size()) next = location.mo[place];
        } else {
            if (event.partner < no_event) order_.after(row, event.partner);
            if (event.kind == EventKind::unlock) // the failed trylocks that saw this holder came before
                for (const EventId r : graph.location(graph[event.partner].location).reads)
                    if (graph[r].rf == event.partner && !graph[r].exclusive) order_.after(row, r);
        }
        for (const EventId later : {next, also_next})
            if (later < no_event && later != e &&
                !order_.before(e, {graph[later].thread, Lane(graph[later].index + 1)}, graph.size()))
                return false;
        return true;
    }

    void remove(graph::EventId e) { order_.remove(e); }

private:
    graph::Order order_;
};

} // namespace heddle::memory
