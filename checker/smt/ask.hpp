// Asking Z3, with what it costs counted and every doubt kept: a time-out, an "unknown" or an exception of the solver is an
// answer of its own, which callers turn into "inconclusive".
#pragma once

#include <chrono>

#include <z3++.h>

#include "smt/answer.hpp"

namespace heddle::smt {

/// Limits every later check of the solver to about that long (by the work done, not by the clock); zero: no limit.
void limit(z3::solver& solver, std::chrono::milliseconds time);

/// Whether what the solver was told can hold. Never throws.
Answer ask(z3::solver& solver, Effort& effort);
/// The same, with more assumptions for this question only.
Answer ask(z3::solver& solver, const z3::expr_vector& assumptions, Effort& effort);

} // namespace heddle::smt
