// What the two output streams are, and the line that shows progress on one of them.
#pragma once

#include <cstdio>
#include <string>

#include "report/style.hpp"

namespace heddle::cli {

bool is_terminal(std::FILE* stream);

/// Colours on a terminal without NO_COLOR; the terminal's width, or 100.
report::TextStyle style_of(std::FILE* stream);

/// One line on stderr that is written over and over; nothing at all when stderr is no terminal.
class ProgressLine {
public:
    ProgressLine();
    ~ProgressLine() { clear(); }
    bool wanted() const { return wanted_; }
    void show(const std::string& text);
    void clear();

private:
    bool wanted_, shown_ = false;
};

} // namespace heddle::cli
