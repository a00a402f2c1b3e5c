// The format .md: for issues, merge requests and wikis.
#pragma once

#include <string>

#include "report/style.hpp"
#include "trace/report.hpp"

namespace heddle::report {

std::string markdown_report(const trace::Report& report, const TextStyle& style);

} // namespace heddle::report
