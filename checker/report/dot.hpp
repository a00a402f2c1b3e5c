// Graphviz: the execution graph of each finding, a column a thread.
#pragma once

#include <string>

#include "report/style.hpp"
#include "trace/report.hpp"

namespace heddle::report {

/// Of findings without a story there is an empty frame with the sentence. Program order as plain edges, reads-from in colour (dashed where the value read was stale), creation and joining dotted.
std::string dot_report(const trace::Report& report, const TextStyle& style);

} // namespace heddle::report
