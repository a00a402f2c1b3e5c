#include "smt/recorded_conditions.hpp"

#include <algorithm>
#include <map>

namespace heddle::smt {

namespace {

/// Whether the operation is one on operands of that type.
bool has_meaning(Operator op, Scalar type) {
    switch (op) {
    case Operator::constant:
    case Operator::bit_and:
    case Operator::bit_or:
    case Operator::bit_xor:
    case Operator::equal:
    case Operator::convert:
    case Operator::select: return true;
    case Operator::negation: return type == Scalar::boolean;
    case Operator::add_overflows:
    case Operator::subtract_overflows:
    case Operator::multiply_overflows: return is_signed(type);
    case Operator::input: return false;
    default: return type != Scalar::boolean;
    }
}

} // namespace

RecordedTerms::RecordedTerms(const Recording& recording) {
    for (const trace::RecordedInput& input : recording.inputs)
        terms_[input.number] = {expressions().input(input.input), input.input.type, 0};
    for (const trace::RecordedTerm& term : recording.terms) rebuild(term); // each after those that it is made of
}

void RecordedTerms::rebuild(const trace::RecordedTerm& term) {
    const Expression& e = term.expression;
    if (!has_meaning(e.op, e.type)) return;
    if (e.op == Operator::constant) {
        terms_[term.number] = {expressions().constant(e.type, e.a), e.type, 0};
        return;
    }
    const bool converts = e.op == Operator::convert, selects = e.op == Operator::select; // the b of convert is a type
    const auto a = known(e.a, converts ? Scalar(e.b) : selects ? Scalar::boolean : e.type);
    const auto b = converts ? Known{e.b} : known(e.b, e.type), c = known(e.c, e.type);
    if (!a || !b || !c) return;
    const std::uint32_t depth = 1 + std::max({a->depth, b->depth, c->depth});
    if (depth <= deepest)
        terms_[term.number] = {expressions().make(e.op, e.type, a->word, b->word, c->word), result_of(e), depth};
}

std::optional<RecordedTerms::Known> RecordedTerms::known(Word operand, Scalar type) const {
    if (!is_expression(operand)) return Known{extend(type, operand), type, 0};
    const auto found = terms_.find(std::uint32_t(operand & ((Word{1} << expression_shift) - 1)));
    return found == terms_.end() || found->second.type != type ? std::nullopt : std::optional(found->second);
}

std::optional<Word> RecordedTerms::condition(std::uint32_t number) const {
    const auto found = terms_.find(number);
    return found == terms_.end() || found->second.type != Scalar::boolean ? std::nullopt : std::optional(found->second.word);
}

RecordedConditions conditions_of(const History& history) {
    RecordedConditions result;
    if (history.recording().inputs.empty()) return result;
    const RecordedTerms terms(history.recording());
    std::map<std::uint32_t, std::uint64_t> cut; // by thread
    bool certain = true;
    for (Place p = 0; p < history.size(); ++p) {
        const RecordedEvent& e = history[p];
        if (e.kind == RecordedKind::cut) {
            cut[history.at(p).thread] = std::uint64_t(e.value);
            certain = false;
        }
        const bool decides = e.kind == RecordedKind::branch || e.kind == RecordedKind::assume || e.kind == RecordedKind::ensure;
        if (!decides || !e.other) continue;
        if (const auto word = terms.condition(e.other - 1)) {
            result.conditions.push_back({p, e.kind, e.value ? *word : expressions().negation(*word), certain});
        } else {
            ++result.lost;
            certain = false;
        }
    }
    for (const auto& [thread, count] : cut) result.cut += count;
    return result;
}

} // namespace heddle::smt
