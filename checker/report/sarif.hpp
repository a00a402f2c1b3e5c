// SARIF 2.1.0 (OASIS standard, 2020), which code hosts and editors show beside the source: a rule for each kind of violation, a flow for
// each thread.
#pragma once

#include <string>

#include "report/style.hpp"
#include "trace/report.hpp"

namespace heddle::report {

/// One run with a result for each finding, and for each entry that has no answer. What was expected to go wrong does not count as failed.
std::string sarif_report(const trace::Report& report, const TextStyle& style);

} // namespace heddle::report
