#include "cli/terminal.hpp"

#include <cctype>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace heddle::cli {

bool is_terminal(std::FILE* stream) { return ::isatty(::fileno(stream)) == 1; }

namespace {

constexpr std::chrono::seconds heartbeat{30};

bool is_set(const char* variable) {
    const char* value = std::getenv(variable);
    return value && *value;
}

/// As the C library decides it: the first of the three that is set.
bool is_utf8_locale() {
    for (const char* variable : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        if (!is_set(variable)) continue;
        std::string value = std::getenv(variable);
        for (char& c : value) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        return value.find("utf-8") != value.npos || value.find("utf8") != value.npos;
    }
    return true; // nothing is said: many containers, whose output is seen elsewhere
}

} // namespace

report::TextStyle style_of(std::FILE* stream) {
    report::TextStyle style;
    const char* force = std::getenv("CLICOLOR_FORCE");
    style.colour = force && *force && std::strcmp(force, "0") != 0 && !is_set("NO_COLOR");
    if (!is_terminal(stream)) return style;
    const char* term = std::getenv("TERM");
    style.colour |= !is_set("NO_COLOR") && !(term && std::strcmp(term, "dumb") == 0);
    style.ascii = !is_utf8_locale();
    winsize size{};
    if (::ioctl(::fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) style.width = size.ws_col;
    return style;
}

ProgressLine::ProgressLine(bool quiet) : wanted_(!quiet), terminal_(is_terminal(stderr)) {}

void ProgressLine::show(const std::string& text) {
    if (!wanted_) return;
    if (!terminal_) {
        const auto now = std::chrono::steady_clock::now();
        if (now - last_ < heartbeat) return;
        last_ = now;
        fmt::print(stderr, "heddle: {}\n", text);
        std::fflush(stderr);
        return;
    }
    fmt::print(stderr, "\r\033[K{}", text.substr(0, static_cast<std::size_t>(style_of(stderr).width - 1)));
    std::fflush(stderr);
    shown_ = true;
}

void ProgressLine::clear() {
    if (shown_) fmt::print(stderr, "\r\033[K");
    shown_ = false;
}

} // namespace heddle::cli
