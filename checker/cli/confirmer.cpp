#include "cli/confirmer.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "cli/messages.hpp"
#include "cli/recorded_trace.hpp"
#include "cli/stop.hpp"
#include "cli/trace_name.hpp"
#include "core/error.hpp"
#include "guide/confirm.hpp"
#include "process/death.hpp"
#include "process/pool.hpp"
#include "program/cache.hpp"
#include "program/compile.hpp"
#include "program/hash.hpp"

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

Confirmer::Confirmer(const smt::History& history, std::chrono::steady_clock::time_point until, const Options& check, fs::path traces)
    : history_(history), recording_(history.recording()), until_(until), check_(check), trace_folder_(std::move(traces)) {}

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

Confirmer::Answer Confirmer::execute(const smt::Prediction& prediction, bool in_turns) {
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
        for (trace::Finding& finding : answer.findings) {
            finding.foretold.emplace().inputs = confirmation.inputs;
            finding.race = std::minmax(confirmation.race[0], confirmation.race[1]);
        }
        return answer;
    }, options.time_limit);
}

Confirmer::Answer Confirmer::with_program(const std::function<Answer(program::Module&)>& work, std::chrono::milliseconds limit) {
    Answer answer;
    answer.verdict = Verdict::inconclusive;
    bool answered = false;
    process::Limits limits;
    limits.time = std::min(limit + check_.watchdog + std::chrono::seconds(20), left() + std::chrono::seconds(2)); // loading and telling included
    limits.grace = std::chrono::milliseconds(0);
    process::Child child([&](process::Sender out) {
        try {
            program::Module module(library_);
            answer = work(module);
        } catch (const std::exception& problem) {
            answer.reason = problem.what();
        }
        MessageWriter(out).result(answer);
    });
    const process::Ended ended = process::attend(std::move(child), limits, stop_flag(), [&](std::string_view bytes) {
        answer = Message(bytes).result();
        answered = true;
    });
    if (!answered)
        answer.reason = ended.why == process::Why::by_itself ? fmt::format("its execution ended with {}", process::death_of(ended.status))
                                                             : "its execution took too long";
    for (trace::Finding& finding : answer.findings) save(finding);
    return answer;
}

void Confirmer::save(trace::Finding& finding) {
    const std::string stem = fs::path(recording_.file).stem().string();
    save_trace(finding, trace_folder_ / fmt::format("{}.{}.predicted{}.json", stem.empty() ? "recording" : stem, recording_.pattern, traces_ + 1));
    traces_ += !finding.saved.empty();
}

Confirmer::Answer Confirmer::explore(std::chrono::milliseconds limit) {
    Options options = check_;
    options.any_exit_status = true;
    options.time_limit = limit;
    return with_program(
        [&](program::Module& module) { return answer_of(search::check(module, entry(), options, stop_flag())); }, limit);
}

Confirmer::Answer Confirmer::answer_of(search::CheckResult checked) const {
    Answer answer;
    answer.verdict = checked.verdict;
    answer.reason = checked.reason;
    if (!checked.trace) return answer;
    trace::Trace& trace = answer.findings.emplace_back().trace;
    trace = std::move(*checked.trace);
    trace.build = build_of(recording_);
    trace.file = recording_.file;
    trace.pattern = recording_.pattern;
    return answer;
}

} // namespace heddle::cli
