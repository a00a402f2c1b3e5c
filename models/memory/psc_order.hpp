// RC11's psc, kept acyclic event by event. See psc_order.cpp for how.
#pragma once

#include <cstdint>
#include <vector>

#include "graph/execution_graph.hpp"

namespace heddle::memory {

/// A seq_cst access or fence: what psc orders.
bool is_seq_cst_event(const graph::Event& event);

class PscOrder {
public:
    /// How many events of the trail, from its beginning, have been taken in.
    std::uint32_t size() const { return size_; }

    /// Takes in the event number size() of the graph as if nothing came after it in the trail.
    /// @return false when psc has a cycle with it; it must then be removed again
    bool add(const graph::ExecutionGraph& graph);

    /// Gives back the event that was taken in last.
    void remove();

    /// Whether psc, transitively, orders the seq_cst event a before the seq_cst event b.
    bool before(graph::EventId a, graph::EventId b);

    using EventId = graph::EventId;

    /// The nodes that each event has.
    enum Role : std::uint32_t {
        itself,   ///< when it is seq_cst: a node of psc
        fences,   ///< seq_cst fences that happen before the event lead here
        fenced,   ///< leads to the seq_cst fences that the event happens before
        elsewhere,///< leads here: what is po≠loc;hb before the event
        newer,    ///< of a write: what is mo- or fr-before it leads here, and from here to it
        eco,      ///< of a write: fences before what is mo- or fr-before it
        roles,
    };
    /// What can be reached from that node of the event is what reached() tells of, until this is called again.
    void reach_from(EventId e, Role role) { reaches(node(e, role), none, none); }
    bool reached(EventId e, Role role) const { return seen_[node(e, role)] == round_; }
    /// What the next event of a thread is ordered after by program order, if `e` is the thread's last; no_event: nothing.
    EventId other(EventId e) const { return places_[e].other; }
    EventId last_seq_cst(EventId e) const { return places_[e].last_sc; }
    EventId other_seq_cst(EventId e) const { return places_[e].other_sc; }
    void clear() {
        while (size_) remove();
    }

private:
    struct Edge {
        std::uint32_t from, to, next;
    };
    struct Place {
        std::uint32_t thread = 0;
        EventId other = graph::no_event;    ///< the last event po-before it at another location
        EventId last_sc = graph::no_event;  ///< the last seq_cst event of the thread, itself included
        EventId other_sc = graph::no_event; ///< the last seq_cst event po-before it at another location
        std::uint32_t edges = 0;            ///< size of edges_ before it
    };
    static constexpr std::uint32_t none = 0xffff'ffff;

    static std::uint32_t node(EventId e, Role role) { return e * roles + role; }
    void edge(std::uint32_t from, std::uint32_t to);
    void from_itself(const graph::ExecutionGraph& graph, EventId x, std::uint32_t to);
    void lead_to(const graph::ExecutionGraph& graph, EventId e, std::uint32_t from);

    Place place_of(const graph::ExecutionGraph& graph, EventId e) const;
    void find_predecessors(const graph::ExecutionGraph& graph, EventId e);
    void follow_happens_before(const graph::ExecutionGraph& graph, EventId e);
    void follow_program_order(const graph::ExecutionGraph& graph, EventId e);
    void follow_same_location(const graph::ExecutionGraph& graph, EventId e);
    EventId place_write(const graph::ExecutionGraph& graph, EventId w);
    EventId place_read(const graph::ExecutionGraph& graph, EventId r);
    bool reaches(std::uint32_t from, std::uint32_t a, std::uint32_t b);

    std::uint32_t size_ = 0;
    std::vector<Place> places_;
    std::vector<std::uint32_t> heads_; ///< per node: its newest outgoing edge
    std::vector<Edge> edges_;
    std::vector<std::vector<EventId>> threads_;
    std::vector<EventId> predecessors_; ///< of the event being added: the last of each thread that happens before it, if news
    std::vector<std::uint32_t> seen_, stack_;
    std::uint32_t round_ = 0;
};

} // namespace heddle::memory
