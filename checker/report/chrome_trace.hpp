// Trace events as Chrome's viewer and Perfetto read them ("Trace Event Format"): a process a finding, a track a thread.
#pragma once

#include <string>

#include "report/style.hpp"
#include "trace/report.hpp"

namespace heddle::report {

/// Each step takes one microsecond: their order is all there is. A read and the write that it reads from are joined by a flow.
std::string chrome_trace_report(const trace::Report& report, const TextStyle& style);

} // namespace heddle::report
