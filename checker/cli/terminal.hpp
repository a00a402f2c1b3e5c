// What the two output streams are, and the line that shows progress on one of them.
#pragma once

#include <chrono>
#include <cstdio>
#include <string>

#include "report/style.hpp"

namespace heddle::cli {

bool is_terminal(std::FILE* stream);

/// Colours on a terminal without NO_COLOR, or wherever it is with CLICOLOR_FORCE; the terminal's width, or 100. ASCII where the locale
/// has no UTF-8.
report::TextStyle style_of(std::FILE* stream);

/// On a terminal one line on stderr that is written over and over; elsewhere a line of its own every half a minute, as a sign of life.
class ProgressLine {
public:
    /// @param quiet nothing at all
    explicit ProgressLine(bool quiet = false);
    ~ProgressLine() { clear(); }
    bool wanted() const { return wanted_; }
    void show(const std::string& text);
    void clear();

private:
    bool wanted_, terminal_, shown_ = false;
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

} // namespace heddle::cli
