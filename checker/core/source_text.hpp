// The text of the user's source lines, for reports.
#pragma once

#include <string>

#include "core/site.hpp"

namespace heddle {

/// A line of source, ready to be shown with a marker below it.
struct SourceText {
    std::string text; ///< blanks at both ends removed, tabs inside are single blanks; empty when it cannot be read
    int indent = 0;   ///< characters removed at the left: column c of the site stands at text[c - 1 - indent]
};

/// That line of its file. Files are read once and kept; a file that is missing or changed length gives empty text.
SourceText source_text(const SourceSite& site);

/// The text of that line of a source file, blanks at both ends removed; empty when it cannot be read.
std::string source_line(const SourceSite& site);

} // namespace heddle
