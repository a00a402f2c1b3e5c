#include "report/page_data.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/printable.hpp"
#include "core/source_text.hpp"
#include "memory/list.hpp"
#include "report/phrase.hpp"
#include "report/printable_trace.hpp"
#include "report/result_text.hpp"
#include "report/shown_path.hpp"
#include "report/source_excerpts.hpp"
#include "report/step_text.hpp"
#include "report/told.hpp"
#include "trace/folding.hpp"
#include "trace/links.hpp"

namespace heddle::report {
namespace {

using Json = nlohmann::ordered_json;
using trace::Finding;
using trace::Result;
using trace::Trace;

/// Violations that were not expected are bad, met expectations good; what nobody could decide is open.
const char* tone_of(const Result& result) {
    switch (trace::status_of(result)) {
    case ExitStatus::verified: return "good";
    case ExitStatus::inconclusive: return "open";
    default: return "bad";
    }
}

std::string how(const Result& result) {
    if (const auto model = result.model()) return fmt::format("memory model {}", name_of(*model));
    return std::holds_alternative<trace::Runs>(result.of) ? "on real threads" : "from a recording";
}

std::string briefly_how(const Result& result) { return result.model() ? std::string(name_of(*result.model())) : how(result); }

std::string amount(const Result& result) {
    if (const auto* exploration = std::get_if<trace::Exploration>(&result.of))
        return fmt::format("{}, {:.3f} s", counted(std::max<std::uint64_t>(exploration->statistics.complete + exploration->statistics.blocked, 1), "execution", "executions"), exploration->statistics.seconds);
    if (const auto* runs = std::get_if<trace::Runs>(&result.of)) return fmt::format("{}, {:.3f} s", counted(runs->runs, "run", "runs"), runs->seconds);
    return result.forecast ? counted(result.forecast->events, "event", "events") : "";
}

Json pairs_json(const std::vector<std::pair<std::string, std::string>>& pairs) {
    Json all = Json::array();
    for (const auto& [name, value] : pairs) all.push_back({name, value});
    return all;
}

class Story {
public:
    Story(const Trace& trace, SourceExcerpts& sources) : trace_(trace), sources_(sources), marked_(trace::marked_steps(trace)) {}

    Json json() {
        Json story = {{"parts", parts()}, {"values", pairs_json(trace_.violation.values)}, {"output", trace_.output}, {"threads", threads()}};
        story["steps"] = steps();
        story["stacks"] = Json::array();
        for (const auto& calls : trace_.stacks) story["stacks"].push_back(places(calls));
        story["links"] = Json::array();
        for (const trace::Link& link : trace::links_of(trace_)) story["links"].push_back({link.from, link.to, name_of(link.kind)});
        story["spans"] = Json::array();
        for (const trace::Span& span : trace::spans_of(trace_)) story["spans"].push_back({word_of(span.kind), span.thread, span.from, span.to, span.object});
        story["folds"] = Json::array();
        for (const trace::Fold& fold : trace::folds_of(trace_)) story["folds"].push_back({fold.first, fold.count, trace::words_of(fold, trace_)});
        story["circle"] = trace::circle_of(trace_.violation);
        story["waits"] = waits();
        const bool stale = std::any_of(trace_.steps.begin(), trace_.steps.end(), [](const trace::Step& s) { return s.stale; });
        story["stale"] = stale ? memory::traits_of(trace_.model).why_stale : "";
        return story;
    }

private:
    static const char* word_of(trace::Span::Kind kind) {
        return kind == trace::Span::Kind::holds ? "holds" : kind == trace::Span::Kind::shares ? "shares" : "waits";
    }

    Json place(const SourceSite& site) {
        if (!site.known()) return nullptr;
        return {{"source", sources_.add(site)}, {"line", site.line}, {"column", site.column}, {"function", site.function}};
    }

    Json places(const std::vector<SourceSite>& sites) {
        Json all = Json::array();
        for (const SourceSite& site : sites)
            if (site.known()) all.push_back(place(site));
        return all;
    }

    Json parts() {
        Json all = Json::array();
        for (const trace::Part& part : trace_.violation.parts)
            all.push_back({{"thread", part.thread}, {"label", thread_label(trace_, part.thread)}, {"what", part.what}, {"place", place(part.site)},
                           {"text", source_text(part.site).text}, {"stack", places(part.stack)}});
        return all;
    }

    Json threads() {
        Json all = Json::array();
        for (const trace::Thread& thread : trace_.threads) all.push_back({{"id", thread.id}, {"label", thread_label(trace_, thread.id)}});
        return all;
    }

    Json steps() {
        Json all = Json::array();
        for (std::size_t i = 0; i < trace_.steps.size(); ++i) all.push_back(step(i));
        return all;
    }

    Json step(std::size_t i) {
        const trace::Step& step = trace_.steps[i];
        const StepText text = step_text(trace_, i);
        Json json = {{"t", step.thread}, {"op", name_of(step.op)}, {"head", text.head}, {"details", text.details}, {"note", text.note}, {"place", place(step.site)}, {"stack", step.stack}};
        if (marked_[i]) json["marked"] = true;
        if (step.stale) json["stale"] = true;
        if (!step.call.empty()) json["call"] = step.call;
        if (!step.state.empty()) json["state"] = pairs_json(step.state);
        if (!step.object.empty()) json["object"] = step.object;
        if (reads(step.op) || writes(step.op)) {
            json["value"] = step.value;
            json[writes(step.op) ? "writes" : "reads"] = true;
        }
        return json;
    }

    /// Who waits for whom at the end.
    Json waits() const {
        Json all = Json::array();
        for (const trace::Part& part : trace_.violation.parts)
            if (part.waits_for)
                all.push_back({{"thread", part.thread}, {"op", name_of(part.waits_for->op)}, {"what", part.waits_for->what}, {"holder", part.waits_for->holder}});
        return all;
    }

    const Trace& trace_;
    SourceExcerpts& sources_;
    std::vector<bool> marked_;
};

/// How sure it is, of findings that were not met in an exploration.
Json more_of(const Finding& finding) {
    Json lines = Json::array();
    if (finding.seen) lines.push_back(fmt::format("Seen in {}, first with seed {}.", counted(finding.seen->runs, "run", "runs"), finding.seen->first_seed));
    if (finding.foretold)
        lines.push_back(fmt::format("Predicted from a recording, {}: {}", finding.foretold->confirmed ? "confirmed" : "not confirmed",
                                    printable_line(finding.foretold->confirmed ? finding.foretold->sentence : finding.foretold->reason)));
    if (!finding.not_saved.empty()) lines.push_back("The trace was not saved: " + printable_line(finding.not_saved));
    return lines;
}

Json story_json(const Result& result, const Finding& finding, SourceExcerpts& sources) {
    const Trace trace = printable(finding.trace);
    const bool open = finding.foretold && !finding.foretold->confirmed;
    std::string message = trace.violation.message;
    if (message.empty() && finding.foretold) message = printable_line(finding.foretold->sentence);
    Json json = {{"kind", phrase(trace.violation.kind)}, {"message", message}, {"hint", trace.violation.hint}, {"tone", open ? "open" : "bad"},
                 {"where", printable_line(name_of_entry(result))}, {"how", how(result)}, {"more", more_of(finding)},
                 {"replay", finding.saved.empty() ? "" : "heddle replay " + quoted_for_shell(finding.saved)}};
    json.update(Story(trace, sources).json());
    return json;
}

Json result_json(const Result& result) {
    Json json = {{"name", printable_line(name_of_entry(result))}, {"file", printable_line(shown_path(result.file))}, {"pattern", printable_line(result.pattern)}, {"verdict", verdict_word(result, false)}, {"tone", tone_of(result)}, {"how", briefly_how(result)},
                 {"met", trace::status_of(result) == ExitStatus::verified}, {"amount", amount(result)}, {"diagnostics", heddle::printable(result.diagnostics)},
                 {"next", printable_line(result.next)}, {"stories", Json::array()}};
    const std::string expected = expectation(result);
    json["expectation"] = expected.substr(std::min(expected.find_first_not_of(' '), expected.size()));
    const bool told = result.reason.empty() && !result.findings.empty();
    json["reason"] = printable_line(told ? result.findings.front().trace.violation.message : result.reason);
    return json;
}

Json source_json(const SourceExcerpts::File& file) {
    Json chunks = Json::array();
    for (const auto& chunk : file.chunks) chunks.push_back({{"first", chunk.first}, {"lines", chunk.lines}});
    return {{"shown", printable_line(shown_path(file.path))}, {"chunks", chunks}};
}

} // namespace

std::string page_data(const trace::Report& report) {
    SourceExcerpts sources;
    Json results = Json::array(), stories = Json::array(), files = Json::array();
    for (const Result& result : report.results) {
        Json& told = results.emplace_back(result_json(result));
        for (const Finding& finding : result.findings) {
            told["stories"].push_back(stories.size());
            stories.push_back(story_json(result, finding, sources));
        }
    }
    for (const auto& file : sources.files()) files.push_back(source_json(file));
    std::string total = totals(report);
    total.pop_back(); // its newline
    const Json page = {{"command", name_of(report.command)}, {"totals", total}, {"results", results}, {"stories", stories}, {"sources", files}};
    return page.dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace heddle::report
