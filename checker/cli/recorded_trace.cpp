#include "cli/recorded_trace.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "core/value.hpp"
#include "trace/recorded_kinds.hpp"

namespace heddle::cli {

using smt::History;
using smt::Place;
using smt::nowhere;
using trace::RecordedEvent;
using trace::RecordedKind;

namespace {

bool is_first_half(const History& history, Place p) {
    if (history[p].kind != RecordedKind::rmw_read) return false;
    const smt::Reference at = history.at(p);
    const Place next = history.place_of({at.thread, at.index + 1});
    return next != nowhere && history[next].kind == RecordedKind::rmw_write && history[next].sequence == history[p].sequence;
}

} // namespace

RecordedNames::RecordedNames(const trace::Recording& recording, const std::filesystem::path& library) : recording_(recording) {
    std::error_code ignored;
    if (!library.empty() && std::filesystem::is_regular_file(library, ignored))
        symbols_ = std::make_unique<program::Symbols>(library, 0);
}

SourceSite RecordedNames::site(std::uint64_t pc) const { return symbols_ && pc ? symbols_->site_of_return_address(pc) : SourceSite{}; }

std::string RecordedNames::object(std::uint64_t address) const {
    return symbols_ && recording_.base && address > recording_.base ? symbols_->object_at(address - recording_.base) : std::string();
}

std::string RecordedNames::thread(std::uint32_t number) const {
    if (number == 0) return "main";
    if (number >= recording_.threads.size() || !symbols_) return {};
    if (const auto known = threads_.find(number); known != threads_.end()) return known->second;
    return threads_[number] = function_of(recording_.threads[number]);
}

/// Of a std::thread the user's function, as far as its first calls tell.
std::string RecordedNames::function_of(const trace::RecordedThread& thread) const {
    std::string name = thread.function ? symbols_->function_at(thread.function) : std::string();
    if (!name.empty() && !name.starts_with("std::")) return name;
    const auto outermost = [&](std::span<const std::uint64_t> calls) { return symbols_->outermost_user_function(calls); };
    for (const std::vector<std::uint64_t>& calls : thread.stacks) {
        const std::vector<std::uint64_t> inner_first(calls.rbegin(), calls.rend());
        if (std::string found = outermost(inner_first); !found.empty()) return found;
    }
    // Inlined into the library's function: calls are no deeper.
    constexpr std::size_t enough = 64;
    for (std::size_t i = 0; i < std::min(enough, thread.events.size()); ++i)
        if (const std::uint64_t pc = thread.events[i].pc)
            if (std::string found = outermost(std::span(&pc, 1)); !found.empty()) return found;
    return name;
}

SourceSite RecordedNames::created_at(std::uint32_t number) const {
    if (number == 0 || number >= recording_.threads.size()) return {};
    for (const RecordedEvent& e : recording_.threads[recording_.threads[number].parent].events)
        if (e.kind == RecordedKind::create && e.other == number) return site(e.pc);
    return {};
}

trace::Build build_of(const trace::Recording& recording) {
    return {recording.sources, recording.compiler, recording.options, recording.arguments};
}

trace::Trace trace_of(const History& history, const RecordedNames& names, std::size_t most) {
    const trace::Recording& recording = history.recording();
    trace::Trace trace;
    trace.build = build_of(recording);
    trace.file = recording.file;
    trace.pattern = recording.pattern;
    trace.program = recording.program;
    const std::size_t first = most && history.size() > most ? history.size() - most : 0;
    trace.violation.kind = Verdict::inconclusive; // one run proves nothing
    std::string& message = trace.violation.message;
    message = recording.complete ? "a recorded run, to its end" : "a recorded run that was killed, crashed or is not over yet";
    if (first) message += fmt::format("; the last {} of its {} events", most, history.size());
    if (const std::uint64_t lost = recording.lost()) message += fmt::format("; {} more were lost for lack of space", lost);
    if (history.left_out()) message += fmt::format("; {} events wait for something that was not recorded", history.left_out());
    for (std::uint32_t t = 0; t < recording.threads.size(); ++t) {
        trace::Thread thread{int(t), names.thread(t), {}};
        thread.created_at = names.created_at(t);
        trace.threads.push_back(std::move(thread));
    }
    std::vector<int> step_of(history.size(), -1);
    for (Place p = Place(first); p < history.size(); ++p) {
        if (is_first_half(history, p)) continue;
        const RecordedEvent& e = history[p];
        step_of[p] = int(trace.steps.size());
        trace::Step& step = trace.steps.emplace_back();
        step.thread = int(history.at(p).thread);
        step.op = trace::traits_of(e.kind).told;
        if (trace::is(e.kind, trace::has_order)) step.order = name_of(e.order);
        if (e.kind != RecordedKind::start) step.address = e.address;
        step.size = e.size;
        step.site = names.site(e.pc);
        if (e.address && e.kind != RecordedKind::start) step.object = names.object(e.address);
        Place reader = p;
        if (e.kind == RecordedKind::rmw_write) {
            reader = history.previous_in_thread(p);
            step.old_value = to_string(history[reader].value, e.size);
            step.value = to_string(e.value, e.size);
        } else if (smt::is_read(e.kind) || smt::is_write(e.kind)) {
            step.value = e.kind == RecordedKind::plain_write && e.other ? "?" : to_string(e.value, e.size);
        } else if (e.kind == RecordedKind::create || e.kind == RecordedKind::join) {
            step.value = fmt::format("{}", e.other);
        } else if (e.kind == RecordedKind::ensure) {
            step.note = e.value ? "holds" : "does not hold";
        } else if (e.kind == RecordedKind::wait_end && e.other) {
            step.note = "timed out";
        }
        if (smt::is_read(history[reader].kind) && history.source_of(reader) != nowhere)
            step.reads_from = step_of[history.source_of(reader)];
    }
    return trace;
}

} // namespace heddle::cli
