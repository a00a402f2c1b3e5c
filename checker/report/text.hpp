// A trace as text for a terminal: the verdict, the places it concerns, then the story with a column a thread.
#pragma once

#include <string>

#include "trace/trace.hpp"

namespace heddle::report {

struct TextStyle {
    bool colour = false; ///< ANSI escapes
    int width = 100;     ///< columns of the terminal; narrower than 60 is treated as 60
};

/// Ends with a newline. Reads the user's source files for the lines it shows; does without those it cannot read.
std::string text(const trace::Trace& trace, const TextStyle& style = {});

} // namespace heddle::report
