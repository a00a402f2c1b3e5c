#include "report/summary.hpp"

#include <fmt/format.h>

#include "report/paint.hpp"

namespace heddle::report {
namespace {

std::string counts(const Summary& summary) {
    std::string text = fmt::format("{} execution{}", summary.complete, summary.complete == 1 ? "" : "s");
    if (summary.blocked) text += fmt::format(", {} blocked", summary.blocked);
    if (summary.wasted) text += fmt::format(", {} wasted", summary.wasted);
    return text + fmt::format(" in {:.3g} s", summary.seconds < 0.001 ? 0.001 : summary.seconds);
}

} // namespace

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

std::string summary_line(const Summary& summary, bool colour) {
    bool verified = summary.verdict == Verdict::verified;
    bool open = summary.verdict == Verdict::inconclusive || summary.verdict == Verdict::unsupported;
    bool met = summary.verdict == summary.expected;
    Paint paint(colour);
    std::string mark = met ? paint(Ink::good, "✓") : open ? paint(Ink::notice, "?") : paint(Ink::bad, "✗");
    std::string name = summary.file + (summary.pattern == "main" || summary.pattern.empty() ? "" : " " + summary.pattern);
    std::string what = phrase(summary.verdict);
    if (met && !verified) what += ", as expected";
    if (!met && summary.expected != Verdict::verified) what += " (expected: " + phrase(summary.expected) + ")";
    std::string line = fmt::format("{} {} ({}): {}, {}", mark, paint(Ink::strong, name), name_of(summary.model),
                                   paint(met ? Ink::plain : open ? Ink::notice : Ink::bad, what), counts(summary));
    if (open && !summary.reason.empty()) line += " — " + summary.reason;
    return line;
}

} // namespace heddle::report
