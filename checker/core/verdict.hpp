// The verdicts heddle can give, their names in reports and the exit status each one means.
#pragma once

#include <optional>
#include <string_view>

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

/// The name used in reports, in `--json` and in HEDDLE_PATTERN's expected verdict ("data-race", …).
std::string_view name_of(Verdict verdict);

/// The verdict of that name; blanks and underscores count as hyphens ("data race"). Empty when there is none.
std::optional<Verdict> verdict_named(std::string_view name);

/// Exit statuses of every heddle command.
enum class ExitStatus { verified = 0, violation = 1, bad_input = 2, inconclusive = 3, internal_error = 4 };

/// What a single verdict means as an exit status (expectations are the caller's business).
ExitStatus exit_status_of(Verdict verdict);

/// The graver of two: a violation first, then heddle's own bugs, bad input, inconclusive, verified.
ExitStatus graver(ExitStatus a, ExitStatus b);

} // namespace heddle
