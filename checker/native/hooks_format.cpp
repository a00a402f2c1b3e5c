// Text in formats: what printf() is given to show is read, what it prints into is written, and so is what scanf() finds.
#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cwchar>

#include "core/printed_text.hpp"
#include "native/accesses.hpp"
#include "native/hook.hpp"
#include "native/real.hpp"

namespace heddle::native {
namespace {

void reads(const void* p, std::size_t size, std::uint64_t pc) { access_range(reinterpret_cast<std::uint64_t>(p), size, Access::read, pc); }
void writes(void* p, std::size_t size, std::uint64_t pc) { access_range(reinterpret_cast<std::uint64_t>(p), size, Access::write, pc); }

/// What %s is given is read, as far as it is shown.
void reads_arguments(const char* format, va_list arguments, std::uint64_t pc) {
    for_each_printed_text(format, arguments, [&](const char* text, std::size_t size) { reads(text, size, pc); });
}

/// The text that was printed, with its NUL, as far as there was room.
void printed(char* to, int size, std::size_t room, std::uint64_t pc) {
    if (size >= 0) writes(to, std::min(static_cast<std::size_t>(size) + 1, room), pc);
}
constexpr std::size_t no_limit = ~std::size_t{0};

// Each in two forms: with the arguments as they are, and as a list. Those that a compiler puts in their place to check the
// room (_chk) have a flag, and the room, besides.

int print_list(const char* format, va_list list) {
    reads_arguments(format, list, HEDDLE_CALLER);
    return std::vprintf(format, list);
}
int print_list_checked(int, const char* format, va_list list) {
    reads_arguments(format, list, HEDDLE_CALLER);
    return std::vprintf(format, list);
}
int print_list_to(FILE* stream, const char* format, va_list list) {
    reads_arguments(format, list, HEDDLE_CALLER);
    return std::vfprintf(stream, format, list);
}
int print_list_to_checked(FILE* stream, int, const char* format, va_list list) {
    reads_arguments(format, list, HEDDLE_CALLER);
    return std::vfprintf(stream, format, list);
}
int print_list_into(char* to, const char* format, va_list list) {
    reads_arguments(format, list, HEDDLE_CALLER);
    const int size = std::vsprintf(to, format, list);
    return printed(to, size, no_limit, HEDDLE_CALLER), size;
}
int print_list_into_checked(char* to, int, std::size_t room, const char* format, va_list list) {
    reads_arguments(format, list, HEDDLE_CALLER);
    const int size = std::vsnprintf(to, room, format, list);
    if (size >= 0 && static_cast<std::size_t>(size) >= room) std::abort(); // what the check is for
    return printed(to, size, no_limit, HEDDLE_CALLER), size;
}
int print_list_within(char* to, std::size_t room, const char* format, va_list list) {
    reads_arguments(format, list, HEDDLE_CALLER);
    const int size = std::vsnprintf(to, room, format, list);
    return printed(to, size, room, HEDDLE_CALLER), size;
}
int print_list_within_checked(char* to, std::size_t room, int, std::size_t, const char* format, va_list list) {
    reads_arguments(format, list, HEDDLE_CALLER);
    const int size = std::vsnprintf(to, room, format, list);
    return printed(to, size, room, HEDDLE_CALLER), size;
}
int print_list_anew(char** to, const char* format, va_list list) {
    reads_arguments(format, list, HEDDLE_CALLER);
    const int size = HEDDLE_NATIVE(vasprintf)(to, format, list);
    if (size >= 0) writes(to, sizeof *to, HEDDLE_CALLER), printed(*to, size, no_limit, HEDDLE_CALLER);
    return size;
}
int print_list_to_file(int file, const char* format, va_list list) {
    reads_arguments(format, list, HEDDLE_CALLER);
    return ::vdprintf(file, format, list);
}

/// The form with `...` does what the one with a list does, as the same call.
#define HEDDLE_PRINTS(name, parameters, ...)                \
    int name parameters {                                   \
        va_list list;                                       \
        va_start(list, format);                             \
        reads_arguments(format, list, HEDDLE_CALLER);       \
        const int size = __VA_ARGS__;                       \
        va_end(list);                                       \
        return size;                                        \
    }
HEDDLE_PRINTS(print_out, (const char* format, ...), std::vprintf(format, list))
HEDDLE_PRINTS(print_out_checked, (int, const char* format, ...), std::vprintf(format, list))
HEDDLE_PRINTS(print_to, (FILE* stream, const char* format, ...), std::vfprintf(stream, format, list))
HEDDLE_PRINTS(print_to_checked, (FILE* stream, int, const char* format, ...), std::vfprintf(stream, format, list))
HEDDLE_PRINTS(print_to_file, (int file, const char* format, ...), ::vdprintf(file, format, list))
#undef HEDDLE_PRINTS

#define HEDDLE_PRINTS(name, parameters, room, ...)                            \
    int name parameters {                                                     \
        va_list list;                                                         \
        va_start(list, format);                                               \
        reads_arguments(format, list, HEDDLE_CALLER);                         \
        const int size = __VA_ARGS__;                                         \
        va_end(list);                                                         \
        return printed(to, size, room, HEDDLE_CALLER), size;                  \
    }
HEDDLE_PRINTS(print_into, (char* to, const char* format, ...), no_limit, std::vsprintf(to, format, list))
HEDDLE_PRINTS(print_within, (char* to, std::size_t most, const char* format, ...), most, std::vsnprintf(to, most, format, list))
HEDDLE_PRINTS(print_within_checked, (char* to, std::size_t most, int, std::size_t, const char* format, ...), most, std::vsnprintf(to, most, format, list))
#undef HEDDLE_PRINTS

int print_into_checked(char* to, int, std::size_t room, const char* format, ...) {
    va_list list;
    va_start(list, format);
    reads_arguments(format, list, HEDDLE_CALLER);
    const int size = std::vsnprintf(to, room, format, list);
    va_end(list);
    if (size >= 0 && static_cast<std::size_t>(size) >= room) std::abort();
    return printed(to, size, no_limit, HEDDLE_CALLER), size;
}
int print_anew(char** to, const char* format, ...) {
    va_list list;
    va_start(list, format);
    reads_arguments(format, list, HEDDLE_CALLER);
    const int size = HEDDLE_NATIVE(vasprintf)(to, format, list);
    va_end(list);
    if (size >= 0) writes(to, sizeof *to, HEDDLE_CALLER), printed(*to, size, no_limit, HEDDLE_CALLER);
    return size;
}

// --- scanf ---

/// The size of the number that a conversion stores.
std::size_t size_of_number(char conversion, int longs, int shorts, bool of_size, bool wide) {
    if (std::strchr("eEfFgGaA", conversion)) return wide ? sizeof(long double) : longs ? sizeof(double) : sizeof(float);
    return conversion == 'p' || longs || of_size || wide ? sizeof(long) : shorts >= 2 ? 1 : shorts == 1 ? 2 : sizeof(int);
}

/// The first `count` conversions have stored what they found.
void writes_arguments(const char* format, va_list list, int count, std::uint64_t pc) {
    va_list rest;
    va_copy(rest, list);
    for (const char* at = std::strchr(format, '%'); at && count > 0; at = std::strchr(at, '%')) {
        ++at;
        if (*at == '%') {
            ++at;
            continue;
        }
        const bool dropped = *at == '*';
        if (dropped) ++at;
        std::size_t width = 0;
        while (*at >= '0' && *at <= '9') width = width * 10 + static_cast<std::size_t>(*at++ - '0');
        if (*at == '$') break; // numbered arguments are not followed
        int longs = 0, shorts = 0;
        bool of_size = false, wide = false, made = false;
        for (; *at && std::strchr("hlLqjztm'", *at); ++at)
            longs += *at == 'l' || *at == 'q' || *at == 'j', shorts += *at == 'h', of_size |= *at == 'z' || *at == 't', wide |= *at == 'L', made |= *at == 'm';
        const char conversion = *at;
        if (!conversion) break;
        if (conversion == '[') { // up to the bracket that ends it; one that comes first does not
            ++at;
            if (*at == '^') ++at;
            if (*at == ']') ++at;
            while (*at && *at != ']') ++at;
        }
        if (*at) ++at;
        if (dropped) continue;
        void* const to = va_arg(rest, void*);
        if (conversion == 'n') {
            writes(to, size_of_number('d', longs, shorts, of_size, wide), pc);
            continue; // it is not counted
        }
        --count;
        const std::size_t character = longs ? sizeof(wchar_t) : 1;
        if (made) writes(to, sizeof(char*), pc);
        else if (conversion == 'c' || conversion == 'C') writes(to, (width ? width : 1) * (conversion == 'C' ? sizeof(wchar_t) : character), pc);
        else if (conversion == 's' || conversion == '[')
            writes(to, longs ? (std::wcslen(static_cast<wchar_t*>(to)) + 1) * sizeof(wchar_t) : std::strlen(static_cast<char*>(to)) + 1, pc);
        else if (std::strchr("diuoxXpeEfFgGaA", conversion)) writes(to, size_of_number(conversion, longs, shorts, of_size, wide), pc);
        else break;
    }
    va_end(rest);
}

template <typename Scan>
int scanned(const char* format, va_list list, std::uint64_t pc, Scan scan) {
    reads(format, std::strlen(format) + 1, pc);
    va_list again;
    va_copy(again, list);
    const int count = scan();
    writes_arguments(format, again, count, pc);
    va_end(again);
    return count;
}
int scan_list(const char* format, va_list list) {
    return scanned(format, list, HEDDLE_CALLER, [&] { return std::vscanf(format, list); });
}
int scan_list_from(FILE* stream, const char* format, va_list list) {
    return scanned(format, list, HEDDLE_CALLER, [&] { return std::vfscanf(stream, format, list); });
}
int scan_list_of(const char* text, const char* format, va_list list) {
    reads(text, std::strlen(text) + 1, HEDDLE_CALLER);
    return scanned(format, list, HEDDLE_CALLER, [&] { return std::vsscanf(text, format, list); });
}
int scan(const char* format, ...) {
    va_list list;
    va_start(list, format);
    const int count = scanned(format, list, HEDDLE_CALLER, [&] { return std::vscanf(format, list); });
    va_end(list);
    return count;
}
int scan_from(FILE* stream, const char* format, ...) {
    va_list list;
    va_start(list, format);
    const int count = scanned(format, list, HEDDLE_CALLER, [&] { return std::vfscanf(stream, format, list); });
    va_end(list);
    return count;
}
int scan_of(const char* text, const char* format, ...) {
    va_list list;
    va_start(list, format);
    reads(text, std::strlen(text) + 1, HEDDLE_CALLER);
    const int count = scanned(format, list, HEDDLE_CALLER, [&] { return std::vsscanf(text, format, list); });
    va_end(list);
    return count;
}

} // namespace

std::span<const Hook> format_hooks() {
    static const Hook hooks[]{
        hook("printf", print_out), hook("vprintf", print_list), hook("__printf_chk", print_out_checked), hook("__vprintf_chk", print_list_checked),
        hook("__isoc99_printf", print_out), hook("__isoc99_vprintf", print_list),
        hook("fprintf", print_to), hook("vfprintf", print_list_to), hook("__fprintf_chk", print_to_checked),
        hook("__vfprintf_chk", print_list_to_checked), hook("__isoc99_fprintf", print_to), hook("__isoc99_vfprintf", print_list_to),
        hook("sprintf", print_into), hook("vsprintf", print_list_into), hook("__sprintf_chk", print_into_checked),
        hook("__vsprintf_chk", print_list_into_checked), hook("__isoc99_sprintf", print_into), hook("__isoc99_vsprintf", print_list_into),
        hook("snprintf", print_within), hook("vsnprintf", print_list_within), hook("__snprintf_chk", print_within_checked),
        hook("__vsnprintf_chk", print_list_within_checked), hook("__isoc99_snprintf", print_within), hook("__isoc99_vsnprintf", print_list_within),
        hook("asprintf", print_anew), hook("vasprintf", print_list_anew), hook("dprintf", print_to_file), hook("vdprintf", print_list_to_file),
        hook("scanf", scan), hook("vscanf", scan_list), hook("fscanf", scan_from), hook("vfscanf", scan_list_from),
        hook("sscanf", scan_of), hook("vsscanf", scan_list_of), hook("__isoc99_scanf", scan), hook("__isoc99_vscanf", scan_list),
        hook("__isoc99_fscanf", scan_from), hook("__isoc99_vfscanf", scan_list_from), hook("__isoc99_sscanf", scan_of),
        hook("__isoc99_vsscanf", scan_list_of), hook("__isoc23_scanf", scan), hook("__isoc23_fscanf", scan_from), hook("__isoc23_sscanf", scan_of),
        hook("__isoc23_vscanf", scan_list), hook("__isoc23_vfscanf", scan_list_from), hook("__isoc23_vsscanf", scan_list_of),
    };
    return hooks;
}

} // namespace heddle::native
