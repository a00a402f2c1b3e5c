#include "core/verdict.hpp"

#include <array>
#include <string>

namespace heddle {
namespace {

constexpr std::array<std::string_view, 15> names{
    "verified", "data-race", "deadlock", "livelock",       "assertion",    "invariant",   "exception",
    "crash",    "memory",    "misuse",   "nondeterminism", "inconclusive", "unsupported", "build-error", "failed"};

int gravity(ExitStatus status) {
    switch (status) {
    case ExitStatus::violation: return 4;
    case ExitStatus::internal_error: return 3;
    case ExitStatus::bad_input: return 2;
    case ExitStatus::inconclusive: return 1;
    case ExitStatus::verified: return 0;
    }
    return 3;
}

} // namespace

std::string_view name_of(Verdict verdict) { return names[static_cast<std::size_t>(verdict)]; }

std::optional<Verdict> verdict_named(std::string_view name) {
    std::string wanted(name);
    for (char& c : wanted)
        if (c == ' ' || c == '_') c = '-';
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == wanted) return static_cast<Verdict>(i);
    return std::nullopt;
}

ExitStatus exit_status_of(Verdict verdict) {
    switch (verdict) {
    case Verdict::verified: return ExitStatus::verified;
    case Verdict::build_error: return ExitStatus::bad_input;
    case Verdict::inconclusive:
    case Verdict::unsupported: return ExitStatus::inconclusive;
    case Verdict::failed: return ExitStatus::internal_error;
    default: return ExitStatus::violation;
    }
}

ExitStatus graver(ExitStatus a, ExitStatus b) { return gravity(a) >= gravity(b) ? a : b; }

} // namespace heddle
