// From an execution that ends in a violation to the trace that tells it.
#pragma once

#include "execution/execution.hpp"
#include "program/module.hpp"
#include "trace/trace.hpp"

namespace heddle::story {

using execution::Execution;
using execution::Violation;

/// The trace of the execution as it stands. The caller fills in build, file and pattern. Runs the program once more:
/// the machine is then in the execution's last state, with all its output.
trace::Trace tell(const Execution& execution, const Violation& violation, const program::Module& module,
                  const Options& options);

/// The inputs that the program was given become part of the trace, and the first of the values that it shows.
void name_inputs(trace::Trace& trace, const std::vector<InputValue>& inputs);

} // namespace heddle::story
