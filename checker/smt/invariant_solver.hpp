// Asks Z3 whether some cut of a projection violates a condition.
//
// Each chain has an integer, how many of its changes have happened. "A change needs another" is an implication between
// two bounds on these integers; the values are functions of them, and the question is whether the condition's negation
// can hold. Projections with the same values ask the same solver: the values are said once, each implication that has
// ever been needed is there behind a literal of its own, and a question assumes the literals of its own implications, so that what
// Z3 has learnt from one question serves the next.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include "smt/invariant_cuts.hpp"

namespace heddle::smt {

class InvariantSolver {
public:
    /// @param limit of each question; zero: none
    explicit InvariantSolver(std::chrono::milliseconds limit);
    ~InvariantSolver();
    InvariantSolver(const InvariantSolver&) = delete;

    /// `undecided` when Z3 says "unknown" or the limit was reached. `condition` is a name of the formula, equal for equal ones.
    Answered ask(const Projection& projection, const Formula& formula, std::uint32_t condition);

    std::uint64_t calls() const;
    double seconds() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace heddle::smt
