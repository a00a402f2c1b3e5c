#include "trace/report.hpp"

#include <algorithm>

namespace heddle::trace {
namespace {

bool is_foretold(const Finding& finding) { return finding.foretold.has_value(); }
Verdict kind_of(const Finding& finding) { return finding.trace.violation.kind; }

bool saw_everything(const Runs& runs) { return !runs.stopped && runs.limits.empty(); }

/// Violation when something was confirmed; inconclusive when something was predicted and not confirmed, or nothing was recorded.
ExitStatus status_of_forecast(const Result& result) {
    ExitStatus status = result.forecast->events ? ExitStatus::verified : ExitStatus::inconclusive;
    for (const Finding& finding : result.findings)
        if (is_foretold(finding)) status = graver(status, finding.foretold->confirmed ? ExitStatus::violation : ExitStatus::inconclusive);
    return status;
}

ExitStatus status_of_runs(const Result& result) {
    ExitStatus status = ExitStatus::verified;
    const bool bug_expected = result.expected != Verdict::verified;
    bool met = !bug_expected;
    for (const Finding& finding : result.findings) {
        if (is_foretold(finding)) {
            if (bug_expected && finding.foretold->confirmed && kind_of(finding) == result.expected) return ExitStatus::verified;
        } else if (kind_of(finding) == result.expected) met = true;
        else status = graver(status, exit_status_of(kind_of(finding)));
    }
    if (bug_expected && met) return ExitStatus::verified; // a broken twin, caught
    if (!met || !saw_everything(std::get<Runs>(result.of))) status = graver(status, ExitStatus::inconclusive);
    // What else almost happened does not matter where the bug that is there was to be found.
    return result.forecast && !bug_expected ? graver(status, status_of_forecast(result)) : status;
}

} // namespace

std::optional<Model> Result::model() const {
    if (const auto* exploration = std::get_if<Exploration>(&of)) return exploration->model;
    if (const auto* replay = std::get_if<Replay>(&of)) return replay->model;
    return std::nullopt;
}

ExitStatus status_of(const Result& result) {
    if (std::holds_alternative<Exploration>(result.of) && result.met()) return ExitStatus::verified;
    if (result.verdict == Verdict::build_error || result.verdict == Verdict::failed) return exit_status_of(result.verdict);
    if (const auto* replay = std::get_if<Replay>(&result.of)) return replay->same ? ExitStatus::violation : ExitStatus::inconclusive;
    if (std::holds_alternative<Runs>(result.of)) return status_of_runs(result);
    if (std::holds_alternative<Recorded>(result.of)) return status_of_forecast(result);
    return result.verdict == Verdict::verified ? ExitStatus::violation : exit_status_of(result.verdict);
}

Verdict verdict_of_runs(const Result& result) {
    const auto first = std::ranges::find_if_not(result.findings, is_foretold);
    for (auto finding = first; finding != result.findings.end(); ++finding)
        if (!is_foretold(*finding) && kind_of(*finding) == result.expected) return result.expected;
    if (first != result.findings.end()) return kind_of(*first);
    return saw_everything(std::get<Runs>(result.of)) ? Verdict::verified : Verdict::inconclusive;
}

} // namespace heddle::trace
