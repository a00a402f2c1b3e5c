// What the page of report/html/ is made from: a report's results and findings in the words that all reports use, the arrows and bars
// of each story, and the source that it is about.
#pragma once

#include <string>

#include "trace/report.hpp"

namespace heddle::report {

/// A JSON document. Its form is the page's own affair: page.js and those beside it read it.
std::string page_data(const trace::Report& report);

} // namespace heddle::report
