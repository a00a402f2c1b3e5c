// What a recording tells about the runs that almost happened: races, deadlocks and failed assertions, predicted (smt/) and
// then executed (guide/confirm). `heddle run` calls this after a recorded run, `heddle predict` for a saved recording.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "core/options.hpp"
#include "smt/predict.hpp"
#include "trace/report.hpp"

namespace heddle::cli {

struct PredictionPlan {
    std::filesystem::path recording;
    smt::PredictionOptions prediction;
    Options check; ///< for the execution of the schedules; its time limit holds for each one
    bool confirm = true;
    /// Where nothing confirms a prediction, check the program's executions for so long (zero: do not).
    std::chrono::milliseconds exploration{5'000};
    std::filesystem::path trace_folder = "heddle-traces";
    bool trust = true; ///< the recording is this user's own; else see cli/trust.hpp
    /// Races that the run itself has shown, as offsets of the two accesses in the module: not told again.
    std::vector<std::pair<std::uint64_t, std::uint64_t>> known;
};

/// Reads, predicts, and executes each schedule in a process of its own. The findings are foretold, confirmed ones first.
/// Throws UserError: no recording.
trace::Result predict(const PredictionPlan& plan);

} // namespace heddle::cli
