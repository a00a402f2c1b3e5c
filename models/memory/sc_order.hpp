// The order po ∪ rf ∪ mo ∪ fr (with create, join and locks), kept acyclic event by event. The axiom of sc, and for rc11
// the quick answer: while this order is acyclic, so is psc, which it contains.
#pragma once

#include "graph/edges.hpp"
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
        const ComesBefore after = edges_of_newest(graph, [&](EventId x, bool) { order_.after(row, x); });
        for (const EventId later : {after.write, after.unlock})
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
