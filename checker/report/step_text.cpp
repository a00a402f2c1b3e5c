#include "report/step_text.hpp"

#include <array>
#include <string_view>

#include <fmt/format.h>

#include "report/paint.hpp"
#include "report/phrase.hpp"

namespace heddle::report {
namespace {

using trace::Step;
using trace::Trace;

std::string object_of(const Step& step) {
    if (!step.object.empty()) return step.object;
    return step.address ? fmt::format("[{:#x}]", step.address) : "?";
}

// "0 -> 1" as "0→1".
std::string change(std::string value) {
    if (auto arrow = value.find(" -> "); arrow != std::string::npos) value.replace(arrow, 4, "→");
    return value;
}

bool reads(const Step& step) {
    for (std::string_view op : {"read", "plain-read", "rmw", "cas", "cas-fail"})
        if (step.op == op) return true;
    return false;
}

bool writes(const Step& step) {
    for (std::string_view op : {"write", "plain-write", "rmw", "cas"})
        if (step.op == op) return true;
    return false;
}

bool same_object(const Step& a, const Step& b) {
    return a.address || b.address ? a.address == b.address : !a.object.empty() && a.object == b.object;
}

std::string value_written(const Step& step) {
    auto arrow = step.value.find(" -> ");
    return arrow == std::string::npos ? step.value : step.value.substr(arrow + 4);
}

// The newest value is that of the last write told before the read.
std::string staleness(const Trace& trace, std::size_t index) {
    for (std::size_t i = index; i-- > 0;) {
        const Step& write = trace.steps[i];
        if (!writes(write) || !same_object(write, trace.steps[index])) continue;
        if (static_cast<int>(i) == trace.steps[index].reads_from) break;
        return fmt::format("stale: #{} has written {}", i + 1, value_written(write));
    }
    return "stale";
}

std::string head_of(const Trace& trace, const Step& step) {
    const std::string object = object_of(step), value = trimmed(harmless(step.value), 40);
    auto named = [&](std::string_view verb) {
        std::string what = step.object.empty() && !step.address ? value : object;
        return std::string(verb) + (what.empty() ? "" : " " + what);
    };
    if (step.op == "read" || step.op == "plain-read") return object + " → " + value;
    if (step.op == "write" || step.op == "plain-write") return object + " = " + value;
    if (step.op == "rmw" || step.op == "cas") return step.op + " " + object + " " + change(value);
    if (step.op == "cas-fail") return "cas " + object + " fails, is " + value;
    if (step.op == "trylock-fail") return named("trylock") + " fails";
    if (step.op == "fence") return "fence";
    if (step.op == "choose") return (step.object.empty() ? "choose" : "choose " + step.object) + " = " + value;
    if (step.op == "wait") return named("wait on");
    if (step.op == "wake") return named("woken by");
    if (step.op == "arrive") return named("arrive at");
    if (step.op == "meet") return named("all have come to");
    if ((step.op == "create" || step.op == "join") && step.object.empty() && !value.empty() && value.find_first_not_of("0123456789") == value.npos)
        return step.op + " T" + value;
    if (step.op == "start") return "starts";
    if (step.op == "end") return "ends";
    if (step.op == "blocked") return "✗ stuck";
    if (step.op == "violation") return "✗ " + phrase(trace.violation.kind);
    return named(step.op); // lock, unlock, signal, broadcast, create, join, free, and what is new
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
    if (step.op.starts_with("plain-")) text.details.push_back("plain");
    if (!step.order.empty()) text.details.push_back(step.order);
    if (step.reads_from >= 0) text.details.push_back(fmt::format("{} #{}", reads(step) ? "from" : "after", step.reads_from + 1));
    else if (reads(step) && !step.op.starts_with("plain-")) text.details.push_back("initial value");
    if (step.stale) text.details.push_back(staleness(trace, index));
    return text;
}

} // namespace heddle::report
