// The verdicts heddle can give, their names in reports and the exit status each one means.
#pragma once

#include <optional>
#include <string_view>

#include "core/names.hpp"

namespace heddle {

enum class Verdict {
    verified,
    data_race,
    deadlock,
    livelock,
    assertion,
    invariant,
    exception,
    crash,
    memory,
    misuse,
    nondeterminism,
    inconclusive,
    unsupported,
    build_error, ///< or no program there at all
    failed,      ///< heddle itself
};

/// The names used in reports, in `--json` and in HEDDLE_PATTERN's expected verdict.
template <>
inline constexpr auto names<Verdict> = std::array{
    Name{Verdict::verified, "verified"},
    Name{Verdict::data_race, "data-race"},
    Name{Verdict::deadlock, "deadlock"},
    Name{Verdict::livelock, "livelock"},
    Name{Verdict::assertion, "assertion"},
    Name{Verdict::invariant, "invariant"},
    Name{Verdict::exception, "exception"},
    Name{Verdict::crash, "crash"},
    Name{Verdict::memory, "memory"},
    Name{Verdict::misuse, "misuse"},
    Name{Verdict::nondeterminism, "nondeterminism"},
    Name{Verdict::inconclusive, "inconclusive"},
    Name{Verdict::unsupported, "unsupported"},
    Name{Verdict::build_error, "build-error"},
    Name{Verdict::failed, "failed"},
};
static_assert(are_in_order<Verdict>());

/// The verdict of that name; blanks and underscores count as hyphens ("data race"). Empty when there is none.
std::optional<Verdict> verdict_named(std::string_view name);

/// Exit statuses of every heddle command.
enum class ExitStatus { verified = 0, violation = 1, bad_input = 2, inconclusive = 3, internal_error = 4 };

/// What a single verdict means as an exit status (expectations are the caller's business).
ExitStatus exit_status_of(Verdict verdict);

/// The graver of two: a violation first, then heddle's own bugs, bad input, inconclusive, verified.
ExitStatus graver(ExitStatus a, ExitStatus b);

} // namespace heddle
