// A trace whose names and texts may be written to a terminal: files from elsewhere hold what they like.
#pragma once

#include "trace/trace.hpp"

namespace heddle::report {

/// All that is shown of it without control characters. (The program's output keeps its lines.)
trace::Trace printable(trace::Trace trace);

} // namespace heddle::report
