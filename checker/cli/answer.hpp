// What came of executing something of a recorded program, in a process of its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "cli/result.hpp"
#include "core/verdict.hpp"

namespace heddle::cli {

/// What a process that executed something has to say.
struct Answer {
    bool violation = false;
    Verdict verdict = Verdict::inconclusive;
    std::string reason, report, trace;
    Json shown;
    std::pair<std::uint64_t, std::uint64_t> race{0, 0};
    std::vector<std::pair<std::string, int>> lines; ///< of the violation's parts
    std::string inputs; ///< "a = 1, b = 2": other ones than those of the schedule
    bool found_nothing = false; ///< every execution was explored
};

/// The work in a process of its own, into which the program may be loaded; its death is an answer too, and so is that it
/// takes longer than the limit.
Answer answer_of_process(const std::function<Answer()>& work, std::chrono::milliseconds limit);

} // namespace heddle::cli
