#include "cli/prediction_sentence.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "core/verdict.hpp"

namespace heddle::cli {

namespace fs = std::filesystem;
using smt::Place;
using smt::PredictedKind;
using smt::Prediction;
using smt::Reference;
using trace::RecordedEvent;
using trace::RecordedKind;

namespace {

} // namespace

std::string list_of(const std::vector<InputValue>& inputs) {
    const std::vector<std::string> names = distinct_names(inputs);
    std::string text;
    for (std::size_t i = 0; i < inputs.size(); ++i)
        text += fmt::format("{}{} = {}", i ? ", " : "", names[i], to_string(inputs[i].input.type, inputs[i].value));
    return text;
}

std::string PredictionSentences::place(Reference r) const {
    const std::string text = short_place(names_.site(event(r).pc));
    return text.empty() ? "an unknown place" : text;
}

std::string PredictionSentences::thread(std::uint32_t t) const {
    const std::string name = names_.thread(t);
    if (name.empty() || t == 0) return fmt::format("T{}", t);
    // Lambdas have no names of their own: where the thread was created tells them apart.
    const std::string created = name.ends_with("lambda") ? short_place(names_.created_at(t)) : std::string();
    return created.empty() ? fmt::format("T{} ({})", t, name) : fmt::format("T{} ({}, created at {})", t, name, created);
}

std::string PredictionSentences::object(Reference r) const {
    const std::uint64_t address = event(r).address;
    if (const std::string name = names_.object(address); !name.empty()) return "`" + name + "`";
    const auto& threads = history_.recording().threads;
    for (std::size_t t = 0; t < threads.size(); ++t) {
        if (threads[t].events.empty() || threads[t].events[0].kind != RecordedKind::start) continue;
        const Value stack = threads[t].events[0].value; // from, and bytes
        if (address - std::uint64_t(stack) < std::uint64_t(stack >> 64)) return fmt::format("a local of T{}", t);
    }
    const Place p = history_.place_of(r);
    const std::uint32_t life = p == smt::nowhere ? 0 : history_.life_of(p);
    for (Place b = 0; life && b < p; ++b) {
        if (history_.life_of(b) != life) continue;
        const RecordedEvent& begin = history_[b];
        if (begin.kind != RecordedKind::allocate) continue;
        const std::string allocated = short_place(names_.site(begin.pc));
        const std::uint64_t offset = address - begin.address;
        return (offset ? fmt::format("byte {} of a block of {} bytes", offset, std::uint64_t(begin.value))
                       : fmt::format("a block of {} bytes", std::uint64_t(begin.value))) +
               (allocated.empty() ? "" : " allocated at " + allocated);
    }
    return fmt::format("the memory at {:#x}", address);
}

std::string PredictionSentences::access(Reference r) const {
    const RecordedEvent& e = event(r);
    const char* what = e.kind == RecordedKind::release ? "frees"
                       : e.kind == RecordedKind::rmw_read || e.kind == RecordedKind::rmw_write ? "updates"
                       : smt::is_write(e.kind) ? "writes" : "reads";
    return fmt::format("{} {} {} at {}", thread(r.thread), what, object(r), place(r));
}

std::string PredictionSentences::of(const Prediction& p) const {
    switch (p.kind) {
    case PredictedKind::race: return fmt::format("{} while {}", access(p.events[0]), access(p.events[1]));
    case PredictedKind::lock_cycle: {
        std::string text;
        for (const Reference& r : p.events)
            text += fmt::format("{}{} waits for {} at {}", text.empty() ? "" : ", ", thread(r.thread), object(r), place(r));
        return text + ": each for a lock that the next one holds";
    }
    case PredictedKind::other_value:
        return fmt::format("{} when it sees {}", access(p.events[0]),
                           p.events.size() > 1 ? "what " + access(p.events[1]) : "what was there before");
    case PredictedKind::stale_value:
        return fmt::format("{} and may still see what was there before {}", access(p.events[0]), access(p.events[1]));
    case PredictedKind::lost_signal:
        return fmt::format("{} begins to wait at {} when all signals have been given", thread(p.events[0].thread), place(p.events[0]));
    case PredictedKind::other_input:
        return fmt::format("the same run with {}: {} finds at {} that what it ensures does not hold", list_of(p.inputs),
                           thread(p.events[0].thread), place(p.events[0]));
    case PredictedKind::other_branch:
        return fmt::format("with {} {} goes the other way at {}", list_of(p.inputs), thread(p.events[0].thread), place(p.events[0]));
    }
    return {};
}

Verdict verdict_predicted(const Prediction& prediction, const trace::Recording& recording) {
    switch (prediction.kind) {
    case PredictedKind::race: return Verdict::data_race;
    case PredictedKind::lock_cycle:
    case PredictedKind::lost_signal: return Verdict::deadlock;
    case PredictedKind::other_input: {
        const Reference check = prediction.events.front();
        const bool crash = recording.threads[check.thread].events[check.index].size == std::uint8_t(Verdict::crash);
        return crash ? Verdict::crash : Verdict::assertion;
    }
    case PredictedKind::other_value:
    case PredictedKind::stale_value:
    case PredictedKind::other_branch: return Verdict::assertion;
    }
    return Verdict::inconclusive;
}

} // namespace heddle::cli
