// The condition of an invariant over symbolic values, as an expression over inputs.
#pragma once

#include <span>

#include "core/expression.hpp"
#include "core/formula.hpp"

namespace heddle::property {

struct SymbolicCondition {
    Word holds = 1; ///< whether the condition holds, where `exact` does
    Word exact = 1; ///< whether every number on the way fits into 64 bits: terms are about integers, expressions wrap around
};

/// @param leaves the values of the formula's leaves in some state: numbers, and words of expressions where `types` has a type
SymbolicCondition symbolic_condition(const Formula& formula, std::span<const Integer> leaves, std::span<const Scalar> types);

} // namespace heddle::property
