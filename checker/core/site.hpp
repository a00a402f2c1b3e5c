// A place in the user's source code.
#pragma once

#include <string>

namespace heddle {

struct SourceSite {
    std::string file;     ///< as the compiler recorded it; empty when unknown
    int line = 0;         ///< 1-based; 0 when unknown
    int column = 0;       ///< 1-based; 0 when unknown
    std::string function; ///< demangled, without parameters; empty when unknown

    bool known() const { return line > 0; }
    bool operator==(const SourceSite&) const = default;
};

} // namespace heddle
