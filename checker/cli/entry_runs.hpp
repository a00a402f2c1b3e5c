// All runs of one entry of a program on real threads, and what they come to.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "cli/targets.hpp"
#include "native/run.hpp"
#include "native/telling.hpp"
#include "program/module.hpp"
#include "trace/recording.hpp"
#include "trace/report.hpp"

namespace heddle::cli {

/// What is asked of every program that is run.
struct RunPlan {
    std::string pattern, compiler, record, hang_after = "10s", time_limit, exit_status = "zero";
    bool several = false; ///< entries are run: each gets a recording of its own
    bool noise = false, json = false, verbose = false, until_found = false;
    std::uint64_t times = 1, seed = 0, record_limit = 1024;
    ExtraWords extra;
};

class EntryRuns {
public:
    /// @param channel to the process that tells; not the program's
    EntryRuns(program::Module& module, const Target& target, const RunPlan& plan, int channel,
              std::function<void(const std::string&)> progress)
        : module_(module), target_(target), plan_(plan), channel_(channel), progress_(std::move(progress)) {}

    trace::Result run(const std::string& name, const native::RunEntry& entry, Verdict expected);

private:
    std::string recording_path() const;
    void once(const native::RunEntry& entry, std::uint64_t i);
    native::RunOptions options_of(std::uint64_t i) const;
    void count(const native::RunResult& result);
    bool says_failed(const native::RunResult& result) const;
    void take(native::Told told, std::uint64_t seed);
    trace::Recording about(std::uint64_t seed) const;
    trace::Runs& runs() { return std::get<trace::Runs>(result_.of); }

    program::Module& module_;
    const Target& target_;
    const RunPlan& plan_;
    int channel_;
    std::function<void(const std::string&)> progress_;
    trace::Result result_;
    /// Beside each finding: what makes it the same as another run's, and the last run that showed it.
    struct Known {
        std::string key;
        std::uint64_t last_run = 0;
    };
    std::vector<Known> known_;
};

} // namespace heddle::cli
