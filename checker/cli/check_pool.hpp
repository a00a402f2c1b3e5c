// Programs checked in processes of their own, several at once.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/check_worker.hpp"

namespace heddle::cli {

struct PoolEvents {
    /// In the order of the targets, each as soon as all before it are there.
    std::function<void(std::vector<trace::Result>)> done;
    std::function<void(const std::string& text)> progress;
};

/// Returns when all are done, or stopped (those not begun are then inconclusive). Every target has its results: one for
/// each pattern and model where those are known.
void check_all(const std::vector<Target>& targets, const CheckPlan& plan, unsigned jobs, const PoolEvents& events);

} // namespace heddle::cli
