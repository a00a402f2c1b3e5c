// What a graph to which nothing can be added means: all threads ended, or some cannot go on, and why.
#pragma once

#include "execution/execution.hpp"

namespace heddle::property {

using execution::Execution;
using execution::Violation;

enum class Outcome : std::uint8_t {
    complete, ///< all threads have ended
    blocked,  ///< an assumption failed, or a thread waits for what another execution gives it
    wasted,   ///< an artefact of the exploration: the thread could go on, and another graph shows it doing so
    cut,      ///< the unrolling bound was reached
    stuck,    ///< a deadlock or a livelock
};

struct Diagnosis {
    Outcome outcome = Outcome::complete;
    bool dropped = false; ///< by an assumption
    bool looks_back = false; ///< rounds that give back might see each other in a way that is not followed: see decision 14
    Violation violation;  ///< when stuck
};

Diagnosis diagnose(const Execution& execution);

} // namespace heddle::property
