// Text of unknown origin, made fit for a terminal and for a shell.
#pragma once

#include <string>
#include <string_view>

namespace heddle {

/// Control characters (escape sequences, too) written out as \x1b; newlines and tabs stay. What is UTF-8 stays as it is.
std::string printable(std::string_view text);

/// The same, for what must stay on its line: newlines and tabs are written out too.
std::string printable_line(std::string_view text);

/// A word as a POSIX shell must be given it: as it is when that is the same, else in single quotes.
std::string quoted_for_shell(std::string_view word);

} // namespace heddle
