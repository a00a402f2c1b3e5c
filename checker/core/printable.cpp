#include "core/printable.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace heddle {
namespace {

unsigned char byte(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

/// How many bytes the character there takes, in UTF-8; 0: it is a control character, or no UTF-8 at all.
std::size_t length_of_printable(std::string_view text, std::size_t at) {
    const unsigned first = byte(text, at);
    if (first < 0x80) return first >= 0x20 && first != 0x7f;
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || at + length > text.size()) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte(text, at + i) & 0xc0) != 0x80) return 0;
    if (first == 0xc2 && byte(text, at + 1) < 0xa0) return 0; // U+0080 to U+009F: among them the one-byte CSI
    return length;
}

std::string without_controls(std::string_view text, std::string_view but_for) {
    std::string shown;
    shown.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = but_for.find(text[i]) != but_for.npos ? 1 : length_of_printable(text, i);
        if (length) shown += text.substr(i, length);
        else shown += fmt::format("\\x{:02x}", byte(text, i));
        i += std::max<std::size_t>(length, 1);
    }
    return shown;
}

} // namespace

std::string printable(std::string_view text) { return without_controls(text, "\n\t"); }

std::string printable_line(std::string_view text) { return without_controls(text, ""); }

std::string quoted_for_shell(std::string_view word) {
    constexpr std::string_view harmless = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./+:=,@%";
    if (!word.empty() && word.find_first_not_of(harmless) == word.npos) return std::string(word);
    std::string quoted = "'";
    for (const char c : word) {
        if (c == '\'') quoted += "'\\''";
        else quoted += c;
    }
    return quoted + "'";
}

} // namespace heddle
