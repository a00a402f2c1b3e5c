#include "core/verdict.hpp"

#include <string>

namespace heddle {
namespace {

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

std::optional<Verdict> verdict_named(std::string_view name) {
    std::string wanted(name);
    for (char& c : wanted)
        if (c == ' ' || c == '_') c = '-';
    return named<Verdict>(wanted);
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
