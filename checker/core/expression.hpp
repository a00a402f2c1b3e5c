// Values that stay symbolic: expressions over inputs, each different one kept once. A value is a 64-bit word: a
// constant stands for itself, everything else is the number of its expression. Equal words are equal expressions in
// every run of a program, so that words can lie in memory, be read from it, compared and hashed like any other plain
// data.
//
// An operation has the meaning that C++ gives it on operands of one type, after promotions and conversions (which are
// operations of their own); signed arithmetic and shifts wrap around. Whoever cares for overflow asks for it apart.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace heddle {

/// The types that a value may have. The numbers are those of heddle/symbolic.hpp.
enum class Scalar : std::uint8_t { none, boolean, i8, u8, i16, u16, i32, u32, i64, u64 };

constexpr unsigned bits_of(Scalar type) {
    return type == Scalar::boolean ? 1 : type == Scalar::none ? 0 : 8u << ((unsigned(type) - 2) / 2);
}
constexpr bool is_signed(Scalar type) { return type >= Scalar::i8 && unsigned(type) % 2 == 0; }

/// "bool", "int8" … "uint64".
std::string_view name_of(Scalar type);
std::optional<Scalar> scalar_named(std::string_view name);

using Word = std::uint64_t;

/// The constant as the user would write it.
std::string to_string(Scalar type, Word constant);

/// The word of the constant with these lowest bits: extended as the type says.
constexpr Word extend(Scalar type, std::uint64_t bits) {
    const unsigned unused = 64 - bits_of(type);
    return is_signed(type) ? Word(std::int64_t(bits << unused) >> unused) : bits << unused >> unused;
}

/// Words of this form are numbers of expressions. (Constants that look so, of 64-bit types only, are expressions too.)
inline constexpr unsigned expression_shift = 40;
inline constexpr Word expression_tag = 0x7e5ced;
constexpr bool is_expression(Word word) { return word >> expression_shift == expression_tag; }

/// The numbers are those of heddle/symbolic.hpp.
enum class Operator : std::uint8_t {
    constant, ///< a: the number; only where a word would be taken for an expression
    input,    ///< a: which
    add,
    subtract,
    multiply,
    divide, ///< by zero: as SMT-LIB has it (programs are stopped before)
    remainder,
    bit_and,
    bit_or,
    bit_xor,
    shift_left, ///< by the count modulo the width
    shift_right,
    equal, ///< from here on the result is a boolean
    less,
    negation,      ///< of a boolean
    add_overflows, ///< of signed operands
    subtract_overflows,
    multiply_overflows,
    convert, ///< a to `type`; b: the Scalar that it has
    select,  ///< a: a boolean; b if it holds, else c
};

struct Expression {
    Operator op = Operator::constant;
    Scalar type = Scalar::none; ///< of the operands; of convert and select the result's
    Word a = 0, b = 0, c = 0;
    bool operator==(const Expression&) const = default;
};

/// The type of the expression's value.
constexpr Scalar result_of(const Expression& e) {
    return e.op >= Operator::equal && e.op <= Operator::multiply_overflows ? Scalar::boolean : e.type;
}

/// What heddle::any gave a name to: the nth such call of a thread. Two calls at the same place of two executions that
/// ask for the same are the same input.
struct Input {
    std::string name;
    Scalar type = Scalar::none;
    Word low = 0, high = 0; ///< the range, both included
    std::uint32_t thread = 0, nth = 0;
    bool operator==(const Input&) const = default;
};

/// An input with a value.
struct InputValue {
    Input input;
    Word value = 0;
};

/// What to call each of the inputs: by their names, and where those are equal also by who asked for them.
std::vector<std::string> distinct_names(std::span<const InputValue> inputs);

/// What the operation gives for constants.
Word compute(Operator op, Scalar type, Word a, Word b, Word c);

class Expressions {
public:
    /// The word of that expression, simplified where that is cheap.
    Word make(Operator op, Scalar type, Word a, Word b = 0, Word c = 0);
    /// The constant with that word.
    Word constant(Scalar type, std::uint64_t bits);
    Word input(const Input& input);

    Word equal(Scalar type, Word a, Word b) { return make(Operator::equal, type, a, b); }
    Word negation(Word condition) { return make(Operator::negation, Scalar::boolean, condition); }

    const Expression& operator[](Word word) const { return nodes_[number_of(word)].expression; }
    /// The inputs it depends on, in ascending order.
    std::span<const std::uint32_t> inputs_of(Word word) const;
    const std::vector<Input>& inputs() const { return inputs_; }
    std::size_t size() const { return nodes_.size(); }

    /// The value of the word where the inputs have these (indices as in inputs(); what is missing is the low end of its
    /// range). `known` keeps what was computed for these inputs before.
    using Evaluated = std::unordered_map<Word, Word>;
    Word evaluate(Word word, std::span<const Word> inputs, Evaluated& known) const;

private:
    struct Node {
        Expression expression;
        std::uint32_t first_input = 0, input_count = 0; ///< in input_sets_
    };
    struct Hash {
        std::size_t operator()(const Expression& e) const;
    };

    static std::size_t number_of(Word word) { return word & ((Word{1} << expression_shift) - 1); }
    bool is_constant(Word word) const { return !is_expression(word) || (*this)[word].op == Operator::constant; }
    Word number(Word word) const { return is_expression(word) ? (*this)[word].a : word; }
    Word keep(const Expression& expression);
    bool simplify(Expression& e, Word& result);
    bool simplify_constant_right(Expression& e, Word& result);
    bool simplify_conversion(Expression& e, Word& result);

    std::vector<Node> nodes_;
    std::vector<Input> inputs_;
    std::vector<std::uint32_t> input_sets_;
    std::unordered_map<Expression, Word, Hash> known_;
};

/// The expressions of the program that this process checks; they last as long as the process.
Expressions& expressions();

} // namespace heddle
