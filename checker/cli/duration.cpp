#include "cli/duration.hpp"

#include <fmt/format.h>

#include "core/error.hpp"

namespace heddle::cli {

std::chrono::milliseconds duration_of(const std::string& text) {
    std::size_t digits = 0;
    double number = -1;
    try {
        number = std::stod(text, &digits);
    } catch (const std::exception&) { // said below
    }
    const std::string unit = text.substr(digits);
    const double milliseconds = unit == "ms"                   ? 1
                                : unit == "s" || unit.empty()  ? 1e3
                                : unit == "m" || unit == "min" ? 6e4
                                : unit == "h"                  ? 36e5
                                                               : -1;
    if (!(number > 0) || milliseconds < 0 || number * milliseconds > 1e15)
        throw UserError(fmt::format("\"{}\" is no duration; say 500ms, 60s, 5m or 1h", text));
    return std::chrono::milliseconds(static_cast<std::int64_t>(number * milliseconds + 0.5));
}

} // namespace heddle::cli
