// What to try when a check has given no answer.
#pragma once

#include <string>

#include "cli/check_worker.hpp"

namespace heddle::cli {

/// A command, with a word on what it is for; empty when the check gave an answer.
std::string next_step(const trace::Result& result, const CheckPlan& plan);
/// The same where there was nothing to run; `asked` is the command that was given: "heddle run".
std::string next_after_build_error(const trace::Result& result, const CheckPlan& plan, const std::string& asked);

} // namespace heddle::cli
