// A trace as text for a terminal: the verdict, the places it concerns, then the story with a column a thread.
#pragma once

#include <string>

#include "report/style.hpp"
#include "trace/trace.hpp"

namespace heddle::report {

/// Ends with a newline. Reads the user's source files for the lines it shows; does without those it cannot read.
std::string text(const trace::Trace& trace, const TextStyle& style = {});

} // namespace heddle::report
