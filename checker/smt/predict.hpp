// The bugs that almost happened: from one recorded run the races and lock cycles of the orders in which the same run could
// have gone, each with such an order. A pair of places that share memory is asked about a few times and then left alone;
// the recording is looked at in overlapping windows, and what no window holds is counted, not hidden.
//
// `certain` predictions are feasible in the maximal causal model (smt/reordering.hpp): every thread sees just what it saw, up
// to the point. Suggestions let the threads involved see other values on the way; whether they then still get there only
// running them can tell (guide/confirm.hpp).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
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

Prognosis predict(const History& history, const PredictionOptions& options);

/// The whole schedule of the prediction, from the beginning.
std::vector<Reference> whole_schedule(const History& history, const Prediction& prediction);

} // namespace heddle::smt
