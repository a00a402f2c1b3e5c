// A condition over the leaves of a term, made ready to be evaluated many times.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/term.hpp"

namespace heddle {

using Integer = __int128;

/// Every number from low to high.
struct Interval {
    Integer low = 0, high = 0;
};

class Formula {
public:
    Formula(const Terms& terms, TermId condition);

    /// The terms whose values evaluate() is given, in their order.
    const std::vector<TermId>& leaves() const { return leaves_; }

    /// The condition's value where the leaves have those values; empty when a number on the way needs more than 127 bits.
    std::optional<Integer> evaluate(std::span<const Integer> leaves) const;
    /// An interval that holds every value that the condition has while the leaves are in theirs; empty as above.
    std::optional<Interval> bounds(std::span<const Interval> leaves) const;

    /// One operation after the other, operands before what is made of them; the last one is the condition.
    struct Operation {
        TermKind kind = TermKind::constant;
        Integer number = 0;          ///< constant
        std::uint32_t leaf = 0;      ///< leaves
        std::uint32_t a = 0, b = 0, c = 0; ///< earlier operations
    };
    const std::vector<Operation>& operations() const { return operations_; }

private:
    std::uint32_t compile(const Terms& terms, TermId id, std::vector<std::uint32_t>& made);

    std::vector<TermId> leaves_;
    std::vector<Operation> operations_;
    mutable std::vector<Integer> values_;
    mutable std::vector<Interval> intervals_;
};

/// In decimal.
std::string to_string(Integer number);

} // namespace heddle
