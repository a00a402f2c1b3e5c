#include "report/printable_trace.hpp"

#include "core/printable.hpp"
#include "report/paint.hpp"

namespace heddle::report {
namespace {

void clean(std::string& text) { text = harmless(text); }

void clean(SourceSite& site) {
    clean(site.file);
    clean(site.function);
}

void clean(std::vector<std::pair<std::string, std::string>>& values) {
    for (auto& [name, value] : values) clean(name), clean(value);
}

void clean(std::vector<SourceSite>& sites) {
    for (SourceSite& site : sites) clean(site);
}

void clean(std::optional<trace::WaitsFor>& waits) {
    if (waits) clean(waits->what);
}

} // namespace

trace::Trace printable(trace::Trace trace) {
    clean(trace.file);
    clean(trace.pattern);
    clean(trace.violation.message);
    clean(trace.violation.hint);
    clean(trace.violation.values);
    for (trace::Part& part : trace.violation.parts) clean(part.site), clean(part.what), clean(part.inside), clean(part.stack), clean(part.waits_for);
    for (trace::Thread& thread : trace.threads) clean(thread.name), clean(thread.created_at);
    for (trace::Step& step : trace.steps) {
        for (std::string* text : {&step.order, &step.object, &step.value, &step.old_value, &step.note, &step.call, &step.releases}) clean(*text);
        clean(step.site);
        clean(step.waits_for);
        clean(step.state);
    }
    for (auto& stack : trace.stacks) clean(stack);
    trace.output = heddle::printable(trace.output);
    return trace;
}

} // namespace heddle::report
