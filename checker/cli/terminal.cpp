#include "cli/terminal.hpp"

#include <cstdlib>
#include <cstring>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace heddle::cli {

bool is_terminal(std::FILE* stream) { return ::isatty(::fileno(stream)) == 1; }

report::TextStyle style_of(std::FILE* stream) {
    report::TextStyle style;
    if (!is_terminal(stream)) return style;
    const char* no_color = std::getenv("NO_COLOR");
    const char* term = std::getenv("TERM");
    style.colour = !(no_color && *no_color) && !(term && std::strcmp(term, "dumb") == 0);
    winsize size{};
    if (::ioctl(::fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) style.width = size.ws_col;
    return style;
}

ProgressLine::ProgressLine() : wanted_(is_terminal(stderr)) {}

void ProgressLine::show(const std::string& text) {
    if (!wanted_) return;
    fmt::print(stderr, "\r\033[K{}", text.substr(0, static_cast<std::size_t>(style_of(stderr).width - 1)));
    std::fflush(stderr);
    shown_ = true;
}

void ProgressLine::clear() {
    if (shown_) fmt::print(stderr, "\r\033[K");
    shown_ = false;
}

} // namespace heddle::cli
