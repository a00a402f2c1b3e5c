// The states of one execution graph as an invariant sees them: a cut of the graph, reduced to how far each quantity that
// the invariant mentions has come. A quantity (a variable, a mutex, a thread's being in a region) goes through its values
// one after the other, a chain; a change may need changes of other chains to have happened before. Everything else in
// the graph is gone from here, so that the same question is recognised when other graphs ask it again.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/formula.hpp"

namespace heddle::smt {

/// For each chain how many of its changes have happened.
using Cut = std::vector<std::uint16_t>;

struct Chain {
    std::uint32_t leaf = 0;       ///< of the formula: this chain's value is a summand of it
    std::vector<Integer> values;  ///< values[k]: after k changes; never empty
    std::vector<Cut> needs;       ///< needs[k], k >= 1: what every cut with k changes of this chain contains, itself included
    std::vector<std::uint32_t> origins; ///< origins[k], k >= 1: the asker's name for the k-th change
    std::size_t changes() const { return values.size() - 1; }
};

struct Projection {
    std::vector<Integer> constants; ///< for each leaf, what no chain changes
    std::vector<Chain> chains;
    std::vector<std::uint32_t> order; ///< an order in which the changes can happen: for each the chain that changes

    Cut least() const { return Cut(chains.size(), 0); }
    /// What the formula's leaves are in that state.
    void values_in(const Cut& cut, std::vector<Integer>& leaves) const;
    /// Takes out what makes no difference: changes that leave a value as it is, chains that never change.
    void simplify();
    /// Equal for projections that have the same states.
    std::string key() const;
};

enum class Finding : std::uint8_t { holds, violated, undecided };

struct Answered {
    Finding finding = Finding::undecided;
    Cut cut;                ///< when violated: where
    const char* why = "";   ///< when undecided
};

/// Evaluates the condition in the states along the projection's order only: `undecided` when it holds in all of them.
Answered walk(const Projection& projection, const Formula& condition);

/// Looks through all states, cutting off those among which the condition holds by the ranges of the values alone;
/// `undecided` after `budget` subdivisions.
Answered search(const Projection& projection, const Formula& condition, std::uint32_t budget);

/// A smallest violating cut below the given one: no single change can be taken back without the violation going away.
Cut shrunk(const Projection& projection, const Formula& condition, Cut cut);

/// The violating cut of least cost, among all when `budget` subdivisions suffice to see them, else one that costs no more
/// than the given violating one. `cost` never falls when a cut grows.
Cut cheapest(const Projection& projection, const Formula& condition, Cut cut,
             const std::function<std::size_t(const Cut&)>& cost, std::uint32_t budget);

inline constexpr const char* too_large = "a number in it needs more than 127 bits";

} // namespace heddle::smt
