#include "smt/expression_terms.hpp"

#include "core/error.hpp"

namespace heddle::smt {

z3::expr ExpressionTerms::constant(Word word, Scalar type) {
    if (type == Scalar::boolean) return context_.bool_val(word != 0);
    return context_.bv_val(std::uint64_t(extend(type, word)) & (~Word{0} >> (64 - bits_of(type))), bits_of(type));
}

z3::expr ExpressionTerms::of_input(std::uint32_t input) {
    const Input& known = expressions().inputs()[input];
    const z3::symbol name = context_.int_symbol(int(input));
    if (known.type == Scalar::boolean) return context_.constant(name, context_.bool_sort());
    return context_.constant(name, context_.bv_sort(bits_of(known.type)));
}

z3::expr ExpressionTerms::in_range(std::uint32_t input) {
    const Input& known = expressions().inputs()[input];
    if (known.type == Scalar::boolean)
        return known.low == known.high ? of_input(input) == constant(known.low, known.type) : context_.bool_val(true);
    const z3::expr term = of_input(input), low = constant(known.low, known.type),
                   high = constant(known.high, known.type);
    return is_signed(known.type) ? z3::sle(low, term) && z3::sle(term, high)
                                 : z3::ule(low, term) && z3::ule(term, high);
}

z3::expr ExpressionTerms::of(Word word, Scalar type) {
    if (!is_expression(word)) return constant(word, type);
    if (const auto known = known_.find(word); known != known_.end()) return known->second;
    const z3::expr term = make(expressions()[word]);
    known_.emplace(word, term);
    return term;
}

z3::expr ExpressionTerms::convert(const z3::expr& term, Scalar from, Scalar to) {
    const unsigned have = bits_of(from), want = bits_of(to);
    if (from == Scalar::boolean) return z3::ite(term, context_.bv_val(1, want), context_.bv_val(0, want));
    if (want < have) return term.extract(want - 1, 0);
    if (want == have) return term;
    return is_signed(from) ? z3::sext(term, want - have) : z3::zext(term, want - have);
}

z3::expr ExpressionTerms::overflow(Operator op, Scalar type, const z3::expr& a, const z3::expr& b) {
    // Exact in twice the width, compared with what is left of it.
    const unsigned width = bits_of(type);
    const z3::expr x = z3::sext(a, width), y = z3::sext(b, width);
    const z3::expr exact = op == Operator::add_overflows ? x + y : op == Operator::subtract_overflows ? x - y : x * y;
    return exact != z3::sext(exact.extract(width - 1, 0), width);
}

z3::expr ExpressionTerms::make(const Expression& e) {
    const bool signs = is_signed(e.type);
    const auto left = [&] { return of(e.a, e.type); };
    const auto right = [&] { return of(e.b, e.type); };
    const auto count = [&] { return right() & context_.bv_val(bits_of(e.type) - 1, bits_of(e.type)); };
    const bool boolean = e.type == Scalar::boolean;
    switch (e.op) {
    case Operator::constant: return constant(e.a, e.type);
    case Operator::input: return of_input(std::uint32_t(e.a));
    case Operator::add: return left() + right();
    case Operator::subtract: return left() - right();
    case Operator::multiply: return left() * right();
    case Operator::divide: return signs ? left() / right() : z3::udiv(left(), right());
    case Operator::remainder: return signs ? z3::srem(left(), right()) : z3::urem(left(), right());
    case Operator::bit_and: return boolean ? left() && right() : left() & right();
    case Operator::bit_or: return boolean ? left() || right() : left() | right();
    case Operator::bit_xor: return boolean ? left() != right() : left() ^ right();
    case Operator::shift_left: return z3::shl(left(), count());
    case Operator::shift_right: return signs ? z3::ashr(left(), count()) : z3::lshr(left(), count());
    case Operator::equal: return left() == right();
    case Operator::less: return signs ? z3::slt(left(), right()) : z3::ult(left(), right());
    case Operator::negation: return !left();
    case Operator::add_overflows:
    case Operator::subtract_overflows:
    case Operator::multiply_overflows: return overflow(e.op, e.type, left(), right());
    case Operator::convert: return convert(of(e.a, Scalar(e.b)), Scalar(e.b), e.type);
    case Operator::select: return z3::ite(of(e.a, Scalar::boolean), of(e.b, e.type), of(e.c, e.type));
    }
    throw InternalError("an expression of an unknown kind");
}

Word value_of(const z3::model& model, const z3::expr& term, Scalar type) {
    const z3::expr value = model.eval(term, true);
    if (type == Scalar::boolean) return value.is_true();
    return extend(type, value.get_numeral_uint64());
}

} // namespace heddle::smt
