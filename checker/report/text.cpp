#include "report/text.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/source_text.hpp"
#include "memory/list.hpp"
#include "report/columns.hpp"
#include "report/paint.hpp"
#include "report/printable_trace.hpp"
#include "report/shown_path.hpp"
#include "report/step_text.hpp"
#include "report/phrase.hpp"
#include "trace/folding.hpp"
#include "trace/linearise.hpp"

namespace heddle::report {
namespace {

using trace::Trace;

std::string place_of(const SourceSite& site) {
    std::string place = shown_path(site.file);
    if (site.line) place += fmt::format(":{}", site.line);
    if (site.column) place += fmt::format(":{}", site.column);
    if (!site.function.empty()) place += ", in " + site.function;
    return place;
}

std::string verdict(const Trace& trace, const TextStyle& style, const Paint& paint) {
    const auto& violation = trace.violation;
    bool bad = violation.kind != Verdict::verified;
    std::string title = (bad ? "✗ " : "✓ ") + phrase(violation.kind);
    std::string said = harmless(violation.message);
    if (said.starts_with(phrase(violation.kind))) title = "✗ " + said.substr(0, phrase(violation.kind).size()); // not twice
    std::string message = said.empty() ? "" : said.starts_with(phrase(violation.kind)) ? "✗ " + said : title + ": " + said;
    auto lines = wrapped(message.empty() ? title : message, style.width);
    std::string out;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        bool titled = i == 0 && lines[0].starts_with(title); // the title in colour, the sentence in bold
        if (titled) out += paint(bad ? Ink::bad : Ink::good, title) + paint(Ink::strong, lines[0].substr(title.size())) + "\n";
        else out += (i ? "  " : "") + paint(Ink::strong, lines[i]) + "\n";
    }
    std::string where = shown_path(trace.file);
    if (!trace.pattern.empty()) where += (where.empty() ? "" : ", ") + trace.pattern;
    const std::string how = trace.on_real_threads ? "on real threads" : fmt::format("memory model {}", name_of(trace.model));
    out += paint(Ink::faint, fmt::format("  {}{}{}", where, where.empty() ? "" : ", ", how)) + "\n";
    return out;
}

/// What a user calls an access already.
bool is_atomic_itself(const SourceSite& site) {
    return site.function.starts_with("std::atomic") || site.function.starts_with("std::__atomic_base");
}

std::string part(const Trace& trace, const trace::Part& part, const TextStyle& style, const Paint& paint) {
    std::string number = part.site.known() ? std::to_string(part.site.line) : "";
    std::string margin(number.size() + 2, ' ');
    std::string out = "  " + paint.thread(part.thread, thread_label(trace, part.thread));
    out += (part.what.empty() ? "" : ": " + harmless(part.what)) + "\n";
    if (!part.site.known()) return part.site.function.empty() ? out : out + paint(Ink::faint, "    in " + part.site.function) + "\n";

    SourceText source = source_text(part.site);
    if (source.text.empty()) return out + paint(Ink::faint, "    at " + place_of(part.site)) + "\n";
    out += paint(Ink::faint, margin + "┌─ " + place_of(part.site)) + "\n";
    out += paint(Ink::faint, " " + number + " │ ") + trimmed(harmless(source.text), std::max(style.width - static_cast<int>(margin.size()) - 2, 20)) + "\n";
    int caret = part.site.column - 1 - source.indent;
    if (part.site.column > 0 && caret >= 0 && caret < style.width - static_cast<int>(margin.size()) - 3)
        out += paint(Ink::faint, margin + "│ ") + std::string(caret, ' ') + paint(Ink::bad, "^") + "\n";
    if (!part.inside.empty() && !is_atomic_itself(part.inside.front()))
        out += paint(Ink::faint, margin + "│ inside the library, at " + place_of(part.inside.front())) + "\n";
    for (const SourceSite& caller : part.stack) out += paint(Ink::faint, margin + "│ called from " + place_of(caller)) + "\n";
    return out;
}

std::string parts(const Trace& trace, const TextStyle& style, const Paint& paint) {
    std::string out;
    for (const auto& one : trace.violation.parts) out += "\n" + part(trace, one, style, paint);
    if (!trace.violation.hint.empty()) {
        out += "\n";
        for (const std::string& line : wrapped(harmless(trace.violation.hint), style.width - 2)) out += "  " + paint(Ink::notice, line) + "\n";
    }
    return out;
}

std::string heading(const std::string& words, const Paint& paint) { return "\n" + paint(Ink::strong, words) + "\n\n"; }

std::string story(const Trace& trace, const TextStyle& style, const Paint& paint) {
    if (trace.steps.empty()) return {};
    std::size_t count = trace.steps.size(), switches = 0;
    for (std::size_t i = 1; i < count; ++i) switches += trace.steps[i].thread != trace.steps[i - 1].thread;
    std::string title = fmt::format("How it happens, in {} step{}", count, count == 1 ? "" : "s");
    if (switches) title += fmt::format(" and {} change{} of thread", switches, switches == 1 ? "" : "s");
    std::string out = heading(title, paint) + columns(trace, style);
    if (std::size_t left_out = 0; !style.unfolded) {
        for (const trace::Fold& fold : trace::folds_of(trace)) left_out += fold.count;
        if (left_out) out += paint(Ink::faint, fmt::format("\n  {} that {} not matter to this {} folded (heddle report --unfold TRACE shows all)", left_out == 1 ? "1 step" : fmt::format("{} steps", left_out), left_out == 1 ? "does" : "do", left_out == 1 ? "is" : "are")) + "\n";
    }
    bool stale = std::any_of(trace.steps.begin(), trace.steps.end(), [](const trace::Step& step) { return step.stale; });
    if (!stale) return out;
    out += "\n";
    for (const std::string& line : wrapped(memory::traits_of(trace.model).why_stale, style.width - 2)) out += "  " + paint(Ink::notice, line) + "\n";
    return out;
}

std::string values(const Trace& trace, const Paint& paint) {
    const auto& all = trace.violation.values;
    if (all.empty()) return {};
    int widest = 0;
    for (const auto& [name, value] : all) widest = std::max(widest, width_of(name));
    std::string out = heading("Values", paint);
    for (const auto& [name, value] : all) out += "  " + padded(name, widest) + " = " + harmless(value) + "\n";
    return out;
}

std::string output(const Trace& trace, const Paint& paint) {
    if (trace.output.empty()) return {};
    std::string out = heading("What the program printed", paint);
    std::string_view rest = trace.output;
    while (!rest.empty()) {
        std::size_t end = std::min(rest.find('\n'), rest.size());
        out += paint(Ink::faint, "  │ ") + harmless(rest.substr(0, end)) + "\n";
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return out;
}

} // namespace

std::string text(const Trace& given, const TextStyle& given_style) {
    Trace trace = printable(given);
    trace::collapse_spins(trace); // changes nothing when it was done before
    TextStyle style = given_style;
    style.width = std::max(style.width, 60);
    Paint paint(style.colour);
    return verdict(trace, style, paint) + parts(trace, style, paint) + story(trace, style, paint) + values(trace, paint) + output(trace, paint);
}

} // namespace heddle::report
