// The events of an execution as the decisions that made them, and these made again: what a revisit takes out and puts back, what an
// execution is taken back to. (As numbers for files: decisions.hpp.)
#pragma once

#include <span>
#include <vector>

#include "execution/execution.hpp"

namespace heddle::execution {

/// One event as it was decided, to be added again.
struct Decision {
    ThreadId thread = 0;
    Choice choice;
    bool is_write = false;
};

/// The decisions that made events `from` … of the graph, in trail order.
std::vector<Decision> decisions_from(const ExecutionGraph& graph, EventId from);

/// Adds the decisions again just as they were.
void redo(Execution& execution, std::span<const Decision> decisions);
/// For each write of the graph its place in its location's mo.
std::vector<std::uint32_t> mo_ranks(const ExecutionGraph& graph);
/// Adds again those decisions that are not marked as gone, with what they read and their mo order kept. `from` is the
/// first trail position that changes; `ranks` is mo_ranks of the whole graph before.
void add_kept(Execution& execution, const std::vector<Decision>& decisions, const std::vector<bool>& gone,
              const std::vector<std::uint32_t>& ranks, EventId from);

/// Takes the execution back to what of it is in that state: its events become exactly those of the cut.
void reduce(Execution& execution, const StateCut& cut);

} // namespace heddle::execution
