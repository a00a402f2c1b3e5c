// The decisions that make an execution, as numbers for a trace, and the execution made from them again.
//
// Nothing in the numbers is believed: the program may have been repaired since, and a file may be damaged. Each decision is
// held against what the program offers at that point (the kind of the operation, the writes that can be read there, the
// places in mo that are free), so that what is played is an execution of the program as it is now, under its memory model.
// Tests: tests/unit/test_decisions.cpp, tests/cli/run.py Replay, tests/fuzz.
#pragma once

#include <cstdint>
#include <vector>

#include "execution/execution.hpp"

namespace heddle::execution {

/// The decisions of the whole execution.
std::vector<std::uint64_t> encode(const Execution& execution);
/// The same, of an execution with symbolic conditions, for a run in which the inputs have values: what depends on the
/// inputs is then no event.
std::vector<std::uint64_t> encode_for_given_inputs(const Execution& execution);

/// Takes an encoded execution again from the start; how the last event went. Throws UserError when the numbers are no
/// encoded execution, Nondeterminism ("step 12 of 40: …") when the program does not offer what they decide.
/// @param early a violation may come before the last event, and ends it
Added play(Execution& execution, const std::vector<std::uint64_t>& encoded, bool early = false);

/// Throws Nondeterminism when some thread can go on: an execution that ended there is not at its end now.
void require_the_end(const Execution& execution);

} // namespace heddle::execution
