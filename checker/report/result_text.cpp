#include "report/result_text.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/printable.hpp"
#include "report/ascii.hpp"
#include "report/phrase.hpp"
#include "report/text.hpp"

namespace heddle::report {
namespace {

using trace::Finding;
using trace::Result;

// ---- explorations

/// A violation that ends the first execution leaves none that is complete.
bool is_found_at_once(const Result& result, const trace::Statistics& s) {
    const bool blocked = result.verdict == Verdict::deadlock || result.verdict == Verdict::livelock;
    return exit_status_of(result.verdict) == ExitStatus::violation && s.complete == 0 && s.blocked == (blocked ? 1 : 0);
}

std::string counts_of(const Result& result, const trace::Statistics& s) {
    if (s.states) return fmt::format("{}, {:.3f} s", counted(s.states, "state", "states"), s.seconds);
    std::string text = is_found_at_once(result, s)
                           ? fmt::format("1st execution, {:.3f} s", s.seconds)
                           : fmt::format("{}, {} blocked, {:.3f} s", counted(s.complete, "execution", "executions"), s.blocked, s.seconds);
    if (s.invariants)
        text += fmt::format("; invariants: {} graphs, {} projections, {} solver calls, {:.3f} s", s.invariants->graphs,
                            s.invariants->projections, s.invariants->solver_calls, s.invariants->solver_seconds);
    return text;
}

std::string effort_of(const trace::Statistics& s) {
    std::string text = fmt::format("  effort: {} of the program's code with {}, {}, {} for nothing", counted(s.native_runs, "run", "runs"),
                                   counted(s.native_operations, "operation", "operations"), counted(s.revisits, "revisit", "revisits"), s.wasted);
    if (s.by_failure_order)
        text += fmt::format("; {} more by the orders of failed compare-exchanges", counted(s.by_failure_order, "execution", "executions"));
    if (s.solver_calls) text += fmt::format("; Z3: {} in {:.3f} s", counted(s.solver_calls, "question", "questions"), s.solver_seconds);
    return text + "\n";
}

std::string text_of(const Result& r, const trace::Exploration& exploration, const TextStyle& style) {
    std::string text;
    if (!r.findings.empty() && (style.verbose || !r.met()))
        text += report::text(r.findings.front().trace, style) + (r.findings.front().not_saved.empty() ? "\n" : "") + where_saved(r.findings.front());
    text += fmt::format("{}  {}  {}", verdict_word(r, style.colour), name_of_entry(r), name_of(exploration.model));
    const bool explored = r.verdict != Verdict::build_error && r.verdict != Verdict::failed;
    if (explored) text += "  " + counts_of(r, exploration.statistics);
    text += expectation(r) + "\n";
    if (explored && style.verbose) text += effort_of(exploration.statistics);
    // A story says why already; so does what was said on stderr.
    if (!r.met() && r.findings.empty() && r.verdict != Verdict::build_error && !r.reason.empty())
        text += fmt::format("  {}\n", printable_line(r.reason));
    return text;
}

// ---- runs

std::string findings_of(const Result& r, const TextStyle& style) {
    std::string text;
    for (const Finding& finding : r.findings)
        if (finding.seen && (finding.trace.violation.kind != r.expected || style.verbose)) text += report::text(finding.trace, style) + "\n";
    return text;
}

std::string details_of(const Result& r, const trace::Runs& runs) {
    std::string text;
    if (runs.runs > 1)
        for (const Finding& finding : r.findings)
            if (finding.seen)
                text += fmt::format("  in {}: {} (first with --seed {} --times 1)\n", counted(finding.seen->runs, "run", "runs"),
                                    printable_line(finding.trace.violation.message), finding.seen->first_seed);
    for (const auto& [ending, times] : runs.endings)
        text += runs.runs == 1 ? fmt::format("  the program ended: {}\n", ending)
                               : fmt::format("  in {} the program ended: {}\n", counted(times, "run", "runs"), ending);
    if (runs.left_running)
        text += fmt::format("  {} that the program left running {} ended with it\n", counted(runs.left_running, "process", "processes"),
                            runs.left_running == 1 ? "was" : "were");
    if (runs.suppressed) text += fmt::format("  {} suppressed by the program\n", counted(runs.suppressed, "finding", "findings"));
    for (const std::string& limit : runs.limits) text += fmt::format("  limit: {}\n", limit);
    if (!runs.recording.empty()) text += fmt::format("  recording: {}\n", runs.recording);
    return text;
}

std::string text_of(const Result& r, const trace::Runs& runs, const TextStyle& style) {
    if (r.verdict == Verdict::build_error || r.verdict == Verdict::failed) return {}; // stderr has the reason
    std::string text = findings_of(r, style);
    text += fmt::format("{}  {}  {}", verdict_word(r, style.colour), name_of_entry(r), counted(runs.runs, "run", "runs"));
    if (runs.runs > 1) text += fmt::format(", {} of them clean", runs.clean);
    text += fmt::format(", {:.3f} s", runs.seconds);
    if (runs.noise) text += fmt::format(", seed {}", runs.seed);
    return text + expectation(r) + "\n" + details_of(r, runs);
}

// ---- recordings and replays

std::string text_of(const Result& r, const trace::Recorded&, const TextStyle& style) { return forecast_text(r, style); }

std::string text_of(const Result& r, const trace::Replay& replay, const TextStyle& style) {
    std::string text;
    for (const Finding& finding : r.findings) text += report::text(finding.trace, style) + "\n";
    if (replay.same)
        return text + fmt::format("replayed: the same {} again{}\n", name_of(r.verdict), replay.changed ? ", although the program has changed since" : "");
    return text + fmt::format("not replayed: the recorded {} did not happen again; this time it ends with {}{}{}\n", name_of(r.expected),
                              name_of(r.verdict), r.reason.empty() ? "" : ": ", printable_line(r.reason));
}

/// Of what could not be built or run the terminal has the compiler's words and the reason on stderr; a file has no other place.
std::string unmade(const Result& r) {
    std::string text = printable(r.diagnostics);
    if (std::holds_alternative<trace::Exploration>(r.of))
        return r.verdict == Verdict::build_error ? text + printable_line(r.reason) + "\n" : text;
    if (r.verdict != Verdict::build_error && r.verdict != Verdict::failed) return text;
    return text + fmt::format("{}  {}\n  {}\n", name_of(r.verdict), name_of_entry(r), printable_line(r.reason));
}

} // namespace

std::string result_text(const Result& r, const TextStyle& style) {
    std::string text = std::visit([&](const auto& of) { return text_of(r, of, style); }, r.of);
    if (!r.next.empty()) text += fmt::format("  next: {}\n", r.next);
    return style.ascii ? in_ascii(text) : text;
}

std::string totals(const trace::Report& report) {
    std::size_t met = 0, violations = 0, inconclusive = 0, failed = 0, others = 0;
    for (const Result& result : report.results) switch (trace::status_of(result)) {
        case ExitStatus::verified: ++met; break;
        case ExitStatus::violation: ++violations; break;
        case ExitStatus::inconclusive: ++inconclusive; break;
        case ExitStatus::internal_error: ++failed; break;
        default: ++others;
        }
    std::string text = fmt::format("{} checks: {} as expected", report.results.size(), met);
    if (violations) text += ", " + counted(violations, "violation", "violations");
    if (inconclusive) text += fmt::format(", {} inconclusive", inconclusive);
    if (failed) text += fmt::format(", {} failed", failed);
    if (others) text += fmt::format(", {} not checked", others);
    return text + "\n";
}

std::string unmet(const trace::Report& report) {
    std::string text;
    for (const Result& r : report.results) {
        if (trace::status_of(r) == ExitStatus::verified) continue;
        const std::string why = r.reason.empty() && !r.findings.empty() ? r.findings.front().trace.violation.message : r.reason;
        const auto model = r.model();
        text += fmt::format("  {:<14}{}{}{}{}\n", verdict_word(r, false), name_of_entry(r), model ? fmt::format(" [{}]", name_of(*model)) : "", expectation(r),
                            why.empty() ? "" : ": " + printable_line(why));
    }
    return text;
}

std::string text_report(const trace::Report& report, const TextStyle& style) {
    TextStyle full = style;
    full.verbose = true;
    std::string text;
    for (const Result& result : report.results) {
        text += unmade(result) + result_text(result, full);
        if (!std::holds_alternative<trace::Recorded>(result.of)) text += forecast_text(result, full);
    }
    return text;
}

} // namespace heddle::report
