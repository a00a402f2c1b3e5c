#include "report/html.hpp"

#include <functional>

#include <fmt/format.h>

#include "report/html_assets.hpp"
#include "report/page_data.hpp"
#include "report/phrase.hpp"
#include "report/result_text.hpp"

namespace heddle::report {
namespace {

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        default: out += c;
        }
    return out;
}

/// What stands in a script element ends with the first "</script", whatever is around it: so there is no "<" in it.
std::string as_script_data(std::string_view json) {
    std::string out;
    for (const char c : json) out += c == '<' ? "\\u003c" : std::string(1, c);
    return out;
}

std::string title_of(const trace::Report& report) {
    if (report.results.size() != 1) return fmt::format("heddle {}", name_of(report.command));
    return fmt::format("{}: {} – heddle", phrase(report.results.front().verdict), name_of_entry(report.results.front()));
}

/// Each {{name}} of the page becomes its text. What is put in is not looked through again.
std::string filled(std::string_view page, const std::function<std::string(std::string_view)>& text_of) {
    std::string out;
    while (!page.empty()) {
        const std::size_t begin = page.find("{{"), end = begin == page.npos ? page.npos : page.find("}}", begin);
        if (end == page.npos) return out.append(page);
        out.append(page.substr(0, begin)).append(text_of(page.substr(begin + 2, end - begin - 2)));
        page.remove_prefix(end + 2);
    }
    return out;
}

} // namespace

std::string html_report(const trace::Report& report, const TextStyle& style) {
    return filled(html_page, [&](std::string_view name) -> std::string {
        if (name == "style") return std::string(html_style);
        if (name == "script") return std::string(html_script);
        if (name == "data") return as_script_data(page_data(report));
        if (name == "text") return escaped(text_report(report, style));
        return escaped(title_of(report));
    });
}

} // namespace heddle::report
