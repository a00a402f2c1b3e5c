// Where a file is, as a reader at this place would type it, and a terminal or an editor opens it.
#pragma once

#include <string>

namespace heddle::report {

/// Relative to the current folder when that is no longer than the path itself.
std::string shown_path(const std::string& file);

} // namespace heddle::report
