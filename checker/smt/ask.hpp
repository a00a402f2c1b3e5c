// Asking Z3, with what it costs counted and every doubt kept: a time-out, an "unknown" or an exception of the solver is an
// answer of its own, which callers turn into "inconclusive".
#pragma once

#include <chrono>
#include <cstdint>

#include <z3++.h>

namespace heddle::smt {

enum class Answer : std::uint8_t { satisfiable, unsatisfiable, unknown };

/// What the solver has been used for so far.
struct Effort {
    std::uint64_t calls = 0, unknown = 0;
    double seconds = 0;
    Effort& operator+=(const Effort& other) {
        calls += other.calls, unknown += other.unknown, seconds += other.seconds;
        return *this;
    }
};

/// Limits every later check of the solver to about that long (by the work done, not by the clock); zero: no limit.
void limit(z3::solver& solver, std::chrono::milliseconds time);

/// Whether what the solver was told can hold. Never throws.
Answer ask(z3::solver& solver, Effort& effort);
/// The same, with more assumptions for this question only.
Answer ask(z3::solver& solver, const z3::expr_vector& assumptions, Effort& effort);

} // namespace heddle::smt
