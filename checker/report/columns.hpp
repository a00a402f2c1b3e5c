// The steps of a trace as a diagram: time goes down, each thread has a column, the user's source stands at the right.
#pragma once

#include <string>

#include "report/style.hpp"
#include "trace/trace.hpp"

namespace heddle::report {

/// One line a step (a second one where the words do not fit). More than six threads share one column, with a label each.
std::string columns(const trace::Trace& trace, const TextStyle& style);

} // namespace heddle::report
