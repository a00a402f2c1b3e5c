// The slow, obvious version of RC11's psc: the relations of the whole graph as bit matrices, multiplied as the definition says.
// What memory/psc_order.hpp finds out event by event is compared with it.
#pragma once

#include "graph/bit_relation.hpp"
#include "graph/execution_graph.hpp"

namespace heddle {

using namespace graph;

class PscWhole {
public:
    explicit PscWhole(const ExecutionGraph& graph)
        : graph_(graph), n_(graph.size()), hb_(n_), scb_(n_), eco_(n_), psc_(n_) {}

    bool acyclic() {
        compute();
        return psc_.acyclic();
    }
    /// psc+
    BitRelation closure() {
        compute();
        BitRelation all = psc_;
        for (std::uint32_t steps = 1; steps < n_; steps *= 2) all |= all.then(all);
        return all;
    }

private:
    void compute() {
        order_threads();
        order_locations();
        build();
    }
    bool same_location(EventId a, EventId b) const {
        return graph_[a].location != no_location && graph_[a].location == graph_[b].location;
    }
    bool sc(EventId e) const {
        return is_seq_cst(graph_[e].order) && !graph_[e].chain &&
               (graph_[e].is_read() || graph_[e].is_write() || fence(e));
    }
    bool fence(EventId e) const { return graph_[e].kind == EventKind::fence && is_seq_cst(graph_[e].order); }

    void order_threads() {
        BitRelation elsewhere(n_); // po≠loc
        for (EventId b = 0; b < n_; ++b)
            for (EventId a = 0; a < n_; ++a) {
                if (a == b || !graph_.contains(graph_.hb(b), a)) continue;
                hb_.set(a, b);
                const bool po = graph_[a].thread == graph_[b].thread;
                if (po || same_location(a, b)) scb_.set(a, b);
                if (po && !same_location(a, b)) elsewhere.set(a, b);
            }
        scb_ |= elsewhere.then(hb_).then(elsewhere);
    }

    void order_locations() {
        for (LocationId l = 0; l < graph_.location_count(); ++l) {
            const Location& location = graph_.location(l);
            if (!location.mo.empty() && graph_[location.mo[0]].chain) continue;
            const auto& mo = location.mo;
            for (std::size_t i = 0; i < mo.size(); ++i)
                for (std::size_t j = i + 1; j < mo.size(); ++j) scb_.set(mo[i], mo[j]), eco_.set(mo[i], mo[j]);
            for (const EventId r : location.reads) {
                const std::uint32_t place = graph_.mo_place(l, graph_[r].rf);
                for (std::size_t i = place; i < mo.size(); ++i)
                    if (!own_write(r, mo[i])) scb_.set(r, mo[i]), eco_.set(r, mo[i]); // fr
                for (std::uint32_t i = 0; i < place; ++i) eco_.set(mo[i], r);         // mo?;rf
                for (const EventId later : location.reads)                            // fr;rf
                    if (graph_.mo_place(l, graph_[later].rf) > place) eco_.set(r, later);
            }
        }
    }

    /// The write half of a read-modify-write is not fr-after its read half in a way that po does not say already.
    bool own_write(EventId r, EventId w) const { return graph_[w].previous == r && graph_[w].exclusive; }

    void build() {
        const BitRelation reach = hb_.then(eco_).then(hb_);
        BitRelation left(n_), right(n_);
        for (EventId e = 0; e < n_; ++e) {
            if (sc(e)) left.set(e, e), right.set(e, e);
            if (!fence(e)) continue;
            for (EventId x = 0; x < n_; ++x) {
                if (hb_.test(e, x)) left.set(e, x);
                if (hb_.test(x, e)) right.set(x, e);
            }
        }
        psc_ = left.then(scb_).then(right);
        for (EventId a = 0; a < n_; ++a)
            for (EventId b = 0; b < n_; ++b)
                if (fence(a) && fence(b) && (hb_.test(a, b) || reach.test(a, b))) psc_.set(a, b);
    }

    const ExecutionGraph& graph_;
    std::uint32_t n_;
    BitRelation hb_, scb_, eco_, psc_;
};

} // namespace heddle
