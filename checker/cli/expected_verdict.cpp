#include "cli/expected_verdict.hpp"

#include <optional>
#include <sstream>

#include <fmt/format.h>

#include "core/error.hpp"

namespace heddle::cli {
namespace {

std::string trimmed(const std::string& text) {
    const std::size_t first = text.find_first_not_of(" \t");
    return first == text.npos ? "" : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

} // namespace

Verdict expected_verdict(const std::string& text, Model model, const std::string& pattern) {
    const auto verdict = [&](const std::string& name) {
        if (const auto found = verdict_named(name)) return *found;
        throw UserError(fmt::format("the pattern {} expects \"{}\", which is no verdict", pattern, name));
    };
    if (trimmed(text).empty()) return Verdict::verified;
    if (text.find(':') == text.npos) return verdict(trimmed(text));
    Verdict expected = Verdict::verified;
    std::istringstream parts(text);
    for (std::string part; std::getline(parts, part, ',');) {
        const std::size_t colon = part.find(':');
        const auto of = colon == part.npos ? std::nullopt : named<Model>(trimmed(part.substr(0, colon)));
        if (!of)
            throw UserError(
                fmt::format("the pattern {} expects \"{}\", which names no memory model", pattern, trimmed(part)));
        const Verdict given = verdict(trimmed(part.substr(colon + 1)));
        if (*of == model) expected = given;
    }
    return expected;
}

} // namespace heddle::cli
