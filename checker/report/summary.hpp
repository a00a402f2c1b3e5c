// One program's result in one line.
#pragma once

#include <cstdint>
#include <string>

#include "core/options.hpp"
#include "core/verdict.hpp"

namespace heddle::report {

struct Summary {
    std::string file;
    std::string pattern = "main"; ///< shown when it is not "main"
    Model model = Model::rc11;
    Verdict verdict = Verdict::verified;
    Verdict expected = Verdict::verified; ///< a broken pattern that is broken as it says is fine
    std::string reason;                   ///< why inconclusive or unsupported; or the violation's message
    std::uint64_t complete = 0, blocked = 0, wasted = 0;
    double seconds = 0;
};

/// "✓ counter.cpp (rc11): verified, 720 executions in 0.004 s". Without a newline.
std::string summary_line(const Summary& summary, bool colour = false);

/// What a verdict is called in a sentence: "data race", "assertion failed".
std::string phrase(Verdict verdict);

} // namespace heddle::report
