// A table of all results, then a section for each finding: what is wrong, where, and the story as a table.
#include "report/markdown.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "core/printable.hpp"
#include "report/paint.hpp"
#include "report/phrase.hpp"
#include "report/printable_trace.hpp"
#include "report/result_text.hpp"
#include "report/shown_path.hpp"
#include "report/step_text.hpp"

namespace heddle::report {
namespace {

using trace::Finding;
using trace::Result;

/// Text that means itself: also in a table, on one line.
std::string plain(std::string_view text) {
    std::string out;
    for (const char c : printable_line(text)) {
        if (std::string_view("\\`*_{}[]<>#|~$&").find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    return out;
}

/// Text as code. As many backquotes around it as it takes.
std::string code(std::string_view text) {
    const std::string line = printable_line(text);
    std::string fence = "`";
    while (line.find(fence) != std::string::npos) fence += '`';
    const std::string room = line.starts_with('`') || line.ends_with('`') ? " " : "";
    return fence + room + line + room + fence;
}

/// Lines of code, indented: nothing in them can end that.
std::string block(std::string_view text) {
    std::string out = text.empty() ? "" : "\n";
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        out += "    " + printable_line(text.substr(0, end)) + "\n";
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

/// Code in a table, where a bar ends the cell wherever it stands.
std::string code_in_cell(std::string_view text) {
    return text.find('|') == std::string_view::npos ? code(text) : plain(text);
}

std::string place(const SourceSite& site) {
    return site.known() ? code_in_cell(fmt::format("{}:{}", shown_path(site.file), site.line)) : "";
}

std::string how(const Result& result) {
    if (const auto model = result.model()) return std::string(name_of(*model));
    return std::holds_alternative<trace::Runs>(result.of) ? "real threads" : "recording";
}

std::string amount(const Result& result) {
    if (const auto* exploration = std::get_if<trace::Exploration>(&result.of))
        return exploration->statistics.states ? fmt::format("{}, {:.3f} s", counted(exploration->statistics.states, "state", "states"), exploration->statistics.seconds)
               : fmt::format("{}, {} blocked, {:.3f} s", counted(exploration->statistics.complete, "execution", "executions"),
                           exploration->statistics.blocked, exploration->statistics.seconds);
    if (const auto* runs = std::get_if<trace::Runs>(&result.of))
        return fmt::format("{}, {} clean, {:.3f} s", counted(runs->runs, "run", "runs"), runs->clean, runs->seconds);
    return result.forecast ? counted(result.forecast->events, "event", "events") : "";
}

std::string table_of_results(const trace::Report& report) {
    std::string text = "| verdict | program | how | looked at |\n|---|---|---|---|\n";
    for (const Result& result : report.results)
        text += fmt::format("| {}{} | {} | {} | {} |\n", plain(verdict_word(result, false)), plain(expectation(result)),
                            plain(name_of_entry(result)), how(result), amount(result));
    return text;
}

std::string story(const trace::Trace& trace) {
    if (trace.steps.empty()) return {};
    std::string text = "\n| | thread | step | where |\n|---:|---|---|---|\n";
    for (std::size_t i = 0; i < trace.steps.size(); ++i) {
        const StepText step = step_text(trace, i);
        std::string what = code_in_cell(step.head);
        if (!step.details.empty()) what += " " + plain(fmt::format("({})", fmt::join(step.details, ", ")));
        if (!step.note.empty()) what += " – " + plain(step.note);
        text += fmt::format("| {} | {} | {} | {} |\n", i + 1, plain(thread_label(trace, trace.steps[i].thread)), what,
                            place(trace.steps[i].site));
    }
    return text;
}

std::string section(const Result& result, const Finding& finding) {
    const trace::Trace trace = printable(finding.trace);
    const trace::Violation& violation = trace.violation;
    std::string text = fmt::format("\n## {}: {}\n\n{}\n", plain(name_of_entry(result)), phrase(violation.kind),
                                   plain(violation.message.empty() && finding.foretold ? finding.foretold->sentence : violation.message));
    if (finding.seen) text += fmt::format("\nIn {}, first with seed {}.\n", counted(finding.seen->runs, "run", "runs"), finding.seen->first_seed);
    if (finding.foretold)
        text += fmt::format("\nPredicted from a recording, {}: {}\n", finding.foretold->confirmed ? "confirmed" : "not confirmed",
                            plain(finding.foretold->confirmed ? finding.foretold->sentence : finding.foretold->reason));
    if (!violation.parts.empty()) text += "\n";
    for (const trace::Part& part : violation.parts)
        text += fmt::format("- {}: {} {}\n", plain(thread_label(trace, part.thread)), plain(part.what), place(part.site));
    if (!violation.hint.empty()) text += "\n" + plain(violation.hint) + "\n";
    text += story(trace);
    if (!violation.values.empty()) text += "\n";
    for (const auto& [name, value] : violation.values) text += fmt::format("- {} = {}\n", code(name), code(value));
    if (!finding.saved.empty()) text += fmt::format("\nAgain: {}\n", code("heddle replay " + quoted_for_shell(finding.saved)));
    return text;
}

} // namespace

std::string markdown_report(const trace::Report& report, const TextStyle&) {
    std::string text = fmt::format("# heddle {}\n\n{}", name_of(report.command), table_of_results(report));
    if (report.command == trace::Command::check && report.results.size() > 1) text += "\n" + plain(totals(report).substr(0, totals(report).size() - 1)) + "\n";
    for (const Result& result : report.results) {
        if (result.findings.empty() && !result.reason.empty())
            text += fmt::format("\n## {}: {}\n\n{}\n", plain(name_of_entry(result)), phrase(result.verdict), plain(result.reason));
        text += block(result.diagnostics);
        for (const Finding& finding : result.findings) text += section(result, finding);
        if (!result.next.empty()) text += fmt::format("\nNext: {}\n", code(result.next));
    }
    return text;
}

} // namespace heddle::report
