// From an execution that ends in a violation to the trace that tells it.
#pragma once

#include "explore/execution.hpp"
#include "program/module.hpp"
#include "trace/trace.hpp"

namespace heddle::explore {

/// The trace of the execution as it stands. The caller fills in build, file and pattern. Runs the program once more:
/// the machine is then in the execution's last state, with all its output.
trace::Trace tell(const Execution& execution, const Violation& violation, const program::Module& module,
                  const Options& options);

/// The inputs that the program was given become part of the trace, and the first of the values that it shows.
void name_inputs(trace::Trace& trace, const std::vector<InputValue>& inputs);

/// The decisions of the whole execution as numbers, and back: what `replay` needs.
std::vector<std::uint64_t> encode(const Execution& execution);
/// The same, of an execution with symbolic conditions, for a run in which the inputs have values: what depends on the
/// inputs is then no event.
std::vector<std::uint64_t> encode_for_given_inputs(const Execution& execution);
/// Takes an encoded execution again from the start; how the last event went. Throws UserError when the numbers are
/// no execution.
/// @param early a violation may come before the last event, and ends it
Added play(Execution& execution, const std::vector<std::uint64_t>& encoded, bool early = false);

} // namespace heddle::explore
