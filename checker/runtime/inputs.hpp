// What heddle::any gives a program: expressions, or one value for each call.
#pragma once

#include <vector>

#include "core/expression.hpp"

namespace heddle::runtime {

struct Inputs {
    bool concrete = false;
    std::vector<InputValue> values; ///< concrete: for the calls that are listed
    std::vector<InputValue> given;  ///< concrete: since reset
};
extern Inputs inputs;

/// The value nearest to 0 (0 itself where the range has it).
Word simplest_in_range(const Input& input);

/// Signed overflow and shifts out of range are violations.
extern bool overflow_checked;

} // namespace heddle::runtime
