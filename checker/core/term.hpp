// Terms of invariants: what a program says about its state. Every different term exists once and is known by a small
// number; a program builds them by number, so that its own code touches no memory for them.
//
// Terms mean mathematical integers: there is no overflow, and the values of variables are taken as signed or unsigned
// as their type says. A condition is 1 or 0; anything but 0 counts as true.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace heddle {

using TermId = std::uint32_t;
inline constexpr TermId no_term = 0;

/// The numbers are those of heddle/heddle.h.
enum class TermKind : std::uint8_t {
    constant = 1,   ///< a: the number, two's complement; b: 1 when it is signed
    value = 2,      ///< of a variable: a: its address, b: its size in bytes, c: 1 when it is signed, plus twice the Scalar of a
                    ///< symbolic one (core/expression.hpp), whose value is then a word
    held = 3,       ///< whether some thread holds the mutex at address a
    at = 4,         ///< how many threads are in the region; a: number of its label
    add = 5,        ///< from here on a, b and c are terms
    subtract = 6,
    multiply = 7,
    divide = 8,     ///< towards zero, as in C++; the divisor is a constant other than 0
    remainder = 9,
    equal = 10,
    less = 11,
    less_equal = 12,
    both = 13,
    either = 14,
    negation = 15,  ///< logical not
    if_else = 16,
};

struct Term {
    TermKind kind = TermKind::constant;
    std::uint64_t a = 0, b = 0, c = 0;
    bool operator<(const Term& other) const {
        return std::tie(kind, a, b, c) < std::tie(other.kind, other.a, other.b, other.c);
    }
    /// Speaks of the state directly.
    bool is_leaf() const { return kind == TermKind::value || kind == TermKind::held || kind == TermKind::at; }
    bool is_constant() const { return kind == TermKind::constant; }
};

class Terms {
public:
    /// The number of that term, given out anew when it is new.
    TermId make(const Term& term);
    const Term& operator[](TermId id) const { return terms_[id - 1]; }
    bool known(std::uint64_t id) const { return id >= 1 && id <= terms_.size(); }

    /// The number of a region's label: the same for the same text.
    std::uint64_t label(const std::string& text);
    const std::string& label_text(std::uint64_t label) const { return labels_[label]; }

    /// The leaves of the term, each once, in the order in which they are met.
    std::vector<TermId> leaves_of(TermId id) const;
    /// The parts of a conjunction, from left to right; a term that is none is its own only part.
    std::vector<TermId> conjuncts_of(TermId id) const;

private:
    std::vector<Term> terms_;
    std::map<Term, TermId> known_;
    std::vector<std::string> labels_;
};

/// How many of a, b and c are terms.
unsigned operands_of(TermKind kind);

} // namespace heddle
