// A result for people: what is wrong in full, verdict and counts in the last lines.
#pragma once

#include <string>

#include "report/style.hpp"
#include "trace/report.hpp"

namespace heddle::report {

/// Ends with a newline. All of a result but its forecast, which comes later where it follows a run.
std::string result_text(const trace::Result& result, const TextStyle& style);
/// What was predicted from its recording; empty without a forecast.
std::string forecast_text(const trace::Result& result, const TextStyle& style);

/// "3 checks: 2 as expected, 1 violation"
std::string totals(const trace::Report& report);

/// A line for each result that is not as it was expected; empty when all are.
std::string unmet(const trace::Report& report);

/// The format .txt: every result in full.
std::string text_report(const trace::Report& report, const TextStyle& style);

} // namespace heddle::report
