#include "property/symbolic_condition.hpp"

#include <limits>
#include <vector>

#include "core/error.hpp"

namespace heddle::property {

namespace {

constexpr Scalar number = Scalar::i64, truth = Scalar::boolean;

class Builder {
public:
    Word of(const Formula::Operation& op, std::span<const Integer> leaves, std::span<const Scalar> types) {
        const auto a = [&] { return made_[op.a]; };
        const auto b = [&] { return made_[op.b]; };
        switch (op.kind) {
        case TermKind::constant: return constant(op.number);
        case TermKind::value:
        case TermKind::held:
        case TermKind::at: return leaf(leaves[op.leaf], types[op.leaf]);
        case TermKind::add: return checked(Operator::add, Operator::add_overflows, a(), b());
        case TermKind::subtract: return checked(Operator::subtract, Operator::subtract_overflows, a(), b());
        case TermKind::multiply: return checked(Operator::multiply, Operator::multiply_overflows, a(), b());
        case TermKind::divide:
        case TermKind::remainder:
            if (b() == ~Word{0}) return op.kind == TermKind::remainder ? 0 : checked(Operator::subtract, Operator::subtract_overflows, 0, a());
            return make(op.kind == TermKind::divide ? Operator::divide : Operator::remainder, a(), b());
        case TermKind::equal: return as_number(expressions().equal(number, a(), b()));
        case TermKind::less: return as_number(make(Operator::less, a(), b()));
        case TermKind::less_equal: return as_number(expressions().negation(make(Operator::less, b(), a())));
        case TermKind::both: return as_number(expressions().make(Operator::bit_and, truth, is_true(a()), is_true(b())));
        case TermKind::either: return as_number(expressions().make(Operator::bit_or, truth, is_true(a()), is_true(b())));
        case TermKind::negation: return as_number(expressions().negation(is_true(a())));
        case TermKind::if_else: return expressions().make(Operator::select, number, is_true(a()), b(), made_[op.c]);
        }
        throw InternalError("an invariant has a term of an unknown kind");
    }

    void add(Word word) { made_.push_back(word); }
    Word last() { return is_true(made_.back()); }
    Word exact() const { return exact_; }

private:
    static Word make(Operator op, Word a, Word b) { return expressions().make(op, number, a, b); }
    static Word is_true(Word a) { return expressions().negation(expressions().equal(number, a, 0)); }
    static Word as_number(Word condition) {
        return expressions().make(Operator::convert, number, condition, Word(truth));
    }
    void require(Word condition) { exact_ = expressions().make(Operator::bit_and, truth, exact_, condition); }

    Word constant(Integer value) {
        if (value < std::numeric_limits<std::int64_t>::min() || value > std::numeric_limits<std::int64_t>::max()) require(0);
        return expressions().constant(number, std::uint64_t(value));
    }

    Word leaf(Integer value, Scalar type) {
        if (type == Scalar::none || !is_expression(Word(value))) return constant(value);
        const Word converted = expressions().make(Operator::convert, number, Word(value), Word(type));
        if (type == Scalar::u64) require(expressions().negation(make(Operator::less, converted, 0)));
        return converted;
    }

    Word checked(Operator op, Operator overflows, Word a, Word b) {
        require(expressions().negation(make(overflows, a, b)));
        return make(op, a, b);
    }

    std::vector<Word> made_;
    Word exact_ = 1;
};

} // namespace

SymbolicCondition symbolic_condition(const Formula& formula, std::span<const Integer> leaves, std::span<const Scalar> types) {
    Builder builder;
    for (const Formula::Operation& op : formula.operations()) builder.add(builder.of(op, leaves, types));
    return {builder.last(), builder.exact()};
}

} // namespace heddle::property
