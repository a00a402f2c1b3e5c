// Whether the program's invariants hold in all states of the executions that the explorer visits.
//
// For each graph and each conjunct of each invariant that is active in it: the graph is projected onto what the conjunct
// mentions (property/cuts); a projection that has been met before has its answer already. A new one is walked along
// the executed order, then searched by ranges of values, and only when that takes long is Z3 asked. Checked against the
// enumeration of all cuts by test_invariants.cpp and of all interleavings by tests/litmus/invariants.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/options.hpp"
#include "execution/execution.hpp"
#include "property/cuts.hpp"
#include "property/property.hpp"
#include "smt/invariant_solver.hpp"
#include "trace/check_result.hpp"

namespace heddle::property {

using execution::Execution;
using execution::StateCut;
using execution::Violation;

class Invariants final : public Property {
public:
    Invariants(const Execution& execution, const Options& options, trace::Statistics& statistics);

    /// Looks at all states of the execution as it stands. Empty: nothing is wrong. A violation names the invariant and the
    /// state (Violation::breach); nonsense is a misuse.
    std::optional<Violation> at(Moment moment) override;

    /// Why "verified" would be too much said: Z3 gave no answer, or a region is mentioned that no thread ever enters.
    std::optional<std::string> doubt() const override;

private:
    struct Condition {
        Formula formula;
        std::unordered_map<std::string, smt::Answered> answers;        ///< by projection
        std::unordered_map<std::string, const smt::Answered*> surveys; ///< by what was seen before any simplification
        explicit Condition(TermId term) : formula(runtime::terms(), term) {}
    };

    const std::vector<std::uint32_t>& conditions_of(std::uint32_t declaration);
    const smt::Answered& answer(std::uint32_t condition, const std::string& survey);
    smt::Answered decide(std::uint32_t condition, const smt::Projection& projection);
    Violation nonsense(const Instance& instance, std::string message) const;
    Violation breach(const Instance& instance, std::uint32_t condition, const smt::Projection& projection,
                     const smt::Cut& cut) const;
    std::optional<Violation> look_at(const Instance& instance);
    void note_labels(const Instance& instance);
    std::vector<Scalar> symbolic_types(std::uint32_t condition) const;
    static bool has_symbolic_values(const smt::Projection& projection, const std::vector<Scalar>& types);
    std::optional<Violation> look_for_all_inputs(const Instance& instance, std::uint32_t condition,
                                                 const smt::Projection& projection, const std::vector<Scalar>& types);

    const Execution& execution_;
    const Options options_;
    trace::Statistics& statistics_;
    Cuts states_;
    std::vector<Condition> conditions_;
    std::unordered_map<TermId, std::uint32_t> condition_of_term_;
    std::vector<std::optional<std::vector<std::uint32_t>>> of_declaration_;
    std::unique_ptr<smt::InvariantSolver> solver_; ///< made when first needed: Z3 takes milliseconds to begin
    bool new_projection_ = false;
    std::set<std::pair<std::uint64_t, std::uint32_t>> mentioned_labels_; ///< with the declaration
    std::set<std::uint64_t> entered_labels_;
    std::string undecided_; ///< a sentence; empty: all was decided
};

} // namespace heddle::property
