// One page that needs nothing else: the results, each finding as a diagram that can be stepped through, the user's source with it.
#pragma once

#include <string>

#include "report/style.hpp"
#include "trace/report.hpp"

namespace heddle::report {

/// HTML 5. What a program, a file or a compiler says is data in it, never markup or script.
std::string html_report(const trace::Report& report, const TextStyle& style);

} // namespace heddle::report
