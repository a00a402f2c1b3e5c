// Which text a format of printf() shows: what %s is given is read.
#pragma once

#include <cstdarg>
#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace heddle {

/// Calls visit(text, size) for each argument of a %s, with the bytes of it that are read: its NUL too, unless the precision
/// ends it before. Formats with numbered arguments are left where the first number stands; wide text is left out.
template <typename Visit>
void for_each_printed_text(const char* format, std::va_list arguments, const Visit& visit) {
    std::va_list rest;
    va_copy(rest, arguments);
    for (const char* at = std::strchr(format, '%'); at; at = std::strchr(at, '%')) {
        long precision = -1;
        bool wide = false, longer = false, of_size = false;
        for (++at; *at && std::strchr("-+ #0'123456789.*hlLqjzt$", *at); ++at) {
            if (*at == '*') {
                const int given = va_arg(rest, int);
                if (at[-1] == '.') precision = given;
            }
            if (*at == '.' && at[1] != '*') precision = std::strtol(at + 1, nullptr, 10);
            if (*at == '$') return va_end(rest);
            longer |= *at == 'l' || *at == 'q' || *at == 'j', of_size |= *at == 'z' || *at == 't', wide |= *at == 'L';
        }
        switch (*at) {
        case '%': break;
        case 'd': case 'i': case 'u': case 'x': case 'X': case 'o': case 'c':
            if (longer || of_size) va_arg(rest, long);
            else va_arg(rest, int);
            break;
        case 'e': case 'E': case 'f': case 'F': case 'g': case 'G': case 'a': case 'A':
            if (wide) va_arg(rest, long double);
            else va_arg(rest, double);
            break;
        case 's': {
            const char* text = va_arg(rest, const char*);
            if (longer || !text) break;
            const std::size_t most = precision < 0 ? ~std::size_t{0} : static_cast<std::size_t>(precision);
            const std::size_t size = precision < 0 ? std::strlen(text) : strnlen(text, most);
            visit(text, size < most ? size + 1 : size);
            break;
        }
        case 'p': va_arg(rest, void*); break;
        default: return va_end(rest); // %n, %m and what else there may be
        }
        if (*at) ++at;
    }
    va_end(rest);
}

} // namespace heddle
