// What was predicted from a recording, and how much was looked at.
#include <vector>

#include <fmt/format.h>

#include "report/phrase.hpp"
#include "report/result_text.hpp"
#include "report/text.hpp"

namespace heddle::report {
namespace {

using trace::Finding;
using trace::Forecast;

std::string text_of(const Finding& finding, const TextStyle& style) {
    const trace::Foretold& foretold = *finding.foretold;
    std::string text = fmt::format("{}: {}: {}\n", foretold.confirmed ? "predicted, confirmed" : "predicted, not confirmed",
                                   name_of(finding.trace.violation.kind), foretold.sentence);
    if (!foretold.confirmed) return text + fmt::format("  {}\n\n", foretold.reason.empty() ? "it was not executed" : foretold.reason);
    text += "\n" + report::text(finding.trace, style);
    if (!finding.not_saved.empty()) return text + where_saved(finding) + "\n";
    return text + "\n" + where_saved(finding) + "\n";
}

std::string looked_at(const Forecast& f, std::size_t findings) {
    return fmt::format("predicted from {}{} in {}; {} that share memory{}; {}\n", counted(f.events, "event", "events"),
                       f.complete ? "" : " (the run was killed, crashed or is not over yet)", counted(f.windows, "window", "windows"),
                       counted(f.pairs, "pair of places", "pairs of places"),
                       f.conditions ? "; " + counted(f.conditions, "condition on inputs", "conditions on inputs") : "",
                       findings ? counted(findings, "finding", "findings") : "nothing found");
}

std::string not_looked_at(const Forecast& f) {
    std::vector<std::string> missing;
    const auto add = [&](std::uint64_t n, const char* one, const char* many, const char* why) {
        if (n) missing.push_back(counted(n, one, many) + why);
    };
    add(f.pairs_too_far_apart, "pair of places", "pairs of places", " too far apart for a window");
    add(f.pairs_without_answer, "pair", "pairs", " on which the solver gave up");
    add(f.events_left_out, "event", "events", " after something that was not recorded");
    add(f.events_lost, "event", "events", " lost for lack of space");
    add(f.conditions_lost, "condition", "conditions", " on inputs beyond the bounds of a recording");
    add(f.conditions_without_answer, "condition", "conditions", " on inputs on which the solver gave up");
    if (f.operations_on_inputs_cut)
        missing.push_back(fmt::format("at least {} on inputs of which only the result was kept", counted(f.operations_on_inputs_cut, "operation", "operations")));
    add(f.suggestions_not_executed, "suggestion", "suggestions", " for whose execution there was no time");
    if (f.out_of_time) missing.push_back("what was left when the time was over");
    return missing.empty() ? "" : fmt::format("not looked at: {}\n", fmt::join(missing, "; "));
}

} // namespace

std::string forecast_text(const trace::Result& result, const TextStyle& style) {
    if (!result.forecast) return {};
    const Forecast& f = *result.forecast;
    std::string text;
    std::size_t findings = 0;
    for (const Finding& finding : result.findings) {
        if (!finding.foretold) continue;
        ++findings;
        text += text_of(finding, style);
    }
    if (!f.events) return text + "no events were recorded: the run was killed before it began\n";
    return text + looked_at(f, findings) + not_looked_at(f);
}

} // namespace heddle::report
