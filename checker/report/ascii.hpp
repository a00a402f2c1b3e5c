// Text for terminals that show nothing but ASCII.
#pragma once

#include <string>
#include <string_view>

namespace heddle::report {

/// heddle's own signs in letters of ASCII: "->" for an arrow, "|" for a line. What stands in columns stays there as far as there are
/// blanks to take from. Names of the user's are left as they are.
std::string in_ascii(std::string_view text);

} // namespace heddle::report
