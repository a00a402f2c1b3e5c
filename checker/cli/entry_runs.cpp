#include "cli/entry_runs.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "cli/check_worker.hpp"
#include "cli/duration.hpp"
#include "cli/stop.hpp"
#include "program/cache.hpp"
#include "program/compile.hpp"
#include "program/hash.hpp"

namespace heddle::cli {
namespace {

namespace fs = std::filesystem;

std::uint64_t seed_of_run(std::uint64_t seed, std::uint64_t run) { return seed + run * 0x9e3779b97f4a7c15; }

std::string ending_of(const native::RunResult& result) {
    if (result.stopped) return "stopped";
    if (result.out_of_time) return "ended after its time limit";
    if (result.stuck != native::Stuck::no) return "";
    if (result.signal) return fmt::format("killed: {}", strsignal(result.signal));
    return result.status ? fmt::format("exit status {}", result.status) : "";
}

native::Told failed(int status) {
    native::Told told;
    told.violation.kind = Verdict::assertion;
    told.violation.message = fmt::format("the program ended with exit status {}: it says that it failed (see --exit-status)", status);
    told.key = told.violation.message;
    return told;
}

} // namespace

trace::Result EntryRuns::run(const std::string& name, const native::RunEntry& entry, Verdict expected) {
    result_ = {};
    known_.clear();
    result_.file = target_.name;
    result_.pattern = name;
    result_.expected = expected;
    result_.of = trace::Runs{};
    runs().seed = plan_.seed;
    runs().noise = plan_.noise;
    for (std::uint64_t i = 0; i < plan_.times && !stop_flag(); ++i) {
        once(entry, i);
        if (plan_.until_found && !result_.findings.empty()) break;
        if (plan_.times > 1)
            progress_(fmt::format("{}: run {} of {}, {} with findings", name == "main" ? target_.name : name, runs().runs, plan_.times,
                                  runs().runs - runs().clean));
    }
    if (stop_flag() && runs().runs < plan_.times) runs().stopped = true;
    result_.verdict = trace::verdict_of_runs(result_);
    return result_;
}

/// As the user said; of several entries FILE.EXTENSION becomes FILE.SOURCE.PATTERN.EXTENSION.
std::string EntryRuns::recording_path() const {
    if (!plan_.several) return plan_.record;
    const fs::path given = plan_.record;
    const std::string name = fmt::format("{}.{}.{}{}", given.stem().string(), fs::path(target_.name).stem().string(), result_.pattern,
                                         given.extension().string());
    return (given.parent_path() / name).string();
}

native::RunOptions EntryRuns::options_of(std::uint64_t i) const {
    native::RunOptions options;
    options.noise = plan_.noise;
    options.seed = seed_of_run(plan_.seed, i);
    options.hang_after = duration_of(plan_.hang_after);
    if (!plan_.time_limit.empty()) options.time_limit = duration_of(plan_.time_limit);
    if (plan_.times > 1) options.lingers = std::chrono::milliseconds(100);
    options.stop = &stop_flag();
    options.not_the_programs = channel_;
    if (plan_.times > 1 && !plan_.verbose) options.output = native::ProgramOutput::dropped;
    else if (plan_.json) options.output = native::ProgramOutput::to_stderr;
    return options;
}

void EntryRuns::once(const native::RunEntry& entry, std::uint64_t i) {
    native::RunOptions options = options_of(i);
    std::optional<trace::RecordingFile> file;
    // The recording of the first run that shows something stays; else the last one's.
    if (!plan_.record.empty() && result_.findings.empty()) {
        runs().recording = recording_path();
        file.emplace(trace::RecordingFile::create(runs().recording, plan_.record_limit << 20, about(options.seed)));
        file->set_base(module_.begin());
        options.recording = &*file;
    }
    const native::RunResult result = native::run_once(module_, entry, options);
    if (file) {
        if (const std::uint64_t lost = file->header()->lost)
            runs().limits.push_back(fmt::format("the recording is full: {} events are missing (see --record-limit)", lost));
        file->finish(result.exited);
    }
    count(result);
    std::vector<native::Told> told = native::tell(result, module_);
    runs().suppressed += std::erase_if(told, [](const native::Told& one) { return one.suppressed; });
    if (told.empty() && says_failed(result)) told.push_back(failed(result.status));
    if (told.empty() && !result.stopped && !result.out_of_time) ++runs().clean;
    for (native::Told& one : told) take(std::move(one), options.seed);
    for (const std::string& limit : native::limits_of(result))
        if (std::ranges::find(runs().limits, limit) == runs().limits.end()) runs().limits.push_back(limit);
}

void EntryRuns::count(const native::RunResult& result) {
    ++runs().runs;
    if (result.stopped || result.out_of_time) runs().stopped = true;
    runs().seconds += result.seconds;
    runs().left_running += result.left_running;
    runs().memory_kib = std::max(runs().memory_kib, result.memory_kib);
    if (const std::string ending = ending_of(result); !ending.empty()) ++runs().endings[ending];
}

/// The program's own word that something is wrong; not when heddle's runtime has ended it, for lack of something.
bool EntryRuns::says_failed(const native::RunResult& result) const {
    return plan_.exit_status == "zero" && result.exited && result.status != 0 && native::limits_of(result).empty();
}

void EntryRuns::take(native::Told told, std::uint64_t seed) {
    for (std::size_t i = 0; i < known_.size(); ++i) {
        if (known_[i].key != told.key) continue;
        if (known_[i].last_run != runs().runs) ++result_.findings[i].seen->runs;
        known_[i].last_run = runs().runs;
        return;
    }
    known_.push_back({told.key, runs().runs});
    trace::Finding& finding = result_.findings.emplace_back();
    finding.trace.file = result_.file;
    finding.trace.pattern = result_.pattern;
    finding.trace.on_real_threads = true;
    finding.trace.violation = std::move(told.violation);
    finding.trace.threads = std::move(told.threads);
    finding.race = told.race;
    finding.seen = trace::Seen{1, seed};
}

trace::Recording EntryRuns::about(std::uint64_t seed) const {
    trace::Recording about;
    const trace::Build build = build_of(target_, plan_.compiler, plan_.extra);
    about.library = module_.path();
    about.program = program::hash_of(program::read_file(module_.path())).hex();
    about.file = target_.name;
    about.pattern = result_.pattern;
    about.sources = build.sources;
    about.options = build.options;
    about.arguments = build.arguments;
    about.compiler = build.compiler;
    about.seed = seed;
    return about;
}

} // namespace heddle::cli
