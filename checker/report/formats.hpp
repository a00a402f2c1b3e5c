// The formats of `--report FILE`, chosen by the file's extension. A new one is a file with its function and a row in formats.cpp.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "report/style.hpp"
#include "trace/report.hpp"

namespace heddle::report {

struct Format {
    std::string_view extension; ///< with its dot
    std::string (*render)(const trace::Report&, const TextStyle&);
};

std::span<const Format> formats();

/// The one for a file of that name; null when there is none.
const Format* format_for(std::string_view path);

/// ".txt, .json and .md"
std::string names_of_formats();

} // namespace heddle::report
