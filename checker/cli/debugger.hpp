// gdb on a replayed execution.
#pragma once

#include <string>

#include "trace/trace.hpp"

namespace heddle::cli {

/// Becomes gdb, stopped where the violation of the trace happens. Returns only by throwing UserError.
[[noreturn]] void debug(const std::string& trace_path, const trace::Trace& trace);

} // namespace heddle::cli
