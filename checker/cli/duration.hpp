// Durations as users write them.
#pragma once

#include <chrono>
#include <string>

namespace heddle::cli {

/// "500ms", "60s", "5m" ("min"), "1h"; a number alone is seconds. Throws UserError for anything else, and for zero.
std::chrono::milliseconds duration_of(const std::string& text);

} // namespace heddle::cli
