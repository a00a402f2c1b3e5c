// What prediction from a recording has come to, and how it is shown.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/result.hpp"
#include "core/expression.hpp"
#include "core/site.hpp"
#include "smt/predict.hpp"

namespace heddle::cli {

struct PredictedFinding {
    std::string kind;      ///< "data-race", "deadlock", "assertion", …
    bool confirmed = false;
    bool certain = false;  ///< every thread sees just what it saw in the recording
    std::string sentence;  ///< what was predicted
    std::string reason;    ///< confirmed: what the execution showed; else why there is none
    std::vector<SourceSite> sites;
    std::vector<InputValue> inputs; ///< that it takes; empty: those of the recording
    Json violation;        ///< confirmed: as `check --json` shows it; else null
    std::string trace;     ///< confirmed: the saved trace, for `heddle replay`; empty: none
    std::string report;    ///< confirmed: the trace as text
};

struct PredictionResult {
    std::vector<PredictedFinding> findings; ///< confirmed ones first
    smt::Prognosis coverage;                ///< its predictions have been moved into the findings
    std::uint64_t lost = 0;
    bool complete = true; ///< the run came to its end
    std::uint64_t suggestions = 0;          ///< tried out, with or without success
    std::uint64_t not_executed = 0;         ///< suggestions for which there was no time left
    double seconds = 0;
};

/// Violation when something was confirmed; inconclusive when something was predicted and not confirmed, or nothing was recorded.
ExitStatus status_of(const PredictionResult& result);
std::string text_of(const PredictionResult& result);
/// {"findings": […], "looked_at": {…}, "not_looked_at": {…}}
Json json_of(const PredictionResult& result);

} // namespace heddle::cli
