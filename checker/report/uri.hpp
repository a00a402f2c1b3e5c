// Files as URI references (RFC 3986).
#pragma once

#include <string>
#include <string_view>

namespace heddle::report {

/// "src/a%20b.cpp" for a relative path, "file:///…" for an absolute one.
inline std::string uri_of(std::string_view path) {
    constexpr std::string_view unreserved = "-._~/";
    constexpr char digits[] = "0123456789ABCDEF";
    std::string uri = path.starts_with('/') ? "file://" : "";
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || unreserved.find(c) != std::string_view::npos) uri += c;
        else uri += {'%', digits[byte >> 4], digits[byte & 15]};
    }
    return uri;
}

} // namespace heddle::report
