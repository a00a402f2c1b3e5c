#include "report/step_text.hpp"

#include <array>
#include <string_view>

#include <fmt/format.h>

#include "report/paint.hpp"
#include "report/phrase.hpp"

namespace heddle::report {
namespace {

using trace::Op;
using trace::Step;
using trace::Trace;

std::string object_of(const Step& step) {
    if (!step.object.empty()) return step.object;
    return step.address ? fmt::format("[{:#x}]", step.address) : "?";
}

bool same_object(const Step& a, const Step& b) {
    return a.address || b.address ? a.address == b.address : !a.object.empty() && a.object == b.object;
}

// The newest value is that of the last write told before the read.
std::string staleness(const Trace& trace, std::size_t index) {
    for (std::size_t i = index; i-- > 0;) {
        const Step& write = trace.steps[i];
        if (!writes(write.op) || !same_object(write, trace.steps[index])) continue;
        if (static_cast<int>(i) == trace.steps[index].reads_from) break;
        return fmt::format("stale: #{} has written {}", i + 1, write.value);
    }
    return "stale";
}

std::string head_of(const Trace& trace, const Step& step) {
    const std::string object = object_of(step), value = trimmed(harmless(step.value), 40);
    auto named = [&](std::string_view verb) {
        std::string what = step.object.empty() && !step.address ? value : object;
        return std::string(verb) + (what.empty() ? "" : " " + what);
    };
    const auto of_thread = [&] {
        const bool number = !value.empty() && value.find_first_not_of("0123456789") == value.npos;
        return step.object.empty() && number ? fmt::format("{} T{}", name_of(step.op), value) : named(name_of(step.op));
    };
    switch (step.op) {
    case Op::read:
    case Op::plain_read: return object + " → " + value;
    case Op::write:
    case Op::plain_write: return object + " = " + value;
    case Op::rmw:
    case Op::cas:
        return fmt::format("{} {} {}", name_of(step.op), object,
                           trimmed(harmless(step.old_value.empty() ? step.value : step.old_value + "→" + step.value), 40));
    case Op::cas_fail: return "cas " + object + " fails, is " + value;
    case Op::trylock_fail: return named("trylock") + " fails";
    case Op::fence: return "fence";
    case Op::choose: return (step.object.empty() ? "choose" : "choose " + step.object) + " = " + value;
    case Op::wait: return named("wait on");
    case Op::wake: return named("woken by");
    case Op::arrive: return named("arrive at");
    case Op::meet: return named("all have come to");
    case Op::create:
    case Op::join: return of_thread();
    case Op::start: return "starts";
    case Op::end: return "ends";
    case Op::blocked: return "✗ stuck";
    case Op::violation: return "✗ " + phrase(trace.violation.kind);
    default: return named(name_of(step.op));
    }
}

} // namespace

std::string thread_label(const Trace& trace, int id) {
    for (const trace::Thread& thread : trace.threads)
        if (thread.id == id && !thread.name.empty()) return fmt::format("T{} {}", id, thread.name);
    return id == 0 ? "T0 main" : fmt::format("T{}", id);
}

StepText step_text(const Trace& trace, std::size_t index) {
    const Step& step = trace.steps[index];
    StepText text{head_of(trace, step), {}, harmless(step.note)};
    if (step.repeat > 1) text.head += fmt::format(" (×{})", step.repeat);
    if (is_plain(step.op)) text.details.push_back("plain");
    if (!step.order.empty()) text.details.push_back(step.order);
    if (step.reads_from >= 0) text.details.push_back(fmt::format("{} #{}", reads(step.op) ? "from" : "after", step.reads_from + 1));
    else if (reads(step.op) && !is_plain(step.op)) text.details.push_back("initial value");
    if (!step.releases.empty()) text.details.push_back("releases " + step.releases);
    if (step.stale) text.details.push_back(staleness(trace, index));
    return text;
}

} // namespace heddle::report
