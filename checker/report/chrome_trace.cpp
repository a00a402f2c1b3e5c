#include "report/chrome_trace.hpp"

#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/printable_trace.hpp"
#include "report/shown_path.hpp"
#include "report/step_text.hpp"
#include "report/told.hpp"

namespace heddle::report {

namespace {

using Json = nlohmann::ordered_json;

class Events {
public:
    explicit Events(Json& all) : all_(all) {}

    void add(const Told& one) {
        const trace::Trace trace = printable(one.finding->trace);
        ++process_;
        name("process_name", 0, fmt::format("{}: {}: {}", title_of(*one.result), name_of(one.kind), one.message));
        std::set<int> threads;
        for (const trace::Step& step : trace.steps)
            if (threads.insert(step.thread).second) name("thread_name", step.thread, thread_label(trace, step.thread));
        for (std::size_t i = 0; i < trace.steps.size(); ++i) step(trace, i);
    }

private:
    void name(const char* what, int thread, const std::string& text) {
        all_.push_back({{"name", what}, {"ph", "M"}, {"pid", process_}, {"tid", thread}, {"args", {{"name", text}}}});
    }

    void step(const trace::Trace& trace, std::size_t i) {
        const trace::Step& step = trace.steps[i];
        const StepText text = step_text(trace, i);
        Json more = {{"step", i + 1}};
        if (step.site.known()) more["at"] = fmt::format("{}:{}", shown_path(step.site.file), step.site.line);
        if (!text.details.empty()) more["details"] = fmt::format("{}", fmt::join(text.details, ", "));
        if (!text.note.empty()) more["note"] = text.note;
        for (const auto& [name, value] : step.state) more["state"][name] = value;
        all_.push_back({{"name", text.head}, {"cat", name_of(step.op)}, {"ph", "X"}, {"ts", i}, {"dur", 1}, {"pid", process_}, {"tid", step.thread}, {"args", more}});
        if (step.reads_from < 0 || std::size_t(step.reads_from) >= trace.steps.size()) return;
        const std::string id = fmt::format("{}.{}", process_, i);
        const Json flow = {{"name", step.stale ? "reads from (stale)" : "reads from"}, {"cat", "rf"}, {"id", id}, {"pid", process_}};
        Json begin = flow, end = flow;
        begin.update({{"ph", "s"}, {"ts", step.reads_from + 0.5}, {"tid", trace.steps[std::size_t(step.reads_from)].thread}});
        end.update({{"ph", "f"}, {"bp", "e"}, {"ts", double(i) + 0.5}, {"tid", step.thread}});
        all_.push_back(std::move(begin));
        all_.push_back(std::move(end));
    }

    Json& all_;
    int process_ = 0;
};

} // namespace

std::string chrome_trace_report(const trace::Report& report, const TextStyle&) {
    Json all = Json::array();
    Events events(all);
    for (const Told& one : told(report))
        if (one.finding) events.add(one);
    return Json{{"traceEvents", std::move(all)}, {"displayTimeUnit", "ns"}}.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace heddle::report
