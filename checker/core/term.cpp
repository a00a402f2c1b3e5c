#include "core/term.hpp"

#include <algorithm>

namespace heddle {

unsigned operands_of(TermKind kind) {
    if (kind < TermKind::add) return 0;
    if (kind == TermKind::negation) return 1;
    return kind == TermKind::if_else ? 3 : 2;
}

TermId Terms::make(const Term& term) {
    const auto [at, made] = known_.try_emplace(term, TermId(terms_.size() + 1));
    if (made) terms_.push_back(term);
    return at->second;
}

std::uint64_t Terms::label(const std::string& text) {
    const auto at = std::find(labels_.begin(), labels_.end(), text);
    if (at != labels_.end()) return std::uint64_t(at - labels_.begin());
    labels_.push_back(text);
    return labels_.size() - 1;
}

std::vector<TermId> Terms::leaves_of(TermId id) const {
    std::vector<TermId> leaves, waiting{id};
    std::vector<bool> seen(terms_.size() + 1);
    while (!waiting.empty()) {
        const TermId next = waiting.back();
        waiting.pop_back();
        if (seen[next]) continue;
        seen[next] = true;
        const Term& term = (*this)[next];
        if (term.is_leaf()) leaves.push_back(next);
        const std::uint64_t operands[]{term.a, term.b, term.c};
        for (unsigned i = operands_of(term.kind); i-- > 0;) waiting.push_back(TermId(operands[i]));
    }
    return leaves;
}

std::vector<TermId> Terms::conjuncts_of(TermId id) const {
    std::vector<TermId> parts, waiting{id};
    while (!waiting.empty()) {
        const TermId next = waiting.back();
        waiting.pop_back();
        const Term& term = (*this)[next];
        if (term.kind == TermKind::both) {
            waiting.push_back(TermId(term.b));
            waiting.push_back(TermId(term.a));
        } else if (std::find(parts.begin(), parts.end(), next) == parts.end()) {
            parts.push_back(next);
        }
    }
    return parts;
}

} // namespace heddle
