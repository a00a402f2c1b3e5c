#include "core/expression.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace heddle {
namespace {

using Wide = __int128;

Wide wide(Scalar type, Word word) { return is_signed(type) ? Wide(std::int64_t(word)) : Wide(word); }

bool overflows(Scalar type, Wide exact) { return wide(type, extend(type, Word(exact))) != exact; }

Word divide(Scalar type, Word a, Word b, bool remainder) {
    if (b == 0) {
        if (remainder) return a;
        return is_signed(type) && std::int64_t(a) < 0 ? 1 : extend(type, ~Word{0});
    }
    return extend(type, Word(remainder ? wide(type, a) % wide(type, b) : wide(type, a) / wide(type, b)));
}

bool commutes(Operator op) {
    switch (op) {
    case Operator::add:
    case Operator::multiply:
    case Operator::bit_and:
    case Operator::bit_or:
    case Operator::bit_xor:
    case Operator::equal:
    case Operator::add_overflows:
    case Operator::multiply_overflows: return true;
    default: return false;
    }
}

unsigned operands_of(Operator op) {
    switch (op) {
    case Operator::constant:
    case Operator::input: return 0;
    case Operator::negation:
    case Operator::convert: return 1;
    case Operator::select: return 3;
    default: return 2;
    }
}

constexpr std::array<std::string_view, 10> scalar_names{"",       "bool",  "int8",   "uint8", "int16",
                                                        "uint16", "int32", "uint32", "int64", "uint64"};

} // namespace

std::string_view name_of(Scalar type) { return scalar_names[std::size_t(type)]; }

std::optional<Scalar> scalar_named(std::string_view name) {
    const auto found = std::find(scalar_names.begin() + 1, scalar_names.end(), name);
    if (found == scalar_names.end()) return std::nullopt;
    return Scalar(found - scalar_names.begin());
}

std::string to_string(Scalar type, Word constant) {
    if (type == Scalar::boolean) return constant ? "true" : "false";
    return is_signed(type) ? fmt::format("{}", std::int64_t(constant)) : fmt::format("{}", constant);
}

std::vector<std::string> distinct_names(std::span<const InputValue> inputs) {
    std::vector<std::string> names;
    for (const InputValue& value : inputs) {
        const Input& input = value.input;
        const auto alike = [&](const InputValue& other) { return other.input.name == input.name; };
        const auto by_the_same = [&](const InputValue& other) {
            return alike(other) && other.input.thread == input.thread;
        };
        std::string name = input.name;
        if (std::count_if(inputs.begin(), inputs.end(), alike) > 1) name += fmt::format(" of T{}", input.thread);
        if (std::count_if(inputs.begin(), inputs.end(), by_the_same) > 1) {
            const auto before =
                std::count_if(inputs.begin(), inputs.begin() + std::ptrdiff_t(names.size()), by_the_same);
            name += fmt::format(", number {}", before + 1);
        }
        names.push_back(std::move(name));
    }
    return names;
}

Word compute(Operator op, Scalar type, Word a, Word b, Word c) {
    switch (op) {
    case Operator::constant:
    case Operator::input: return a;
    case Operator::add: return extend(type, a + b);
    case Operator::subtract: return extend(type, a - b);
    case Operator::multiply: return extend(type, a * b);
    case Operator::divide: return divide(type, a, b, false);
    case Operator::remainder: return divide(type, a, b, true);
    case Operator::bit_and: return extend(type, a & b);
    case Operator::bit_or: return extend(type, a | b);
    case Operator::bit_xor: return extend(type, a ^ b);
    case Operator::shift_left: return extend(type, a << (b & (bits_of(type) - 1)));
    case Operator::shift_right: return extend(type, Word(wide(type, a) >> (b & (bits_of(type) - 1))));
    case Operator::equal: return a == b;
    case Operator::less: return wide(type, a) < wide(type, b);
    case Operator::negation: return !a;
    case Operator::add_overflows: return overflows(type, wide(type, a) + wide(type, b));
    case Operator::subtract_overflows: return overflows(type, wide(type, a) - wide(type, b));
    case Operator::multiply_overflows: return overflows(type, wide(type, a) * wide(type, b));
    case Operator::convert: return type == Scalar::boolean ? a != 0 : extend(type, a);
    case Operator::select: return a ? b : c;
    }
    return 0;
}

std::size_t Expressions::Hash::operator()(const Expression& e) const {
    Word h = Word(e.op) << 8 | Word(e.type);
    for (const Word word : {e.a, e.b, e.c}) h = (h ^ word ^ h >> 29) * 0x9e3779b97f4a7c15ull;
    return h ^ h >> 31;
}

Word Expressions::constant(Scalar type, std::uint64_t bits) {
    const Word word = extend(type, bits);
    return is_expression(word) ? keep({Operator::constant, type, word}) : word;
}

Word Expressions::input(const Input& input) {
    const auto known = std::find(inputs_.begin(), inputs_.end(), input);
    const auto index = std::uint32_t(known - inputs_.begin());
    if (known == inputs_.end()) inputs_.push_back(input);
    return keep({Operator::input, input.type, index});
}

Word Expressions::make(Operator op, Scalar type, Word a, Word b, Word c) {
    Expression e{op, type, a, b, c};
    const unsigned operands = operands_of(op);
    const bool constants = is_constant(a) && (operands < 2 || is_constant(b)) && (operands < 3 || is_constant(c));
    if (constants)
        return constant(result_of(e),
                        compute(op, type, number(a), operands < 2 ? b : number(b), operands < 3 ? c : number(c)));
    if (commutes(op) && (is_constant(a) || (!is_constant(b) && b < a))) std::swap(e.a, e.b);
    Word result = 0;
    return simplify(e, result) ? result : keep(e);
}

/// True: the expression is `result`. False: it is e, which may have changed.
bool Expressions::simplify(Expression& e, Word& result) {
    const auto is = [&](Word value) { return result = value, true; };
    switch (e.op) {
    case Operator::negation:
        if ((*this)[e.a].op == Operator::negation) return is((*this)[e.a].a);
        return false;
    case Operator::convert: return simplify_conversion(e, result);
    case Operator::select:
        if (is_constant(e.a)) return is(number(e.a) ? e.b : e.c);
        return e.b == e.c && is(e.b);
    default: break;
    }
    if (e.a == e.b) switch (e.op) {
        case Operator::subtract:
        case Operator::bit_xor:
        case Operator::less:
        case Operator::subtract_overflows: return is(0);
        case Operator::bit_and:
        case Operator::bit_or: return is(e.a);
        case Operator::equal: return is(1);
        default: break;
        }
    if (is_constant(e.b)) return simplify_constant_right(e, result);
    // What was added is taken away again, or the other way round.
    if (e.op == Operator::subtract && is_expression(e.a)) {
        const Expression& left = (*this)[e.a];
        if (left.op == Operator::add && left.type == e.type && left.b == e.b) return is(left.a);
        if (left.op == Operator::add && left.type == e.type && left.a == e.b) return is(left.b);
    }
    if (e.op == Operator::add)
        for (const auto& [whole, part] : {std::pair{e.a, e.b}, std::pair{e.b, e.a}}) {
            const Expression& difference = (*this)[whole];
            if (difference.op == Operator::subtract && difference.b == part) return is(difference.a);
        }
    return false;
}

bool Expressions::simplify_constant_right(Expression& e, Word& result) {
    const auto is = [&](Word value) { return result = value, true; };
    const Word k = number(e.b), ones = extend(e.type, ~Word{0});
    const Expression left = (*this)[e.a];
    switch (e.op) {
    case Operator::subtract:
        if (e.type == Scalar::boolean) return false;
        return is(make(Operator::add, e.type, e.a, constant(e.type, -k)));
    case Operator::add:
        if (k == 0) return is(e.a);
        if (left.op == Operator::add && left.type == e.type && is_constant(left.b))
            return is(make(Operator::add, e.type, left.a, constant(e.type, number(left.b) + k)));
        return false;
    case Operator::multiply: return k == 0 ? is(0) : k == 1 && is(e.a);
    case Operator::divide: return k == 1 && is(e.a);
    case Operator::bit_and: return k == 0 ? is(0) : k == ones && is(e.a);
    case Operator::bit_or: return k == 0 ? is(e.a) : k == ones && is(e.b);
    case Operator::bit_xor: return k == 0 && is(e.a);
    case Operator::shift_left:
    case Operator::shift_right: return k == 0 && is(e.a);
    case Operator::equal:
        if (e.type == Scalar::boolean) return is(k ? e.a : negation(e.a));
        if (left.op == Operator::convert && Scalar(left.b) == Scalar::boolean)
            return k > 1 ? is(0) : is(k ? left.a : negation(left.a));
        if (left.op == Operator::add && left.type == e.type && is_constant(left.b)) // x + c == k
            return is(equal(e.type, left.a, constant(e.type, k - number(left.b))));
        return false;
    case Operator::less: return !is_signed(e.type) && k == 0 && is(0);
    case Operator::add_overflows:
    case Operator::subtract_overflows: return k == 0 && is(0);
    case Operator::multiply_overflows: return (k == 0 || k == 1) && is(0);
    default: return false;
    }
}

bool Expressions::simplify_conversion(Expression& e, Word& result) {
    const auto is = [&](Word value) { return result = value, true; };
    const auto from = Scalar(e.b);
    if (from == e.type) return is(e.a);
    if (e.type == Scalar::boolean) return is(negation(equal(from, e.a, 0)));
    const Expression inner = (*this)[e.a];
    if (inner.op != Operator::convert) return false;
    const auto source = Scalar(inner.b);
    const unsigned s = bits_of(source), middle = bits_of(from);
    const bool extends_alike = is_signed(from) == is_signed(source) || (!is_signed(source) && middle > s);
    if (bits_of(e.type) > middle && !(middle >= s && extends_alike)) return false;
    return is(make(Operator::convert, e.type, inner.a, Word(source)));
}

Word Expressions::keep(const Expression& expression) {
    const auto [at, fresh] = known_.try_emplace(expression, expression_tag << expression_shift | nodes_.size());
    if (!fresh) return at->second;
    Node node{expression};
    node.first_input = std::uint32_t(input_sets_.size());
    if (expression.op == Operator::input) {
        input_sets_.push_back(std::uint32_t(expression.a));
    } else {
        std::vector<std::uint32_t> all;
        const Word operands[]{expression.a, expression.b, expression.c};
        for (unsigned i = 0; i < operands_of(expression.op); ++i)
            for (const std::uint32_t input : inputs_of(operands[i])) all.push_back(input);
        std::sort(all.begin(), all.end());
        all.erase(std::unique(all.begin(), all.end()), all.end());
        input_sets_.insert(input_sets_.end(), all.begin(), all.end());
    }
    node.input_count = std::uint32_t(input_sets_.size()) - node.first_input;
    nodes_.push_back(node);
    return at->second;
}

std::span<const std::uint32_t> Expressions::inputs_of(Word word) const {
    if (!is_expression(word)) return {};
    const Node& node = nodes_[number_of(word)];
    return {input_sets_.data() + node.first_input, node.input_count};
}

Word Expressions::evaluate(Word word, std::span<const Word> inputs, Evaluated& known) const {
    if (!is_expression(word)) return word;
    if (const auto found = known.find(word); found != known.end()) return found->second;
    const Expression& e = (*this)[word];
    const unsigned operands = operands_of(e.op);
    Word result = e.a;
    if (e.op == Operator::input) result = e.a < inputs.size() ? inputs[e.a] : inputs_[e.a].low;
    else if (e.op != Operator::constant)
        result = compute(e.op, e.type, evaluate(e.a, inputs, known), operands > 1 ? evaluate(e.b, inputs, known) : e.b,
                         operands > 2 ? evaluate(e.c, inputs, known) : e.c);
    return known[word] = result;
}

Expressions& expressions() {
    static Expressions all;
    return all;
}

} // namespace heddle
