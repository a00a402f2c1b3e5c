// What is predicted from a recording, and within which limits it is looked for.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "core/expression.hpp"
#include "smt/ask.hpp"
#include "smt/history.hpp"

namespace heddle::smt {

struct PredictionOptions {
    Place window = 1000;            ///< events
    std::uint64_t cost = 40'000;    ///< constraints between events of a window; it is cut short where there would be more
    unsigned attempts = 4;          ///< questions about a pair of places that were answered with no
    unsigned answers = 2;           ///< predictions for a pair of places, after which it is not asked about again
    unsigned suggestions = 40;      ///< of each kind
    std::chrono::milliseconds question{1'000}; ///< for one question
    std::chrono::milliseconds total{60'000};   ///< for everything, from reading the recording to executing what is predicted
    /// When the questions have to come to an end.
    std::chrono::steady_clock::time_point until = std::chrono::steady_clock::time_point::max();
};

enum class PredictedKind : std::uint8_t {
    race,       ///< events: two accesses that can happen at once
    lock_cycle, ///< events: acquisitions, each of a lock that the thread of the next one holds
    other_value, ///< events: a read that can see another value than it saw, the write of that value (if recorded)
    stale_value, ///< events: an atomic read that may see an older value than it saw, the write that it would miss
    lost_signal, ///< events: a wait that can begin when all signals have been given
    other_input, ///< events: a check that fails for `inputs`
    other_branch ///< events: a branch or assumption that goes the other way for `inputs`
};

struct Prediction {
    PredictedKind kind = PredictedKind::race;
    bool certain = false;
    std::vector<Reference> events;
    Place before = 0;            ///< everything up to here happens as recorded …
    std::vector<Place> schedule; ///< … then these, and then the events are next
    std::vector<InputValue> inputs; ///< other_input, other_branch: those that matter; the others are as in the recording
};

struct Prognosis {
    std::vector<Prediction> predictions; ///< certain ones first
    std::uint64_t events = 0, left_out = 0, windows = 0, smallest_window = 0, largest_window = 0;
    std::uint64_t pairs = 0;        ///< pairs of places that may conflict, seen together in a window
    std::uint64_t out_of_reach = 0; ///< … that no window held together
    std::uint64_t given_up = 0;     ///< … on which the solver had no answer in time
    std::uint64_t conditions = 0;          ///< over inputs, that the run branched on, assumed or checked
    std::uint64_t conditions_lost = 0;     ///< … whose terms are not recorded, or which come too late
    std::uint64_t conditions_given_up = 0; ///< … on which the solver had no answer in time
    std::uint64_t cut_terms = 0;           ///< operations on inputs of which the run kept only the result
    bool out_of_time = false;
    Effort effort;
};

} // namespace heddle::smt
