#include "report/phrase.hpp"

#include <fmt/format.h>

#include "core/printable.hpp"

namespace heddle::report {

std::string phrase(Verdict verdict) {
    switch (verdict) {
    case Verdict::data_race: return "data race";
    case Verdict::assertion: return "assertion failed";
    case Verdict::invariant: return "invariant violated";
    case Verdict::exception: return "uncaught exception";
    case Verdict::memory: return "memory error";
    case Verdict::build_error: return "does not compile";
    default: return std::string(name_of(verdict));
    }
}

std::string counted(std::uint64_t n, const char* one, const char* many) { return fmt::format("{} {}", n, n == 1 ? one : many); }

std::string name_of_entry(const trace::Result& result) {
    return result.pattern == "main" ? result.file : fmt::format("{}: {}", result.file, result.pattern);
}

std::string verdict_word(const trace::Result& result, bool colour) {
    const bool proves_nothing = std::holds_alternative<trace::Runs>(result.of) || std::holds_alternative<trace::Recorded>(result.of);
    const bool nothing = proves_nothing && result.verdict == Verdict::verified;
    const std::string word(nothing ? "nothing found" : name_of(result.verdict));
    if (!colour) return word;
    const ExitStatus status = trace::status_of(result);
    const int code = status == ExitStatus::verified ? 32 : status == ExitStatus::inconclusive ? 33 : 31;
    return fmt::format("\033[{};1m{}\033[0m", code, word);
}

std::string expectation(const trace::Result& result) {
    if (result.met() && result.verdict != Verdict::verified) return "  (as expected)";
    return result.expected == Verdict::verified || result.met() ? "" : fmt::format("  (expected: {})", name_of(result.expected));
}

std::string where_saved(const trace::Finding& finding) {
    if (!finding.not_saved.empty()) return fmt::format("\nThe trace was not saved: {}\n\n", finding.not_saved);
    return finding.saved.empty() ? "" : fmt::format("trace: {}  (heddle replay {})\n", finding.saved, quoted_for_shell(finding.saved));
}

} // namespace heddle::report
