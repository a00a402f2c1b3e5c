#include "cli/prediction_result.hpp"

#include <fmt/format.h>

#include "core/printable.hpp"

namespace heddle::cli {
namespace {

std::string number(std::uint64_t n, const char* one, const char* many) { return fmt::format("{} {}", n, n == 1 ? one : many); }

} // namespace

ExitStatus status_of(const PredictionResult& result) {
    ExitStatus status = result.coverage.events ? ExitStatus::verified : ExitStatus::inconclusive;
    for (const PredictedFinding& finding : result.findings)
        status = graver(status, finding.confirmed ? ExitStatus::violation : ExitStatus::inconclusive);
    return status;
}

std::string text_of(const PredictionResult& result) {
    std::string text;
    for (const PredictedFinding& finding : result.findings) {
        text += fmt::format("{}: {}: {}\n", finding.confirmed ? "predicted, confirmed" : "predicted, not confirmed", finding.kind,
                            finding.sentence);
        if (!finding.confirmed) text += fmt::format("  {}\n", finding.reason.empty() ? "it was not executed" : finding.reason);
        else {
            text += "\n" + finding.report + "\n";
            if (!finding.trace.empty()) text += fmt::format("trace: {}  (heddle replay {})\n", finding.trace, quoted_for_shell(finding.trace));
        }
        text += "\n";
    }
    const smt::Prognosis& c = result.coverage;
    if (!c.events) return text + "no events were recorded: the run was killed before it began\n";
    text += fmt::format("predicted from {}{} in {}; {} that share memory{}; {}\n", number(c.events, "event", "events"),
                        result.complete ? "" : " (the run was killed, crashed or is not over yet)",
                        number(c.windows, "window", "windows"), number(c.pairs, "pair of places", "pairs of places"),
                        c.conditions ? "; " + number(c.conditions, "condition on inputs", "conditions on inputs") : "",
                        result.findings.empty() ? "nothing found" : number(result.findings.size(), "finding", "findings"));
    std::vector<std::string> missing;
    if (c.out_of_reach)
        missing.push_back(fmt::format("{} too far apart for a window", number(c.out_of_reach, "pair of places", "pairs of places")));
    if (c.given_up) missing.push_back(fmt::format("{} on which the solver gave up", number(c.given_up, "pair", "pairs")));
    if (c.left_out) missing.push_back(fmt::format("{} after something that was not recorded", number(c.left_out, "event", "events")));
    if (result.lost) missing.push_back(fmt::format("{} lost for lack of space", number(result.lost, "event", "events")));
    if (c.conditions_lost)
        missing.push_back(fmt::format("{} on inputs beyond the bounds of a recording", number(c.conditions_lost, "condition", "conditions")));
    if (c.conditions_given_up)
        missing.push_back(fmt::format("{} on inputs on which the solver gave up", number(c.conditions_given_up, "condition", "conditions")));
    if (c.cut_terms)
        missing.push_back(fmt::format("at least {} on inputs of which only the result was kept", number(c.cut_terms, "operation", "operations")));
    if (result.not_executed)
        missing.push_back(fmt::format("{} for whose execution there was no time", number(result.not_executed, "suggestion", "suggestions")));
    if (c.out_of_time) missing.push_back("what was left when the time was over");
    for (std::size_t i = 0; i < missing.size(); ++i) text += (i ? "; " : "not looked at: ") + missing[i];
    return text + (missing.empty() ? "" : "\n");
}

Json json_of(const PredictionResult& result) {
    Json findings = Json::array();
    for (const PredictedFinding& f : result.findings) {
        Json sites = Json::array();
        for (const SourceSite& site : f.sites)
            sites.push_back({{"file", site.file}, {"line", site.line}, {"function", site.function}});
        const std::vector<std::string> names = distinct_names(f.inputs);
        Json inputs = Json::array();
        for (std::size_t i = 0; i < f.inputs.size(); ++i)
            inputs.push_back({{"name", names[i]},
                              {"type", std::string(name_of(f.inputs[i].input.type))},
                              {"value", to_string(f.inputs[i].input.type, f.inputs[i].value)}});
        findings.push_back({{"kind", f.kind},
                            {"confirmed", f.confirmed},
                            {"certain", f.certain},
                            {"prediction", f.sentence},
                            {"reason", f.reason},
                            {"sites", sites},
                            {"inputs", inputs},
                            {"violation", f.violation},
                            {"trace", f.trace.empty() ? Json(nullptr) : Json(f.trace)}});
    }
    const smt::Prognosis& c = result.coverage;
    return {{"findings", findings},
            {"looked_at",
             {{"events", c.events},
              {"windows", c.windows},
              {"smallest_window", c.smallest_window},
              {"largest_window", c.largest_window},
              {"pairs", c.pairs},
              {"conditions", c.conditions},
              {"suggestions", result.suggestions},
              {"solver_calls", c.effort.calls},
              {"solver_seconds", c.effort.seconds},
              {"seconds", result.seconds}}},
            {"not_looked_at",
             {{"pairs_too_far_apart", c.out_of_reach},
              {"pairs_without_answer", c.given_up},
              {"events_left_out", c.left_out},
              {"events_lost", result.lost},
              {"conditions_lost", c.conditions_lost},
              {"conditions_without_answer", c.conditions_given_up},
              {"operations_on_inputs_cut", c.cut_terms},
              {"suggestions_not_executed", result.not_executed},
              {"out_of_time", c.out_of_time}}}};
}

} // namespace heddle::cli
