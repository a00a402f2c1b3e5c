// A memory model: is the graph still consistent after the event just added? Coherence and atomicity hold by the
// explorer's choice of reads-from and mo places (ExecutionGraph::coherence_bound, rmw_after); a model adds its own
// axioms.
#pragma once

#include <memory>
#include <string_view>

#include "core/options.hpp"
#include "graph/execution_graph.hpp"

namespace heddle::memory {

/// Why a graph is inconsistent; `none`: it is consistent.
enum class Axiom : std::uint8_t {
    none,
    sequential_consistency, ///< sc: acyclic(po ∪ rf ∪ mo ∪ fr)
    total_store_order,      ///< tso: acyclic(ppo ∪ fence ∪ rfe ∪ mo ∪ fr)
    psc,                    ///< rc11: acyclic(psc)
};

std::string_view name_of(Axiom axiom);

class MemoryModel {
public:
    virtual ~MemoryModel() = default;

    /// The last event of the graph has just been added: the axiom that fails now, if any. When one fails the event
    /// must be removed again.
    virtual Axiom added(const graph::ExecutionGraph& graph) = 0;

    /// The last event of the graph is about to be removed.
    virtual void removing(const graph::ExecutionGraph& graph) = 0;

    virtual graph::Synchronisation synchronisation() const = 0;
};

} // namespace heddle::memory
