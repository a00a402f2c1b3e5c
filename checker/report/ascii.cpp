#include "report/ascii.hpp"

#include <array>
#include <utility>

namespace heddle::report {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 14> signs{{
    {"✗", "x"}, {"✓", "v"}, {"→", "->"}, {"▶", ">"}, {"│", "|"}, {"┌", "+"}, {"─", "-"},
    {"…", "..."}, {"×", "x"}, {"–", "-"}, {"—", "-"}, {"≥", ">="}, {"≤", "<="}, {"·", "."},
}};

/// So many blanks fewer at the next place where there are two or more.
void take_blanks(std::string& line, std::size_t from, std::size_t count) {
    while (count > 0) {
        const std::size_t gap = line.find("  ", from);
        if (gap == line.npos) return;
        line.erase(gap, 1);
        --count;
    }
}

std::string line_in_ascii(std::string line) {
    for (std::size_t at = 0; at < line.size(); ++at) {
        if (static_cast<unsigned char>(line[at]) < 0x80) continue;
        for (const auto& [sign, letters] : signs) {
            if (line.compare(at, sign.size(), sign) != 0) continue;
            line.replace(at, sign.size(), letters);
            take_blanks(line, at + letters.size(), letters.size() - 1);
            at += letters.size() - 1;
            break;
        }
    }
    return line;
}

} // namespace

std::string in_ascii(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        out += line_in_ascii(std::string(text.substr(0, end)));
        if (end < text.size()) out += '\n';
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

} // namespace heddle::report
