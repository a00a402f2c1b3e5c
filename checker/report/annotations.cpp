#include "report/annotations.hpp"

#include <fmt/format.h>

#include "core/printable.hpp"
#include "report/shown_path.hpp"
#include "report/told.hpp"

namespace heddle::report {

namespace {

/// What ends a message or a property of a workflow command is written by its number.
std::string escaped(std::string_view text, std::string_view also) {
    std::string out;
    for (const char c : printable(text))
        if (c == '%' || c == '\n' || c == '\r' || also.find(c) != std::string_view::npos) out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        else out += c;
    return out;
}
std::string property(std::string_view text) { return escaped(text, ":,"); }

} // namespace

std::string annotations_report(const trace::Report& report, const TextStyle&) {
    std::string text;
    for (const Told& one : told(report)) {
        const bool only_predicted = one.finding && one.finding->foretold && !one.finding->foretold->confirmed;
        if (!one.counts && !only_predicted) continue;
        const bool undecided = exit_status_of(one.kind) == ExitStatus::inconclusive;
        text += fmt::format("::{} file={}", only_predicted ? "notice" : undecided ? "warning" : "error", property(shown_path(one.site.known() ? one.site.file : one.result->file)));
        if (one.site.known()) text += fmt::format(",line={}", one.site.line);
        if (one.site.known() && one.site.column > 0) text += fmt::format(",col={}", one.site.column);
        text += fmt::format(",title={}::{}\n", property(name_of(one.kind)), escaped(one.message + " (" + title_of(*one.result) + ")", ""));
    }
    return text.empty() ? "::debug::nothing is wrong\n" : text;
}

} // namespace heddle::report
