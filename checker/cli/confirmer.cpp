#include "cli/confirmer.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "cli/prediction_sentence.hpp"
#include "cli/recorded_trace.hpp"
#include "cli/stop.hpp"
#include "core/error.hpp"
#include "guide/confirm.hpp"
#include "program/cache.hpp"
#include "program/compile.hpp"
#include "program/hash.hpp"
#include "trace/json.hpp"

namespace heddle::cli {
namespace {

namespace fs = std::filesystem;
using smt::Reference;
using trace::RecordedEvent;
using trace::RecordedKind;
using trace::Recording;

/// What the engine is to follow of the events.
guide::Schedule schedule_of(const Recording& recording, const std::vector<Reference>& events,
                              const std::vector<Reference>& then, const std::vector<InputValue>& inputs) {
    guide::Schedule schedule;
    std::map<std::uint32_t, std::uint32_t> created; ///< so far, by parent
    schedule.threads.resize(recording.threads.size());
    for (std::uint32_t parent = 0; parent < recording.threads.size(); ++parent)
        for (const RecordedEvent& e : recording.threads[parent].events)
            if (e.kind == RecordedKind::create && e.other < schedule.threads.size())
                schedule.threads[e.other] = {parent, created[parent]++};
    for (const Reference& at : events) {
        const RecordedEvent& e = recording.threads[at.thread].events[at.index];
        if (e.kind == RecordedKind::rmw_write || smt::is_plain(e.kind)) continue;
        schedule.steps.push_back({at.thread, e.kind, e.pc, false, e.kind == RecordedKind::choice ? std::uint32_t(e.value) : 0});
    }
    for (const Reference& at : then)
        if (std::find(schedule.first.begin(), schedule.first.end(), at.thread) == schedule.first.end())
            schedule.first.push_back(at.thread);
    for (const trace::RecordedInput& recorded : recording.inputs) {
        schedule.inputs.push_back({recorded.input, recorded.value});
        for (const InputValue& other : inputs)
            if (other.input == recorded.input) schedule.inputs.back().value = other.value;
    }
    return schedule;
}

} // namespace

Confirmer::Confirmer(const smt::History& history, std::chrono::steady_clock::time_point until, const Options& check, fs::path traces, const report::TextStyle& style)
    : history_(history), recording_(history.recording()), until_(until), check_(check), trace_folder_(std::move(traces)), style_(style) {}

const fs::path& Confirmer::find_program() {
    const auto is_same = [&](const fs::path& library) {
        return recording_.program.empty() || program::hash_of(program::read_file(library)).hex() == recording_.program;
    };
    std::error_code ignored;
    library_ = recording_.library;
    // A recording may come from anywhere, its hash too: only what this user's own builds have left is loaded unseen.
    const bool own = recording_.sources.empty() || program::BuildCache().holds(library_);
    if (own && fs::is_regular_file(library_, ignored) && is_same(library_)) return library_;
    if (recording_.sources.empty()) throw UserError(fmt::format("{} is not there any more, or not the same", recording_.library));
    library_ = program::build({{recording_.sources.begin(), recording_.sources.end()}, recording_.compiler, recording_.options}).library;
    if (!is_same(library_)) throw UserError("the program has changed since then; record it again");
    return library_;
}

execution::Entry Confirmer::entry() const { return {recording_.pattern, recording_.arguments}; }

Answer Confirmer::execute(const smt::Prediction& prediction, bool in_turns) {
    guide::Schedule schedule =
        schedule_of(recording_, smt::whole_schedule(history_, prediction), prediction.events, prediction.inputs);
    schedule.in_turns = in_turns;
    schedule.symbolic = !in_turns;
    if (prediction.kind == smt::PredictedKind::other_branch) schedule.ways = 16;
    if (prediction.kind == smt::PredictedKind::stale_value) {
        const Reference read = prediction.events.front();
        schedule.steps.push_back({read.thread, RecordedKind::atomic_read, recording_.threads[read.thread].events[read.index].pc, true});
    }
    Options options = check_;
    options.any_exit_status = true; // how the recorded run ended is no part of what was predicted
    if (options.time_limit.count() == 0) options.time_limit = std::chrono::seconds(10);
    options.time_limit = std::clamp(left(), std::chrono::milliseconds(1), options.time_limit);
    return with_program([&](program::Module& module) {
        guide::Confirmation confirmation = guide::confirm(module, entry(), options, schedule, stop_flag());
        Answer answer = answer_of(std::move(confirmation.result));
        answer.inputs = list_of(confirmation.inputs);
        answer.race = std::minmax(confirmation.race[0], confirmation.race[1]);
        return answer;
    }, options.time_limit);
}

Answer Confirmer::with_program(const std::function<Answer(program::Module&)>& work, std::chrono::milliseconds limit) {
    const Answer answer = answer_of_process(
        [&] {
            program::Module module(library_);
            return work(module);
        },
        std::min(limit + check_.watchdog + std::chrono::seconds(20), left() + std::chrono::seconds(2))); // loading and telling included
    traces_ += !answer.trace.empty();
    return answer;
}

Answer Confirmer::explore(std::chrono::milliseconds limit) {
    Options options = check_;
    options.any_exit_status = true;
    options.time_limit = limit;
    return with_program(
        [&](program::Module& module) { return answer_of(search::check(module, entry(), options, stop_flag())); }, limit);
}

Answer Confirmer::answer_of(trace::CheckResult checked) const {
    Answer answer;
    answer.verdict = checked.verdict;
    answer.reason = checked.reason;
    answer.found_nothing = checked.verdict == Verdict::verified;
    if (!checked.trace) return answer;
    trace::Trace& trace = *checked.trace;
    trace.build = build_of(recording_);
    trace.file = recording_.file;
    trace.pattern = recording_.pattern;
    answer.violation = true;
    answer.shown = violation_json(trace.violation);
    answer.report = report::text(trace, style_);
    for (const trace::Part& part : trace.violation.parts) answer.lines.emplace_back(part.site.file, part.site.line);
    const std::string stem = fs::path(recording_.file).stem().string();
    const std::string name = fmt::format("{}.{}.predicted{}.json", stem.empty() ? "recording" : stem, recording_.pattern, traces_ + 1);
    try {
        trace::write(trace, trace_folder_ / name);
        answer.trace = (trace_folder_ / name).string();
    } catch (const UserError& problem) { // the finding is worth more than its trace
        answer.report += fmt::format("\nThe trace was not saved: {}\n", problem.what());
    }
    return answer;
}

} // namespace heddle::cli
