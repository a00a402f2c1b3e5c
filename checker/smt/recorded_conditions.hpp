// What a recorded run decided about its inputs: the terms that it made, rebuilt as expressions (core/expression.hpp), and in
// the history's order each condition that it branched on, assumed or checked. Any inputs that fulfil the conditions up to a
// point take the same schedule up to there: nothing else in the program depends on them, but for what was cut.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "core/expression.hpp"
#include "smt/history.hpp"

namespace heddle::smt {

/// The terms of a recording by their numbers. They become expressions of this process.
class RecordedTerms {
public:
    explicit RecordedTerms(const Recording& recording);

    /// Nothing when it was not recorded, or is made of what was not.
    std::optional<Word> condition(std::uint32_t number) const;

private:
    static constexpr std::uint32_t deepest = 4000; ///< deeper than any run makes them: damage

    struct Known {
        Word word = 0;
        Scalar type = Scalar::none;
        std::uint32_t depth = 0;
    };
    /// Nothing when it is not there, or not of that type (which is damage).
    std::optional<Known> known(Word operand, Scalar type) const;
    void rebuild(const trace::RecordedTerm& term);

    std::unordered_map<std::uint32_t, Known> terms_;
};

/// A branch, an assumption or a check (RecordedKind::branch, assume, ensure).
struct Condition {
    Place place = nowhere;
    RecordedKind kind = RecordedKind::none;
    Word held = 0;      ///< what was true in the run: the condition, or its negation
    bool certain = true; ///< no value that depends on inputs had been cut or lost before
};

struct RecordedConditions {
    std::vector<Condition> conditions; ///< in the history's order
    std::uint64_t lost = 0;            ///< whose terms are not there
    std::uint64_t cut = 0;             ///< operations of which the run kept only the result: at least so many
};

RecordedConditions conditions_of(const History& history);

} // namespace heddle::smt
