#include "native/suppressions.hpp"

#include <algorithm>

namespace heddle::native {

void Suppressions::add(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == line.npos || colon + 1 == line.size()) return;
    all_.push_back({std::string(line.substr(0, colon)), std::string(line.substr(colon + 1))});
}

bool Suppressions::match(std::string_view kind, const std::vector<std::string>& names) const {
    return std::any_of(all_.begin(), all_.end(), [&](const One& one) {
        return one.kind == kind && std::any_of(names.begin(), names.end(), [&](const std::string& name) { return occurs(one.pattern, name); });
    });
}

bool Suppressions::occurs(std::string_view pattern, std::string_view text) {
    bool tied = pattern.starts_with('^');
    if (tied) pattern.remove_prefix(1);
    const bool to_the_end = pattern.ends_with('$');
    if (to_the_end) pattern.remove_suffix(1);
    if (text.empty()) return false;
    for (;;) {
        const std::size_t star = std::min(pattern.find('*'), pattern.size());
        const std::string_view word = pattern.substr(0, star);
        const bool last = star == pattern.size();
        if (last && to_the_end && !tied) return text.ends_with(word);
        const std::size_t at = tied ? (text.starts_with(word) ? 0 : text.npos) : text.find(word);
        if (at == text.npos) return false;
        text.remove_prefix(at + word.size());
        if (last) return !to_the_end || text.empty();
        pattern.remove_prefix(star + 1);
        tied = false;
    }
}

} // namespace heddle::native
