// Graphs that exist only because a failed compare_exchange has a failure order of its own, weaker than its success
// order. C++ has such orders and programs that rely on them are explored and checked; RC11 as published, and other
// checkers, read a failed compare_exchange with the success order. To keep `complete` comparable, such graphs are
// counted apart.
#pragma once

#include "execution/execution.hpp"

namespace heddle::search {

using execution::Execution;
using execution::ExecutionGraph;

/// Whether the complete graph stays consistent under the model, for which orders are as written (memory::Traits), when every
/// failed compare_exchange reads with its success order.
bool consistent_with_success_orders(const ExecutionGraph& graph, Model model);

} // namespace heddle::search
