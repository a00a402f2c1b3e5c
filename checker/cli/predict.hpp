// What a recording tells about the runs that almost happened: races, deadlocks and failed assertions, predicted (smt/) and
// then executed (explore/confirm). `heddle run` calls this after a recorded run, `heddle predict` for a saved recording.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "cli/result.hpp"
#include "report/text.hpp"
#include "smt/predict.hpp"

namespace heddle::cli {

struct PredictionPlan {
    std::filesystem::path recording;
    smt::PredictionOptions prediction;
    Options check; ///< for the execution of the schedules; its time limit holds for each one
    bool confirm = true;
    /// Where nothing confirms a prediction, check the program's executions for so long (zero: do not).
    std::chrono::milliseconds exploration{5'000};
    std::filesystem::path trace_folder = "heddle-traces";
    report::TextStyle style;
    /// Races that the run itself has shown, as offsets of the two accesses in the module: not told again.
    std::vector<std::pair<std::uint64_t, std::uint64_t>> known;
};

struct PredictedFinding {
    std::string kind;      ///< "data-race", "deadlock", "assertion", …
    bool confirmed = false;
    bool certain = false;  ///< every thread sees just what it saw in the recording
    std::string sentence;  ///< what was predicted
    std::string reason;    ///< confirmed: what the execution showed; else why there is none
    std::vector<SourceSite> sites;
    Json violation;        ///< confirmed: as `check --json` shows it; else null
    std::string trace;     ///< confirmed: the saved trace, for `heddle replay`; empty: none
    std::string report;    ///< confirmed: the trace as text
};

struct PredictionResult {
    std::vector<PredictedFinding> findings; ///< confirmed ones first
    smt::Prognosis coverage;                ///< its predictions have been moved into the findings
    std::uint64_t lost = 0;
    std::uint64_t suggestions = 0;          ///< tried out, with or without success
    double seconds = 0;
};

/// Reads, predicts, and executes each schedule in a process of its own. Throws UserError: no recording.
PredictionResult predict(const PredictionPlan& plan);

/// Violation when something was confirmed; inconclusive when something was predicted and not confirmed.
ExitStatus status_of(const PredictionResult& result);
std::string text_of(const PredictionResult& result);
/// {"findings": […], "looked_at": {…}}
Json json_of(const PredictionResult& result);

} // namespace heddle::cli
