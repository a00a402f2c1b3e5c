// --report FILE: the same for every command that gives answers.
#pragma once

#include <string>
#include <vector>

#include "trace/report.hpp"

namespace CLI {
class App;
}

namespace heddle::cli {

/// Adds the option; it may be given several times.
void add_report_option(CLI::App& command, std::vector<std::string>& files);

/// Before any work is done. Throws UserError: of an extension that stands for no format.
void require_known_formats(const std::vector<std::string>& files);

/// Writes each, without colours. Throws UserError.
void save_reports(const std::vector<std::string>& files, const trace::Report& report);

} // namespace heddle::cli
