// RC11 (Lahav, Vafeiadis, Kang, Hur, Dreyer, PLDI 2017): coherence and atomicity (the explorer's), no porf cycles (the
// trail is a linear extension of porf), and acyclic(psc):
//
//   scb      = po ∪ po≠loc;hb;po≠loc ∪ hb=loc ∪ mo ∪ fr
//   psc_base = ([SC] ∪ [F_sc];hb?) ; scb ; ([SC] ∪ hb?;[F_sc])
//   psc_F    = [F_sc] ; (hb ∪ hb;eco;hb) ; [F_sc]
//
// psc is part of (po ∪ rf ∪ mo ∪ fr)+, so while that order is acyclic nothing needs computing. When a graph stops being
// sequentially consistent, and has seq_cst events at all, psc is built for the trail so far and follows it from there; what
// was built for a beginning of the trail stays as long as that beginning does.
// Locks and threads' create and join are not seq_cst; they are in hb.
#include "memory/model.hpp"
#include "memory/psc_order.hpp"
#include "memory/sc_order.hpp"

namespace heddle::memory {
namespace {

using namespace graph;

class Rc11 final : public MemoryModel {
public:
    explicit Rc11(unsigned lanes) : order_(lanes) {}

    Axiom added(const ExecutionGraph& graph) override {
        const EventId e = graph.size() - 1;
        if (is_seq_cst_event(graph[e])) ++sc_events_;
        if (weak_since_ == no_event) {
            if (order_.add(graph)) return Axiom::none;
            order_.remove(e);
            weak_since_ = e; // not sequentially consistent from here on
        }
        if (sc_events_ < 2) return Axiom::none;
        while (psc_.size() <= e)
            if (!psc_.add(graph)) return Axiom::psc;
        return Axiom::none;
    }

    void removing(const ExecutionGraph& graph) override {
        const EventId e = graph.size() - 1;
        if (psc_.size() > e) psc_.remove();
        if (is_seq_cst_event(graph[e])) --sc_events_;
        if (weak_since_ == e) weak_since_ = no_event;
        else if (weak_since_ == no_event) order_.remove(e);
    }

    Synchronisation synchronisation() const override { return Synchronisation::as_written; }

private:
    ScOrder order_;
    PscOrder psc_; ///< of a beginning of the trail
    EventId weak_since_ = no_event;
    std::uint32_t sc_events_ = 0;
};

} // namespace

std::unique_ptr<MemoryModel> make_rc11(unsigned lanes) { return std::make_unique<Rc11>(lanes); }

} // namespace heddle::memory
