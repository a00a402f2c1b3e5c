// Programs checked in processes of their own, several at once.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/worker.hpp"

namespace heddle::cli {

/// What came of one program.
struct Outcome {
    std::vector<Result> results;
    std::vector<std::string> user_errors;
};

struct PoolEvents {
    /// In the order of the targets, each as soon as all before it are there.
    std::function<void(const Target&, Outcome)> done;
    std::function<void(const std::string& text)> progress;
};

/// Returns when all are done, or stopped (those not begun are then inconclusive).
void check_all(const std::vector<Target>& targets, const CheckPlan& plan, unsigned jobs, const PoolEvents& events);

} // namespace heddle::cli
