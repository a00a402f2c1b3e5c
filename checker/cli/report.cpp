// heddle report: a saved trace, or a recording of a run, told again.
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/recorded_trace.hpp"
#include "cli/report_files.hpp"
#include "cli/terminal.hpp"
#include "core/error.hpp"
#include "report/columns.hpp"
#include "report/text.hpp"
#include "trace/json.hpp"
#include "trace/recording_file.hpp"

namespace heddle::cli {
namespace {

/// The last `most` events.
void report_recording(const std::string& path, std::size_t most, bool json) {
    const trace::Recording recording = trace::read_recording(path);
    const trace::Trace trace = trace_of(smt::History(recording), RecordedNames(recording), most);
    if (json) return fmt::print("{}", trace::to_json(trace));
    report::TextStyle style = style_of(stdout);
    style.unfolded = true; // there is no violation to fold it around
    fmt::print("{}{}{}: {}\n\n{}", trace.file, trace.pattern == "main" ? "" : ", ", trace.pattern == "main" ? "" : trace.pattern,
               trace.violation.message, trace.steps.empty() ? "no events were recorded\n" : report::columns(trace, style));
}

/// The trace as what a check has found.
trace::Report report_of(const trace::Trace& trace, const std::string& path) {
    trace::Result result;
    result.file = trace.file;
    result.pattern = trace.pattern;
    result.verdict = trace.violation.kind;
    result.of = trace::Exploration{trace.model, {}};
    result.findings.push_back({.trace = trace, .saved = path});
    return {trace::Command::check, {std::move(result)}};
}

} // namespace

void add_report(CLI::App& app, Invocation&) {
    struct Arguments {
        std::string trace, format = "text";
        std::size_t last = 200;
        std::vector<std::string> reports;
        bool unfold = false;
    };
    auto arguments = std::make_shared<Arguments>();
    CLI::App* command = app.add_subcommand("report", "Show a saved trace or recording");
    command->add_option("trace", arguments->trace, "A trace saved by check, or a recording made by run")->required()->type_name("TRACE");
    command->add_option("--format", arguments->format, "text or json")->capture_default_str()->type_name("FORMAT");
    command->add_option("--last", arguments->last, "Events of a recording, from its end; 0: all")->capture_default_str()->type_name("N");
    command->add_flag("--unfold", arguments->unfold, "Show the steps of a story that do not matter to its end, too");
    add_report_option(*command, arguments->reports);
    command->callback([arguments] {
        require_known_formats(arguments->reports);
        if (arguments->format != "text" && arguments->format != "json")
            throw UserError(fmt::format("no such format: {}; this version knows text and json", arguments->format));
        if (trace::is_recording(arguments->trace)) {
            if (!arguments->reports.empty()) throw UserError("--report is for traces: a recording is not of a violation");
            return report_recording(arguments->trace, arguments->last, arguments->format == "json");
        }
        const trace::Trace trace = trace::read(arguments->trace);
        report::TextStyle style = style_of(stdout);
        style.unfolded = arguments->unfold;
        fmt::print("{}", arguments->format == "json" ? trace::to_json(trace) : report::text(trace, style));
        save_reports(arguments->reports, report_of(trace, arguments->trace));
    });
}

} // namespace heddle::cli
