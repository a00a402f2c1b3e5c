#include "smt/recorded_conditions.hpp"

#include <algorithm>
#include <map>

namespace heddle::smt {

RecordedTerms::RecordedTerms(const Recording& recording) {
    for (const trace::RecordedInput& input : recording.inputs) terms_[input.number] = {expressions().input(input.input), 0};
    for (const trace::RecordedTerm& term : recording.terms) { // after those that it is made of
        Expression e = term.expression;
        if (e.op == Operator::constant) {
            terms_[term.number] = {expressions().constant(e.type, e.a), 0};
            continue;
        }
        const bool converts = e.op == Operator::convert; // its b is a type
        const auto a = known(e.a), b = converts ? Known{e.b, 0} : known(e.b), c = known(e.c);
        if (!a || !b || !c) continue;
        const std::uint32_t depth = 1 + std::max({a->depth, b->depth, c->depth});
        if (depth <= deepest) terms_[term.number] = {expressions().make(e.op, e.type, a->word, b->word, c->word), depth};
    }
}

std::optional<RecordedTerms::Known> RecordedTerms::known(Word operand) const {
    if (!is_expression(operand)) return Known{operand, 0};
    const auto found = terms_.find(std::uint32_t(operand & ((Word{1} << expression_shift) - 1)));
    return found == terms_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Word> RecordedTerms::word(std::uint32_t number) const {
    const auto found = terms_.find(number);
    return found == terms_.end() ? std::nullopt : std::optional(found->second.word);
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
        if (const auto word = terms.word(e.other - 1)) {
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
