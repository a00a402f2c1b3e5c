// What a pattern says it is to come to.
#pragma once

#include <string>

#include "core/options.hpp"
#include "core/verdict.hpp"

namespace heddle::cli {

/// The verdict a pattern is to get under a model. `text` is a verdict's name for all models ("" is verified), or a list
/// by model, verified where none is given: "tso: assertion, rc11: data race". Throws UserError for anything else.
Verdict expected_verdict(const std::string& text, Model model, const std::string& pattern);

} // namespace heddle::cli
