#include "cli/report_files.hpp"

#include <filesystem>
#include <fstream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "core/error.hpp"
#include "report/formats.hpp"

namespace heddle::cli {

void add_report_option(CLI::App& command, std::vector<std::string>& files) {
    command.add_option("--report", files, fmt::format("Also write a report: {}", report::names_of_formats()))->type_name("FILE");
}

void require_known_formats(const std::vector<std::string>& files) {
    for (const std::string& file : files)
        if (!report::format_for(file))
            throw UserError(fmt::format("cannot write the report {}: this version knows the formats {}", file, report::names_of_formats()));
}

void save_reports(const std::vector<std::string>& files, const trace::Report& report) {
    for (const std::string& file : files) {
        std::ofstream out(file, std::ios::binary);
        out << report::format_for(file)->render(report, report::TextStyle{});
        if (!out.flush()) throw UserError(fmt::format("cannot write the report {}", file));
    }
}

} // namespace heddle::cli
