#include "report/formats.hpp"

#include <array>

#include "report/annotations.hpp"
#include "report/chrome_trace.hpp"
#include "report/dot.hpp"
#include "report/html.hpp"
#include "report/junit.hpp"
#include "report/markdown.hpp"
#include "report/result_text.hpp"
#include "report/sarif.hpp"
#include "trace/report_json.hpp"

namespace heddle::report {
namespace {

std::string json_report(const trace::Report& report, const TextStyle&) { return trace::to_json(report, 2) + "\n"; }

/// The first whose extension fits: longer ones before those that they end with.
constexpr std::array rows{
    Format{".txt", text_report},
    Format{".perfetto.json", chrome_trace_report},
    Format{".json", json_report},
    Format{".html", html_report},
    Format{".md", markdown_report},
    Format{".sarif", sarif_report},
    Format{".xml", junit_report},
    Format{".dot", dot_report},
    Format{".github", annotations_report},
};

} // namespace

std::span<const Format> formats() { return rows; }

const Format* format_for(std::string_view path) {
    for (const Format& format : rows)
        if (path.ends_with(format.extension)) return &format;
    return nullptr;
}

std::string names_of_formats() {
    std::string names;
    for (std::size_t i = 0; i < rows.size(); ++i)
        names.append(i == 0 ? "" : i + 1 == rows.size() ? " and " : ", ").append(rows[i].extension);
    return names;
}

} // namespace heddle::report
