#include "report/paint.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/printable.hpp"

namespace heddle::report {
namespace {

bool starts_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }

} // namespace

std::string Paint::with(std::string_view code, std::string_view text) const {
    bool blank = text.find_first_not_of(' ') == text.npos;
    if (!colour_ || code.empty() || blank) return std::string(text);
    return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

std::string Paint::operator()(Ink ink, std::string_view text) const {
    constexpr std::array codes{"", "1", "2", "1;32", "1;31", "33"};
    return with(codes[static_cast<std::size_t>(ink)], text);
}

std::string Paint::thread(int id, std::string_view text) const {
    constexpr std::array codes{"36", "35", "34", "32", "96", "95"}; // neither red nor yellow: those have a meaning
    return with(codes[static_cast<std::size_t>(id < 0 ? 0 : id) % codes.size()], text);
}

int width_of(std::string_view utf8) {
    int width = 0;
    for (char c : utf8) width += starts_character(c);
    return width;
}

std::string trimmed(std::string_view utf8, int width) {
    if (width_of(utf8) <= width) return std::string(utf8);
    if (width <= 0) return {};
    std::size_t end = 0;
    for (int seen = 0; end < utf8.size(); ++end)
        if (starts_character(utf8[end]) && ++seen == width) break;
    while (end > 0 && utf8[end - 1] == ' ') --end;
    return std::string(utf8.substr(0, end)) + "…";
}

std::string shortened(std::string_view utf8, int width) {
    const int all = width_of(utf8);
    if (all <= width) return std::string(utf8);
    if (width < 5) return trimmed(utf8, width);
    const int head = (width - 1) / 2, tail = width - 1 - head;
    std::size_t begin = utf8.size();
    for (int seen = 0; begin > 0 && seen < tail;) seen += starts_character(utf8[--begin]);
    return trimmed(utf8, head + 1) + std::string(utf8.substr(begin));
}

std::vector<std::string> wrapped(std::string_view text, int width) {
    std::vector<std::string> lines;
    std::size_t at = 0;
    while (at < text.size()) {
        std::size_t end = std::min(text.find(' ', at), text.size());
        std::string_view word = text.substr(at, end - at);
        at = end + 1;
        if (word.empty()) continue;
        if (!lines.empty() && width_of(lines.back()) + 1 + width_of(word) <= width) (lines.back() += ' ') += word;
        else lines.emplace_back(word);
    }
    return lines;
}

std::string padded(std::string text, int width) {
    int missing = width - width_of(text);
    if (missing > 0) text.append(missing, ' ');
    return text;
}

std::string harmless(std::string_view text) {
    std::string result;
    for (const char c : text) result += c == '\t' ? "    " : std::string(1, c);
    return printable_line(result);
}

} // namespace heddle::report
