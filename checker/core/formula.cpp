#include "core/formula.hpp"

#include <algorithm>

namespace heddle {
namespace {

constexpr Integer most = (Integer{1} << 126) - 1 + (Integer{1} << 126);

bool add(Integer a, Integer b, Integer& out) { return !__builtin_add_overflow(a, b, &out) && out >= -most; }
bool subtract(Integer a, Integer b, Integer& out) { return !__builtin_sub_overflow(a, b, &out) && out >= -most; }
bool multiply(Integer a, Integer b, Integer& out) { return !__builtin_mul_overflow(a, b, &out) && out >= -most; }

/// The tightest statement about a condition over intervals.
Interval condition(bool surely, bool surely_not) { return surely ? Interval{1, 1} : surely_not ? Interval{0, 0} : Interval{0, 1}; }
bool surely_true(const Interval& i) { return i.low > 0 || i.high < 0; }
bool surely_false(const Interval& i) { return i.low == 0 && i.high == 0; }

} // namespace

Formula::Formula(const Terms& terms, TermId condition) {
    leaves_ = terms.leaves_of(condition);
    std::vector<std::uint32_t> made(condition + 1, ~0u);
    compile(terms, condition, made);
    values_.resize(operations_.size());
    intervals_.resize(operations_.size());
}

/// Operands have smaller numbers than what is made of them, so one upward pass over the needed ones would do as well; the depth of
/// the recursion is that of the term.
std::uint32_t Formula::compile(const Terms& terms, TermId id, std::vector<std::uint32_t>& made) {
    if (made[id] != ~0u) return made[id];
    const Term& term = terms[id];
    Operation op;
    op.kind = term.kind;
    if (term.is_constant()) op.number = term.b ? Integer{std::int64_t(term.a)} : Integer{term.a};
    else if (term.is_leaf()) op.leaf = std::uint32_t(std::find(leaves_.begin(), leaves_.end(), id) - leaves_.begin());
    else {
        const unsigned count = operands_of(term.kind);
        op.a = compile(terms, TermId(term.a), made);
        if (count > 1) op.b = compile(terms, TermId(term.b), made);
        if (count > 2) op.c = compile(terms, TermId(term.c), made);
    }
    operations_.push_back(op);
    return made[id] = std::uint32_t(operations_.size() - 1);
}

std::optional<Integer> Formula::evaluate(std::span<const Integer> leaves) const {
    for (std::size_t i = 0; i < operations_.size(); ++i) {
        const Operation& op = operations_[i];
        const Integer a = values_[op.a], b = values_[op.b];
        Integer& out = values_[i];
        bool fits = true;
        switch (op.kind) {
        case TermKind::constant: out = op.number; break;
        case TermKind::value:
        case TermKind::held:
        case TermKind::at: out = leaves[op.leaf]; break;
        case TermKind::add: fits = add(a, b, out); break;
        case TermKind::subtract: fits = subtract(a, b, out); break;
        case TermKind::multiply: fits = multiply(a, b, out); break;
        case TermKind::divide: out = a / b; break;
        case TermKind::remainder: out = a % b; break;
        case TermKind::equal: out = a == b; break;
        case TermKind::less: out = a < b; break;
        case TermKind::less_equal: out = a <= b; break;
        case TermKind::both: out = a && b; break;
        case TermKind::either: out = a || b; break;
        case TermKind::negation: out = !a; break;
        case TermKind::if_else: out = a ? b : values_[op.c]; break;
        }
        if (!fits) return std::nullopt;
    }
    return values_.back();
}

std::optional<Interval> Formula::bounds(std::span<const Interval> leaves) const {
    for (std::size_t i = 0; i < operations_.size(); ++i) {
        const Operation& op = operations_[i];
        const Interval a = intervals_[op.a], b = intervals_[op.b];
        Interval& out = intervals_[i];
        bool fits = true;
        switch (op.kind) {
        case TermKind::constant: out = {op.number, op.number}; break;
        case TermKind::value:
        case TermKind::held:
        case TermKind::at: out = leaves[op.leaf]; break;
        case TermKind::add: fits = add(a.low, b.low, out.low) && add(a.high, b.high, out.high); break;
        case TermKind::subtract: fits = subtract(a.low, b.high, out.low) && subtract(a.high, b.low, out.high); break;
        case TermKind::multiply: {
            Integer p[4];
            fits = multiply(a.low, b.low, p[0]) && multiply(a.low, b.high, p[1]) && multiply(a.high, b.low, p[2]) &&
                   multiply(a.high, b.high, p[3]);
            if (fits) out = {*std::min_element(p, p + 4), *std::max_element(p, p + 4)};
            break;
        }
        case TermKind::divide: // monotone in a; the divisor is a constant
            out = b.low > 0 ? Interval{a.low / b.low, a.high / b.low} : Interval{a.high / b.low, a.low / b.low};
            break;
        case TermKind::remainder: {
            const Integer most_left = (b.low > 0 ? b.low : -b.low) - 1; // has the sign of the dividend
            out = a.low == a.high ? Interval{a.low % b.low, a.low % b.low}
                                  : Interval{a.low < 0 ? -most_left : 0, a.high > 0 ? most_left : 0};
            break;
        }
        case TermKind::equal:
            out = condition(a.low == a.high && b.low == b.high && a.low == b.low, a.high < b.low || b.high < a.low);
            break;
        case TermKind::less: out = condition(a.high < b.low, a.low >= b.high); break;
        case TermKind::less_equal: out = condition(a.high <= b.low, a.low > b.high); break;
        case TermKind::both:
            out = condition(surely_true(a) && surely_true(b), surely_false(a) || surely_false(b));
            break;
        case TermKind::either:
            out = condition(surely_true(a) || surely_true(b), surely_false(a) && surely_false(b));
            break;
        case TermKind::negation: out = condition(surely_false(a), surely_true(a)); break;
        case TermKind::if_else: {
            const Interval& c = intervals_[op.c];
            out = surely_true(a)    ? b
                  : surely_false(a) ? c
                                    : Interval{std::min(b.low, c.low), std::max(b.high, c.high)};
            break;
        }
        }
        if (!fits) return std::nullopt;
    }
    return intervals_.back();
}

std::string to_string(Integer number) {
    if (number == 0) return "0";
    std::string digits;
    const bool negative = number < 0;
    for (auto rest = negative ? -static_cast<unsigned __int128>(number) : static_cast<unsigned __int128>(number); rest; rest /= 10)
        digits.push_back(char('0' + int(rest % 10)));
    if (negative) digits.push_back('-');
    std::reverse(digits.begin(), digits.end());
    return digits;
}

} // namespace heddle
