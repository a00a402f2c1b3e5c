// What to try when a check has given no answer.
#pragma once

#include <string>

#include "cli/worker.hpp"

namespace heddle::cli {

/// A command, with a word on what it is for; empty when the check gave an answer.
std::string next_step(const Result& result, const CheckPlan& plan);

} // namespace heddle::cli
