// The order in which a counterexample is told: any order its events can happen in is true, the one with the fewest
// changes of thread is the one people can follow.
#pragma once

#include <span>
#include <vector>

#include "trace/trace.hpp"

namespace heddle::trace {

struct Item {
    int thread = 0;
    std::vector<int> after; ///< indices of items that must come first, besides the earlier ones of its own thread
};

/// A permutation of the items' indices: every item after its predecessors and after the earlier items of its thread, with few
/// changes of thread (the fewest possible unless the search had to be cut). Deterministic. Throws InternalError for
/// a cycle or an index out of range.
std::vector<int> linearise(std::span<const Item> items);

/// Folds the iterations of spin loops: blocks of up to four steps of one thread that read the same again and again become one block with
/// `repeat` counted up; indices in `reads_from` are moved along. Only steps that change nothing are folded.
void collapse_spins(Trace& trace);

} // namespace heddle::trace
