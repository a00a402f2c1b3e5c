// Functions of the C library that read and write the program's memory in its stead.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <strings.h>

#include "native/accesses.hpp"
#include "native/hook.hpp"
#include "native/real.hpp"

namespace heddle::native {
namespace {

void reads(const void* p, std::size_t size, std::uint64_t pc) { access_range(reinterpret_cast<std::uint64_t>(p), size, Access::read, pc); }
void writes(void* p, std::size_t size, std::uint64_t pc) { access_range(reinterpret_cast<std::uint64_t>(p), size, Access::write, pc); }

void* copy(void* to, const void* from, std::size_t size) {
    writes(to, size, HEDDLE_CALLER), reads(from, size, HEDDLE_CALLER);
    return std::memcpy(to, from, size);
}
void* copy_end(void* to, const void* from, std::size_t size) {
    writes(to, size, HEDDLE_CALLER), reads(from, size, HEDDLE_CALLER);
    return static_cast<char*>(std::memcpy(to, from, size)) + size;
}
void* move(void* to, const void* from, std::size_t size) {
    writes(to, size, HEDDLE_CALLER), reads(from, size, HEDDLE_CALLER);
    return std::memmove(to, from, size);
}
void* set(void* to, int value, std::size_t size) {
    writes(to, size, HEDDLE_CALLER);
    return std::memset(to, value, size);
}
void zero(void* to, std::size_t size) {
    writes(to, size, HEDDLE_CALLER);
    std::memset(to, 0, size);
}
int compare(const void* a, const void* b, std::size_t size) {
    // As far as it must look.
    const auto *x = static_cast<const unsigned char*>(a), *y = static_cast<const unsigned char*>(b);
    const std::size_t seen = static_cast<std::size_t>(std::mismatch(x, x + size, y).first - x);
    reads(a, std::min(size, seen + 1), HEDDLE_CALLER), reads(b, std::min(size, seen + 1), HEDDLE_CALLER);
    return std::memcmp(a, b, size);
}
void* find_byte(const void* a, int value, std::size_t size) {
    const void* found = std::memchr(a, value, size);
    reads(a, found ? static_cast<std::size_t>(static_cast<const char*>(found) - static_cast<const char*>(a)) + 1 : size, HEDDLE_CALLER);
    return const_cast<void*>(found);
}
std::size_t length(const char* s) {
    const std::size_t size = std::strlen(s);
    reads(s, size + 1, HEDDLE_CALLER);
    return size;
}
std::size_t length_within(const char* s, std::size_t most) {
    const std::size_t size = strnlen(s, most);
    reads(s, std::min(size + 1, most), HEDDLE_CALLER);
    return size;
}
/// How much of two strings their comparison looks at, given one that folds case or does not.
template <typename Fold>
std::size_t compared(const char* a, const char* b, std::size_t most, Fold fold) {
    std::size_t i = 0;
    while (i < most && a[i] && fold(a[i]) == fold(b[i])) ++i;
    return std::min(i + 1, most);
}
int compare_strings(const char* a, const char* b) {
    const std::size_t size = compared(a, b, ~std::size_t{0}, [](char c) { return c; });
    reads(a, size, HEDDLE_CALLER), reads(b, size, HEDDLE_CALLER);
    return std::strcmp(a, b);
}
int compare_strings_within(const char* a, const char* b, std::size_t most) {
    const std::size_t size = compared(a, b, most, [](char c) { return c; });
    reads(a, size, HEDDLE_CALLER), reads(b, size, HEDDLE_CALLER);
    return std::strncmp(a, b, most);
}
int compare_folded(const char* a, const char* b) {
    const std::size_t size = compared(a, b, ~std::size_t{0}, [](char c) { return std::tolower(static_cast<unsigned char>(c)); });
    reads(a, size, HEDDLE_CALLER), reads(b, size, HEDDLE_CALLER);
    return strcasecmp(a, b);
}
int compare_folded_within(const char* a, const char* b, std::size_t most) {
    const std::size_t size = compared(a, b, most, [](char c) { return std::tolower(static_cast<unsigned char>(c)); });
    reads(a, size, HEDDLE_CALLER), reads(b, size, HEDDLE_CALLER);
    return strncasecmp(a, b, most);
}
char* copy_string(char* to, const char* from) {
    const std::size_t size = std::strlen(from) + 1;
    writes(to, size, HEDDLE_CALLER), reads(from, size, HEDDLE_CALLER);
    return std::strcpy(to, from);
}
char* copy_string_end(char* to, const char* from) {
    const std::size_t size = std::strlen(from) + 1;
    writes(to, size, HEDDLE_CALLER), reads(from, size, HEDDLE_CALLER);
    return stpcpy(to, from);
}
char* copy_string_within(char* to, const char* from, std::size_t most) {
    const std::size_t size = std::min(strnlen(from, most) + 1, most);
    writes(to, most, HEDDLE_CALLER), reads(from, size, HEDDLE_CALLER);
    return std::strncpy(to, from, most);
}
char* append(char* to, const char* from) {
    const std::size_t before = std::strlen(to), size = std::strlen(from) + 1;
    reads(to, before, HEDDLE_CALLER), writes(to + before, size, HEDDLE_CALLER), reads(from, size, HEDDLE_CALLER);
    return std::strcat(to, from);
}
char* append_within(char* to, const char* from, std::size_t most) {
    const std::size_t before = std::strlen(to), size = strnlen(from, most);
    reads(to, before, HEDDLE_CALLER), writes(to + before, size + 1, HEDDLE_CALLER), reads(from, std::min(size + 1, most), HEDDLE_CALLER);
    return std::strncat(to, from, most);
}
char* find(const char* s, int c) {
    char* found = const_cast<char*>(std::strchr(s, c));
    reads(s, found ? static_cast<std::size_t>(found - s) + 1 : std::strlen(s) + 1, HEDDLE_CALLER);
    return found;
}
char* find_last(const char* s, int c) {
    reads(s, std::strlen(s) + 1, HEDDLE_CALLER);
    return const_cast<char*>(std::strrchr(s, c));
}
char* find_string(const char* s, const char* part) {
    reads(s, std::strlen(s) + 1, HEDDLE_CALLER), reads(part, std::strlen(part) + 1, HEDDLE_CALLER);
    return const_cast<char*>(std::strstr(s, part));
}

int put_line(const char* text) {
    reads(text, std::strlen(text) + 1, HEDDLE_CALLER);
    return std::puts(text);
}
int put_text(const char* text, FILE* stream) {
    reads(text, std::strlen(text) + 1, HEDDLE_CALLER);
    return std::fputs(text, stream);
}
std::size_t put_block(const void* from, std::size_t size, std::size_t count, FILE* stream) {
    reads(from, size * count, HEDDLE_CALLER);
    return std::fwrite(from, size, count, stream);
}
std::size_t get_block(void* to, std::size_t size, std::size_t count, FILE* stream) {
    const std::size_t got = std::fread(to, size, count, stream);
    writes(to, size * got, HEDDLE_CALLER);
    return got;
}
char* get_line(char* to, int size, FILE* stream) {
    char* got = std::fgets(to, size, stream);
    if (got) writes(to, std::strlen(to) + 1, HEDDLE_CALLER);
    return got;
}

} // namespace

std::span<const Hook> string_hooks() {
    static const Hook hooks[]{
        hook("memcpy", copy), hook("__memcpy_chk", copy), hook("__tsan_memcpy", copy), hook("mempcpy", copy_end), hook("__mempcpy", copy_end),
        hook("__mempcpy_chk", copy_end), hook("memmove", move), hook("__memmove_chk", move), hook("__tsan_memmove", move), hook("memset", set),
        hook("__memset_chk", set), hook("__tsan_memset", set), hook("bzero", zero), hook("explicit_bzero", zero), hook("memcmp", compare), hook("bcmp", compare),
        hook("memchr", find_byte), hook("strlen", length), hook("strnlen", length_within), hook("strcmp", compare_strings),
        hook("strncmp", compare_strings_within), hook("strcasecmp", compare_folded), hook("strncasecmp", compare_folded_within),
        hook("strcpy", copy_string), hook("__strcpy_chk", copy_string), hook("stpcpy", copy_string_end), hook("__stpcpy", copy_string_end),
        hook("strncpy", copy_string_within), hook("__strncpy_chk", copy_string_within), hook("strcat", append),
        hook("__strcat_chk", append), hook("strncat", append_within), hook("__strncat_chk", append_within),
        hook("strchr", find), hook("index", find), hook("strrchr", find_last), hook("rindex", find_last), hook("strstr", find_string),
        hook("puts", put_line), hook("fputs", put_text), hook("fwrite", put_block), hook("fread", get_block), hook("fgets", get_line),
    };
    return hooks;
}

} // namespace heddle::native
