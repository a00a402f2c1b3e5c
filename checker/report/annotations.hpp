// Lines that GitHub's workflows make into annotations beside the source, when they are printed.
#pragma once

#include <string>

#include "report/style.hpp"
#include "trace/report.hpp"

namespace heddle::report {

/// An error for each finding that was not expected, a warning for what could not be decided, a notice for what is only predicted.
std::string annotations_report(const trace::Report& report, const TextStyle& style);

} // namespace heddle::report
