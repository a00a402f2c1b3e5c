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

/// "dining.cpp:12": for the middle of sentences; empty when unknown.
inline std::string short_place(const SourceSite& site) {
    return site.known() ? site.file.substr(site.file.find_last_of('/') + 1) + ":" + std::to_string(site.line) : std::string();
}

} // namespace heddle
