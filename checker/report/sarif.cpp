#include "report/sarif.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/printable.hpp"
#include "report/phrase.hpp"
#include "report/printable_trace.hpp"
#include "report/shown_path.hpp"
#include "report/step_text.hpp"
#include "report/told.hpp"
#include "report/uri.hpp"

namespace heddle::report {

namespace {

using Json = nlohmann::ordered_json;

Json message(std::string_view text) { return {{"text", text.empty() ? std::string("no message") : heddle::printable(text)}}; }

/// Without a region where the line is not known.
Json location(const std::string& file, const SourceSite& site) {
    Json physical = {{"artifactLocation", {{"uri", uri_of(shown_path(site.known() ? site.file : file))}}}};
    if (site.known()) {
        physical["region"] = {{"startLine", site.line}};
        if (site.column > 0) physical["region"]["startColumn"] = site.column;
    }
    Json all = {{"physicalLocation", physical}};
    if (!site.function.empty()) all["logicalLocations"] = Json::array({{{"fullyQualifiedName", printable_line(site.function)}, {"kind", "function"}}});
    return all;
}

/// What a reader should look at first: the steps that the violation names, and those at which threads meet.
const char* importance(const trace::Step& step) {
    switch (step.op) {
    case trace::Op::violation:
    case trace::Op::blocked: return "essential";
    case trace::Op::start:
    case trace::Op::end:
    case trace::Op::annotate: return "unimportant";
    default: return "important";
    }
}

/// A flow for each thread that does something. `executionOrder` says how they are woven.
Json thread_flows(const trace::Trace& trace, const std::string& file) {
    std::map<int, Json> locations;
    for (std::size_t i = 0; i < trace.steps.size(); ++i) {
        const trace::Step& step = trace.steps[i];
        const StepText text = step_text(trace, i);
        std::string words = text.head;
        if (!text.details.empty()) words += fmt::format(" ({})", fmt::join(text.details, ", "));
        if (!text.note.empty()) words += ": " + text.note;
        Json place = location(file, step.site);
        place["message"] = message(words);
        Json one = {{"location", place}, {"executionOrder", i + 1}, {"importance", importance(step)}};
        for (const auto& [name, value] : step.state) one["state"][printable_line(name)] = message(value);
        locations.try_emplace(step.thread, Json::array()).first->second.push_back(std::move(one));
    }
    Json flows = Json::array();
    for (auto& [thread, steps] : locations)
        flows.push_back({{"id", thread_label(trace, thread)}, {"message", message(thread_label(trace, thread))}, {"locations", std::move(steps)}});
    return flows;
}

Json properties_of(const Told& one, const trace::Trace* trace) {
    Json properties = {{"entry", printable_line(one.result->pattern)}, {"verdict", name_of(one.kind)}, {"expected", name_of(one.result->expected)}};
    if (const auto model = one.result->model()) properties["model"] = name_of(*model);
    if (trace) {
        for (const auto& [name, value] : trace->violation.values) properties["values"][printable_line(name)] = printable_line(value);
        if (!trace->violation.hint.empty()) properties["hint"] = heddle::printable(trace->violation.hint);
        if (!one.finding->saved.empty()) properties["replay"] = "heddle replay " + quoted_for_shell(one.finding->saved);
    }
    return properties;
}

/// "fail" is what a build should stop for; what nobody could decide is "open".
void add_kind(Json& result, const Told& one) {
    const bool undecided = exit_status_of(one.kind) == ExitStatus::inconclusive || (one.finding && one.finding->foretold && !one.finding->foretold->confirmed);
    result["kind"] = undecided ? "open" : one.counts ? "fail" : "pass";
    result["level"] = !undecided && one.counts ? "error" : "none";
}

Json result_of(const Told& one) {
    Json result = {{"ruleId", name_of(one.kind)}, {"ruleIndex", std::size_t(one.kind)}};
    add_kind(result, one);
    result["message"] = message(one.message + fmt::format(" ({})", title_of(*one.result)));
    result["locations"] = Json::array({location(one.result->file, one.site)});
    result["partialFingerprints"] = {{"heddle/1", fingerprint(one)}};
    if (!one.finding) {
        result["properties"] = properties_of(one, nullptr);
        return result;
    }
    const trace::Trace trace = printable(one.finding->trace);
    Json related = Json::array();
    for (const trace::Part& part : trace.violation.parts) {
        Json place = location(one.result->file, part.site);
        place["id"] = related.size() + 1;
        place["message"] = message(thread_label(trace, part.thread) + ": " + part.what);
        related.push_back(std::move(place));
    }
    if (!related.empty()) result["relatedLocations"] = std::move(related);
    if (!trace.steps.empty())
        result["codeFlows"] = Json::array({{{"message", message(trace.violation.message)}, {"threadFlows", thread_flows(trace, one.result->file)}}});
    result["properties"] = properties_of(one, &trace);
    return result;
}

/// One for each verdict, in their order, so that a rule's index is its verdict.
Json rules() {
    Json all = Json::array();
    for (const Name<Verdict>& name : names<Verdict>)
        all.push_back({{"id", name.word}, {"name", name.word}, {"shortDescription", message(phrase(name.value))}});
    return all;
}

} // namespace

std::string sarif_report(const trace::Report& report, const TextStyle&) {
    Json results = Json::array();
    bool failed = false;
    for (const Told& one : told(report)) {
        results.push_back(result_of(one));
        failed |= one.kind == Verdict::failed;
    }
    const Json run = {{"tool", {{"driver", {{"name", "heddle"}, {"rules", rules()}}}}},
                      {"invocations", Json::array({{{"executionSuccessful", !failed}}})},
                      {"columnKind", "utf16CodeUnits"},
                      {"results", std::move(results)}};
    const Json document = {{"$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"},
                           {"version", "2.1.0"},
                           {"runs", Json::array({run})}};
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace heddle::report
