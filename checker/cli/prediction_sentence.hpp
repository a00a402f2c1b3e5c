// A prediction in a sentence: threads, objects and places as the user calls them.
#pragma once

#include <cstdint>
#include <string>

#include "cli/recorded_trace.hpp"
#include "smt/history.hpp"
#include "smt/predict.hpp"

namespace heddle::cli {

/// Of a recording that outlives it.
class PredictionSentences {
public:
    PredictionSentences(const smt::History& history, const RecordedNames& names) : history_(history), names_(names) {}

    std::string of(const smt::Prediction& prediction) const;

private:
    const trace::RecordedEvent& event(smt::Reference r) const {
        return history_.recording().threads[r.thread].events[r.index];
    }
    std::string place(smt::Reference r) const;
    std::string thread(std::uint32_t number) const;
    std::string object(smt::Reference r) const;
    std::string access(smt::Reference r) const;

    const smt::History& history_;
    const RecordedNames& names_;
};

/// The verdict that the prediction is of, if it is right.
Verdict verdict_predicted(const smt::Prediction& prediction, const trace::Recording& recording);

/// "a = 1, b = 2"
std::string list_of(const std::vector<InputValue>& inputs);

} // namespace heddle::cli
