// What the program prints through stdio, and formatting into its memory. Output to stdout and stderr is kept; other files
// are the real functions' business.

#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "core/printed_text.hpp"
#include "runtime/hooks.hpp"
#include "runtime/output.hpp"

using namespace heddle::runtime;

namespace {

bool is_kept(std::FILE* file) { return file == stdout || file == stderr; }

/// The format and the text that %s is given are read.
void tell_texts(const char* format, std::va_list arguments, std::uint64_t pc) {
    if (!listening) return;
    plain_read(format, std::strlen(format) + 1, pc);
    heddle::for_each_printed_text(format, arguments, [&](const char* text, std::size_t size) { plain_read(text, size, pc); });
}

int print(const char* format, std::va_list arguments, std::uint64_t pc) {
    tell_texts(format, arguments, pc);
    char text[512];
    std::va_list again;
    va_copy(again, arguments);
    const int length = std::vsnprintf(text, sizeof text, format, arguments);
    if (length >= 0 && static_cast<std::size_t>(length) < sizeof text) {
        capture_output(text, static_cast<std::size_t>(length));
    } else if (length > 0) {
        auto* longer = static_cast<char*>(std::malloc(static_cast<std::size_t>(length) + 1));
        if (longer) {
            std::vsnprintf(longer, static_cast<std::size_t>(length) + 1, format, again);
            capture_output(longer, static_cast<std::size_t>(length));
            std::free(longer);
        }
    }
    va_end(again);
    return length;
}

int print_to(std::FILE* file, const char* format, std::va_list arguments, std::uint64_t pc) {
    if (is_kept(file)) return print(format, arguments, pc);
    tell_texts(format, arguments, pc);
    if (listening) listening->opaque_call("fprintf");
    return std::vfprintf(file, format, arguments);
}

int put_text(const char* text, std::size_t length, std::FILE* file, std::uint64_t pc) {
    plain_read(text, length, pc);
    if (is_kept(file)) {
        capture_output(text, length);
        return 1;
    }
    if (listening) listening->opaque_call("fwrite");
    return static_cast<int>(std::fwrite(text, 1, length, file));
}

int format_into(char* to, std::size_t room, const char* format, std::va_list arguments, std::uint64_t pc) {
    tell_texts(format, arguments, pc);
    if (listening) {
        std::va_list again;
        va_copy(again, arguments);
        const int length = std::vsnprintf(nullptr, 0, format, again);
        va_end(again);
        if (length >= 0 && room > 0) {
            const std::size_t wanted = static_cast<std::size_t>(length) + 1;
            plain_write(to, wanted < room ? wanted : room, pc);
        }
    }
    return std::vsnprintf(to, room, format, arguments);
}

constexpr std::size_t unlimited = 0x7fffffff;

} // namespace

#define HEDDLE_WITH_ARGUMENTS(last, expression)                                                                        \
    std::va_list arguments;                                                                                            \
    va_start(arguments, last);                                                                                         \
    const int result = expression;                                                                                     \
    va_end(arguments);                                                                                                 \
    return result

extern "C" {

int heddle_printf(const char* format, ...) { HEDDLE_WITH_ARGUMENTS(format, print(format, arguments, HEDDLE_PC)); }
int heddle_printf_chk(int, const char* format, ...) { HEDDLE_WITH_ARGUMENTS(format, print(format, arguments, HEDDLE_PC)); }
int heddle_vprintf(const char* format, std::va_list arguments) { return print(format, arguments, HEDDLE_PC); }
int heddle_vprintf_chk(int, const char* format, std::va_list arguments) { return print(format, arguments, HEDDLE_PC); }
int heddle_fprintf(std::FILE* file, const char* format, ...) {
    HEDDLE_WITH_ARGUMENTS(format, print_to(file, format, arguments, HEDDLE_PC));
}
int heddle_fprintf_chk(std::FILE* file, int, const char* format, ...) {
    HEDDLE_WITH_ARGUMENTS(format, print_to(file, format, arguments, HEDDLE_PC));
}
int heddle_vfprintf(std::FILE* file, const char* format, std::va_list arguments) {
    return print_to(file, format, arguments, HEDDLE_PC);
}
int heddle_vfprintf_chk(std::FILE* file, int, const char* format, std::va_list arguments) {
    return print_to(file, format, arguments, HEDDLE_PC);
}
int heddle_dprintf(int, const char* format, ...) { HEDDLE_WITH_ARGUMENTS(format, print(format, arguments, HEDDLE_PC)); }

int heddle_puts(const char* text) {
    put_text(text, std::strlen(text), stdout, HEDDLE_PC);
    capture_output("\n", 1);
    return 1;
}
int heddle_fputs(const char* text, std::FILE* file) { return put_text(text, std::strlen(text), file, HEDDLE_PC); }
int heddle_fputc(int c, std::FILE* file) {
    if (!is_kept(file)) return std::fputc(c, file);
    const char text = static_cast<char>(c);
    capture_output(&text, 1);
    return static_cast<unsigned char>(text);
}
int heddle_putchar(int c) { return heddle_fputc(c, stdout); }
std::size_t heddle_fwrite(const void* data, std::size_t size, std::size_t count, std::FILE* file) {
    put_text(static_cast<const char*>(data), size * count, file, HEDDLE_PC);
    return count;
}
int heddle_fflush(std::FILE* file) { return !file || is_kept(file) ? 0 : std::fflush(file); }
void heddle_perror(const char* text) {
    const int error = current().error_number;
    put_text(text, std::strlen(text), stderr, HEDDLE_PC);
    const char* meaning = std::strerror(error);
    capture_output(": ", 2);
    capture_output(meaning, std::strlen(meaning));
    capture_output("\n", 1);
}

int heddle_sprintf(char* to, const char* format, ...) {
    HEDDLE_WITH_ARGUMENTS(format, format_into(to, unlimited, format, arguments, HEDDLE_PC));
}
int heddle_sprintf_chk(char* to, int, std::size_t room, const char* format, ...) {
    HEDDLE_WITH_ARGUMENTS(format, format_into(to, room < unlimited ? room : unlimited, format, arguments, HEDDLE_PC));
}
int heddle_snprintf(char* to, std::size_t room, const char* format, ...) {
    HEDDLE_WITH_ARGUMENTS(format, format_into(to, room, format, arguments, HEDDLE_PC));
}
int heddle_snprintf_chk(char* to, std::size_t room, int, std::size_t, const char* format, ...) {
    HEDDLE_WITH_ARGUMENTS(format, format_into(to, room, format, arguments, HEDDLE_PC));
}
int heddle_vsprintf(char* to, const char* format, std::va_list arguments) {
    return format_into(to, unlimited, format, arguments, HEDDLE_PC);
}
int heddle_vsnprintf(char* to, std::size_t room, const char* format, std::va_list arguments) {
    return format_into(to, room, format, arguments, HEDDLE_PC);
}

} // extern "C"
