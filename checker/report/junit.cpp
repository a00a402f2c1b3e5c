#include "report/junit.hpp"

#include <map>

#include <fmt/format.h>

#include "core/printable.hpp"
#include "report/phrase.hpp"
#include "report/result_text.hpp"
#include "report/shown_path.hpp"

namespace heddle::report {

namespace {

/// Control characters, which XML cannot have at all, are written out. Line ends of an attribute would become blanks.
std::string escaped(std::string_view text, bool attribute = true) {
    std::string out;
    for (const char c : printable(text)) switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        case '\n': out += attribute ? "&#10;" : "\n"; break;
        case '\t': out += attribute ? "&#9;" : "\t"; break;
        default: out += c;
        }
    return out;
}

double seconds_of(const trace::Result& result) {
    if (const auto* exploration = std::get_if<trace::Exploration>(&result.of)) return exploration->statistics.seconds;
    if (const auto* runs = std::get_if<trace::Runs>(&result.of)) return runs->seconds;
    return result.forecast ? result.forecast->seconds : 0;
}

bool is_error(const trace::Result& result) {
    const ExitStatus status = trace::status_of(result);
    return status != ExitStatus::verified && status != ExitStatus::violation;
}
bool is_failure(const trace::Result& result) { return trace::status_of(result) == ExitStatus::violation; }

std::string test_case(const trace::Result& result) {
    const auto model = result.model();
    std::string text = fmt::format("    <testcase classname=\"{}\" name=\"{}{}\" file=\"{}\" time=\"{:.3f}\"", escaped(shown_path(result.file)),
                                   escaped(result.pattern), model ? fmt::format(" [{}]", name_of(*model)) : "", escaped(shown_path(result.file)),
                                   seconds_of(result));
    if (!is_error(result) && !is_failure(result)) return text + "/>\n";
    const char* const element = is_failure(result) ? "failure" : "error";
    const std::string sentence = !result.reason.empty() || result.findings.empty() ? result.reason : result.findings.front().trace.violation.message;
    return text + fmt::format(">\n      <{} type=\"{}\" message=\"{}\">{}</{}>\n    </testcase>\n", element, name_of(result.verdict), escaped(sentence),
                              escaped(result_text(result, {}) + forecast_text(result, {}), false), element);
}

struct Suite {
    std::string name, cases;
    unsigned tests = 0, failures = 0, errors = 0;
    double seconds = 0;

    void add(const trace::Result& result) {
        ++tests, failures += is_failure(result), errors += is_error(result);
        seconds += seconds_of(result);
        cases += test_case(result);
    }
    std::string counts() const { return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"{:.3f}\"", tests, failures, errors, seconds); }
};

} // namespace

std::string junit_report(const trace::Report& report, const TextStyle&) {
    std::vector<Suite> suites; // in the order of the report
    Suite all;
    for (const trace::Result& result : report.results) {
        if (suites.empty() || suites.back().name != result.file) suites.push_back({.name = result.file});
        suites.back().add(result);
        all.add(result);
    }
    std::string text = fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"heddle {}\" {}>\n", name_of(report.command), all.counts());
    for (const Suite& suite : suites)
        text += fmt::format("  <testsuite name=\"{}\" {}>\n{}  </testsuite>\n", escaped(shown_path(suite.name)), suite.counts(), suite.cases);
    return text + "</testsuites>\n";
}

} // namespace heddle::report
