// RC11 (Lahav, Vafeiadis, Kang, Hur, Dreyer, PLDI 2017), figure 2:
//
//   scb      = po ∪ po≠loc;hb;po≠loc ∪ hb=loc ∪ mo ∪ fr
//   psc_base = ([SC] ∪ [F_sc];hb?) ; scb ; ([SC] ∪ hb?;[F_sc])
//   psc_F    = [F_sc] ; (hb ∪ hb;eco;hb) ; [F_sc]
//
// Computed whole that is a product of relations, cubic in the events, again for each event. Here psc is a graph of a few
// nodes for each event, whose paths from one `itself` to the next are the edges of psc: what several of them have in
// common (everything po-before, mo-before, the fences that happen before) is one node in the middle.
// A new event is porf-maximal, so it gets edges from older events, and edges to older ones only where it reads an old value
// or is placed in the middle of mo. Only these can close a cycle, and a search from their ends finds it.
//
// Tested by: "psc event by event is what psc computed whole is" (tests/unit/test_psc.cpp: psc+ of all pairs; it fails when an
// edge below is left out; for the eco edge to the next write one in some 10,000 graphs does), the oracle, the brute-force tests.
#include "memory/psc_order.hpp"

#include <algorithm>

namespace heddle::memory {

using namespace graph;

namespace {

bool is_seq_cst_fence(const Event& event) { return event.kind == EventKind::fence && is_seq_cst(event.order); }

bool same_location(const Event& a, const Event& b) { return a.location != no_location && a.location == b.location; }

} // namespace

bool is_seq_cst_event(const Event& event) {
    return is_seq_cst(event.order) && !event.chain &&
           (event.is_read() || event.is_write() || event.kind == EventKind::fence);
}

void PscOrder::edge(std::uint32_t from, std::uint32_t to) {
    edges_.push_back({from, to, heads_[from]});
    heads_[from] = std::uint32_t(edges_.size() - 1);
}

void PscOrder::from_itself(const ExecutionGraph& graph, EventId x, std::uint32_t to) {
    if (x < no_event && is_seq_cst_event(graph[x])) edge(node(x, itself), to);
}

/// The right side of psc_base: an scb edge into e ends in e itself, or in the fences that e happens before.
void PscOrder::lead_to(const ExecutionGraph& graph, EventId e, std::uint32_t from) {
    if (is_seq_cst_event(graph[e])) edge(from, node(e, itself));
    edge(from, node(e, fenced));
}

bool PscOrder::add(const ExecutionGraph& graph) {
    const EventId e = size_++;
    const Event& event = graph[e];
    if (places_.size() < size_) {
        places_.resize(2 * (size_ + 32));
        heads_.resize(places_.size() * roles);
        seen_.resize(heads_.size());
    }
    places_[e] = place_of(graph, e);
    std::fill_n(heads_.begin() + node(e, itself), std::size_t(roles), none);
    find_predecessors(graph, e);
    if (threads_.size() <= event.thread) threads_.resize(event.thread + 1);
    threads_[event.thread].push_back(e);

    follow_happens_before(graph, e);
    follow_program_order(graph, e);
    EventId next = no_event; // the older write that e comes before
    if (event.is_read() && !event.chain) {
        follow_same_location(graph, e);
        next = place_read(graph, e);
    } else if (event.is_write() && !event.chain) {
        next = place_write(graph, e);
    }
    // Every cycle goes through an edge from a node of e to `next`: nothing else leads from e to older events.
    return next == no_event || (!reaches(node(next, newer), node(e, itself), node(e, newer)) &&
                                !reaches(node(next, eco), node(e, fences), node(e, eco)));
}

void PscOrder::remove() {
    const EventId e = --size_;
    const Place& place = places_[e];
    while (edges_.size() > place.edges) {
        heads_[edges_.back().from] = edges_.back().next;
        edges_.pop_back();
    }
    threads_[place.thread].pop_back();
}

bool PscOrder::before(EventId a, EventId b) {
    for (std::uint32_t i = heads_[node(a, itself)]; i != none; i = edges_[i].next)
        if (reaches(edges_[i].to, node(b, itself), none)) return true;
    return false;
}

PscOrder::Place PscOrder::place_of(const ExecutionGraph& graph, EventId e) const {
    const Event& event = graph[e];
    Place place;
    place.thread = event.thread;
    place.edges = std::uint32_t(edges_.size());
    if (event.previous < no_event && graph[event.previous].thread == event.thread) {
        const Place& before = places_[event.previous];
        place.other = same_location(graph[event.previous], event) ? before.other : event.previous;
        place.last_sc = before.last_sc;
        if (before.last_sc < no_event)
            place.other_sc = same_location(graph[before.last_sc], event) ? places_[before.last_sc].other_sc : before.last_sc;
    }
    if (is_seq_cst_event(event)) place.last_sc = e;
    return place;
}

/// The clocks of happens-before are transitive and closed under po: whatever happens before e is one of these, or happens
/// before one of these. Threads of which the event before e knows as much are no news.
void PscOrder::find_predecessors(const ExecutionGraph& graph, EventId e) {
    const Event& event = graph[e];
    predecessors_.clear();
    if (event.previous < no_event) predecessors_.push_back(event.previous);
    const ConstRow now = graph.hb(e);
    const ConstRow before = event.previous < no_event ? graph.hb(event.previous) : nullptr;
    const auto count = std::min<std::size_t>(graph.lanes(), threads_.size());
    for (std::size_t t = 0; t < count; ++t)
        if (t != event.thread && now[t] > (before ? before[t] : 0)) predecessors_.push_back(threads_[t][now[t] - 1u]);
}

void PscOrder::follow_happens_before(const ExecutionGraph& graph, EventId e) {
    const bool fence = is_seq_cst_fence(graph[e]);
    for (const EventId p : predecessors_) {
        edge(node(p, fences), node(e, fences));
        if (is_seq_cst_fence(graph[p])) edge(node(p, itself), node(e, fences));
        edge(node(p, fenced), node(e, fenced));
        if (fence) edge(node(p, fenced), node(e, itself));
        // po≠loc;hb: from what is seq_cst po-before p at another location. Of a thread's events the last will do: the earlier
        // ones lead to it. (A fence that happens before one of them happens before e's thread's last event too: po says it.)
        edge(node(p, elsewhere), node(e, elsewhere));
        from_itself(graph, places_[p].other_sc, node(e, elsewhere));
    }
    // psc_F's fences in happens-before need nothing more: F hb F' begins with a po edge to something that happens before F',
    // or is a synchronisation through a write and a read, which is hb;eco;hb.
}

/// scb: po, and po≠loc;hb;po≠loc.
void PscOrder::follow_program_order(const ExecutionGraph& graph, EventId e) {
    const Event& event = graph[e];
    const bool first = event.previous >= no_event || graph[event.previous].thread != event.thread;
    if (first) return;
    if (const EventId sc = places_[event.previous].last_sc; sc < no_event) lead_to(graph, e, node(sc, itself));
    lead_to(graph, e, node(event.previous, fences));
    if (const EventId b = places_[e].other; b < no_event) lead_to(graph, e, node(b, elsewhere));
}

/// scb: hb=loc. Only reads need it: into a write it is part of mo and fr, as the graph is coherent.
void PscOrder::follow_same_location(const ExecutionGraph& graph, EventId e) {
    const Location& location = graph.location(graph[e].location);
    const ConstRow before = graph.hb(e);
    const auto consider = [&](EventId x) {
        if (x >= e || graph[x].thread == graph[e].thread || !graph.contains(before, x)) return;
        if (is_seq_cst_event(graph[x])) lead_to(graph, e, node(x, itself));
        if (is_seq_cst_event(graph[e])) edge(node(x, fences), node(e, itself)); // else fences in happens-before
    };
    for (const EventId w : location.mo) consider(w);
    for (const EventId r : location.reads) consider(r);
}

/// mo and fr into the write and out of it. @return the write that comes next in mo, of those before it in the trail
EventId PscOrder::place_write(const ExecutionGraph& graph, EventId w) {
    const Location& location = graph.location(graph[w].location);
    const auto& mo = location.mo;
    auto at = std::find(mo.begin(), mo.end(), w);
    const auto older = [&](EventId x) { return x < w; };
    const auto below = std::find_if(std::make_reverse_iterator(at), mo.rend(), older);
    const auto above = std::find_if(at + 1, mo.end(), older);
    const EventId previous = below == mo.rend() ? initial : *below;
    if (previous != initial) {
        edge(node(previous, newer), node(w, newer));
        edge(node(previous, eco), node(w, eco));
        from_itself(graph, previous, node(w, newer));
        edge(node(previous, fences), node(w, eco));
    }
    for (const EventId r : location.reads) {
        if (r >= w) break; // reads are in trail order
        if (graph[r].rf != previous) continue;
        from_itself(graph, r, node(w, newer));
        edge(node(r, fences), node(w, eco));
    }
    edge(node(w, eco), node(w, newer)); // a fence before what is eco-before is a left side of psc_base too
    lead_to(graph, w, node(w, newer));
    if (above == mo.end()) return no_event;
    edge(node(w, newer), node(*above, newer)); // for those who will read `previous`: they lead to w only
    edge(node(w, eco), node(*above, eco));
    from_itself(graph, w, node(*above, newer));
    edge(node(w, fences), node(*above, eco));
    return *above;
}

/// fr out of the read, and what is eco-before it (psc_F only). @return the write that is mo-next after the one it reads, of
/// those before it in the trail
EventId PscOrder::place_read(const ExecutionGraph& graph, EventId r) {
    const EventId rf = graph[r].rf;
    if (rf != initial) {
        edge(node(rf, eco), node(r, fenced));
        edge(node(rf, fences), node(r, fenced));
    }
    const auto& mo = graph.location(graph[r].location).mo;
    const auto from = rf == initial ? mo.begin() : std::find(mo.begin(), mo.end(), rf) + 1;
    const auto above = std::find_if(from, mo.end(), [&](EventId x) { return x < r; });
    if (above == mo.end()) return no_event;
    from_itself(graph, r, node(*above, newer));
    edge(node(r, fences), node(*above, eco));
    return *above;
}

/// Whether one of the nodes a and b can be reached.
bool PscOrder::reaches(std::uint32_t from, std::uint32_t a, std::uint32_t b) {
    if (++round_ == 0) {
        std::fill(seen_.begin(), seen_.end(), 0);
        round_ = 1;
    }
    stack_.assign(1, from);
    seen_[from] = round_;
    while (!stack_.empty()) {
        const std::uint32_t n = stack_.back();
        stack_.pop_back();
        if (n == a || n == b) return true;
        for (std::uint32_t i = heads_[n]; i != none; i = edges_[i].next)
            if (const std::uint32_t to = edges_[i].to; seen_[to] != round_) seen_[to] = round_, stack_.push_back(to);
    }
    return false;
}

} // namespace heddle::memory
