// Sequential consistency (Lamport 1979): acyclic(po ∪ rf ∪ mo ∪ fr).
#include "memory/model.hpp"
#include "memory/sc_order.hpp"

namespace heddle::memory {
namespace {

class Sc final : public MemoryModel {
public:
    explicit Sc(unsigned lanes) : order_(lanes) {}
    Axiom added(const graph::ExecutionGraph& graph) override {
        return order_.add(graph) ? Axiom::none : Axiom::sequential_consistency;
    }
    void removing(const graph::ExecutionGraph& graph) override { order_.remove(graph.size() - 1); }
    graph::Synchronisation synchronisation() const override { return graph::Synchronisation::every_rf; }

private:
    ScOrder order_;
};

} // namespace

std::unique_ptr<MemoryModel> make_sc(unsigned lanes) { return std::make_unique<Sc>(lanes); }

} // namespace heddle::memory
