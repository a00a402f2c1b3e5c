// JUnit's XML, as test runners and build servers read it: a suite for each file, a case for each entry and model.
#pragma once

#include <string>

#include "report/style.hpp"
#include "trace/report.hpp"

namespace heddle::report {

/// A violation that was not expected is a failure; an entry that could not be decided is an error, never a case that passed.
std::string junit_report(const trace::Report& report, const TextStyle& style);

} // namespace heddle::report
