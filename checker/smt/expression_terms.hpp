// Expressions over inputs (core/expression.hpp) as Z3 knows them: bit-vectors of the type's width, and Booleans.
#pragma once

#include <unordered_map>

#include <z3++.h>

#include "core/expression.hpp"

namespace heddle::smt {

class ExpressionTerms {
public:
    explicit ExpressionTerms(z3::context& context) : context_(context) {}

    /// The term of a word of that type.
    z3::expr of(Word word, Scalar type);
    /// The term of an input; its range is not part of it.
    z3::expr of_input(std::uint32_t input);
    /// Whether the input is in its range.
    z3::expr in_range(std::uint32_t input);
    z3::expr constant(Word word, Scalar type);

private:
    z3::expr make(const Expression& e);
    z3::expr convert(const z3::expr& term, Scalar from, Scalar to);
    z3::expr overflow(Operator op, Scalar type, const z3::expr& a, const z3::expr& b);

    z3::context& context_;
    std::unordered_map<Word, z3::expr> known_;
};

/// The term's value in the model, as a word of that type.
Word value_of(const z3::model& model, const z3::expr& term, Scalar type);

} // namespace heddle::smt
