// Functions of libc that read and write the memory they are given: the accesses are reported, then the real function runs.
// The program's imports are bound to these (import_table.cpp); libc's own calls are not.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "runtime/heap.hpp"
#include "runtime/hooks.hpp"

using namespace heddle::runtime;

namespace {

/// While a library function works for the program: a fault in it is the caller's.
class LibraryCall {
public:
    /// Where a library calls it, the program's call of the library (tests/library_code: qsort_array).
    explicit LibraryCall(std::uint64_t pc) { current().library_call = program_pc(pc); }
    ~LibraryCall() { current().library_call = 0; }
    LibraryCall(const LibraryCall&) = delete;
};

void read_string(const char* text, std::uint64_t pc) {
    if (listening) plain_read(text, std::strlen(text) + 1, pc);
}

/// Both strings as far as comparing them looks.
void read_compared(const char* a, const char* b, std::size_t limit, std::uint64_t pc) {
    if (!listening) return;
    std::size_t n = 0;
    while (n < limit && a[n] && a[n] == b[n]) ++n;
    n = std::min(n + 1, limit);
    plain_read(a, n, pc);
    plain_read(b, n, pc);
}

std::size_t bounded_length(const char* text, std::size_t limit) { return strnlen(text, limit); }

void read_bounded(const char* text, std::size_t limit, std::uint64_t pc) {
    if (listening) plain_read(text, std::min(bounded_length(text, limit) + 1, limit), pc);
}

void* copy_out(const char* text, std::size_t length, std::uint64_t pc) {
    auto* copy = static_cast<char*>(allocate_for_program(length + 1, 16, AllocatedBy::malloc, pc));
    if (!copy) return nullptr;
    plain_write(copy, length + 1, pc);
    std::memcpy(copy, text, length);
    copy[length] = 0;
    return copy;
}

} // namespace

#define HEDDLE_LIBRARY_CALL                                                                                            \
    const std::uint64_t pc = HEDDLE_PC;                                                                                \
    const LibraryCall scope(pc)

extern "C" {

void* heddle_memcpy(void* to, const void* from, std::size_t size) {
    HEDDLE_LIBRARY_CALL;
    plain_read(from, size, pc);
    plain_write(to, size, pc);
    return std::memcpy(to, from, size);
}
void* heddle_mempcpy(void* to, const void* from, std::size_t size) {
    HEDDLE_LIBRARY_CALL;
    plain_read(from, size, pc);
    plain_write(to, size, pc);
    return static_cast<char*>(std::memcpy(to, from, size)) + size;
}
void* heddle_memmove(void* to, const void* from, std::size_t size) {
    HEDDLE_LIBRARY_CALL;
    plain_read(from, size, pc);
    plain_write(to, size, pc);
    return std::memmove(to, from, size);
}
void* heddle_memset(void* to, int value, std::size_t size) {
    HEDDLE_LIBRARY_CALL;
    plain_write(to, size, pc);
    return std::memset(to, value, size);
}
void heddle_bzero(void* to, std::size_t size) {
    HEDDLE_LIBRARY_CALL;
    plain_write(to, size, pc);
    std::memset(to, 0, size);
}
int heddle_memcmp(const void* a, const void* b, std::size_t size) {
    HEDDLE_LIBRARY_CALL;
    plain_read(a, size, pc);
    plain_read(b, size, pc);
    return std::memcmp(a, b, size);
}
void* heddle_memchr(const void* in, int value, std::size_t size) {
    HEDDLE_LIBRARY_CALL;
    const void* found = std::memchr(in, value, size);
    plain_read(in, found ? static_cast<const char*>(found) - static_cast<const char*>(in) + 1 : size, pc);
    return const_cast<void*>(found);
}

std::size_t heddle_strlen(const char* text) {
    HEDDLE_LIBRARY_CALL;
    read_string(text, pc);
    return std::strlen(text);
}
std::size_t heddle_strnlen(const char* text, std::size_t limit) {
    HEDDLE_LIBRARY_CALL;
    read_bounded(text, limit, pc);
    return bounded_length(text, limit);
}
int heddle_strcmp(const char* a, const char* b) {
    HEDDLE_LIBRARY_CALL;
    read_compared(a, b, SIZE_MAX, pc);
    return std::strcmp(a, b);
}
int heddle_strncmp(const char* a, const char* b, std::size_t limit) {
    HEDDLE_LIBRARY_CALL;
    read_compared(a, b, limit, pc);
    return std::strncmp(a, b, limit);
}
char* heddle_strcpy(char* to, const char* from) {
    HEDDLE_LIBRARY_CALL;
    read_string(from, pc);
    if (listening) plain_write(to, std::strlen(from) + 1, pc);
    return std::strcpy(to, from);
}
char* heddle_stpcpy(char* to, const char* from) {
    HEDDLE_LIBRARY_CALL;
    read_string(from, pc);
    if (listening) plain_write(to, std::strlen(from) + 1, pc);
    return stpcpy(to, from);
}
char* heddle_strncpy(char* to, const char* from, std::size_t size) {
    HEDDLE_LIBRARY_CALL;
    read_bounded(from, size, pc);
    plain_write(to, size, pc);
    return std::strncpy(to, from, size);
}
char* heddle_strcat(char* to, const char* from) {
    HEDDLE_LIBRARY_CALL;
    read_string(to, pc);
    read_string(from, pc);
    if (listening) plain_write(to + std::strlen(to), std::strlen(from) + 1, pc);
    return std::strcat(to, from);
}
char* heddle_strncat(char* to, const char* from, std::size_t limit) {
    HEDDLE_LIBRARY_CALL;
    read_string(to, pc);
    read_bounded(from, limit, pc);
    if (listening) plain_write(to + std::strlen(to), bounded_length(from, limit) + 1, pc);
    return std::strncat(to, from, limit);
}
char* heddle_strchr(const char* text, int c) {
    HEDDLE_LIBRARY_CALL;
    read_string(text, pc);
    return const_cast<char*>(std::strchr(text, c));
}
char* heddle_strrchr(const char* text, int c) {
    HEDDLE_LIBRARY_CALL;
    read_string(text, pc);
    return const_cast<char*>(std::strrchr(text, c));
}
char* heddle_strstr(const char* text, const char* wanted) {
    HEDDLE_LIBRARY_CALL;
    read_string(text, pc);
    read_string(wanted, pc);
    return const_cast<char*>(std::strstr(text, wanted));
}
char* heddle_strdup(const char* text) {
    HEDDLE_LIBRARY_CALL;
    read_string(text, pc);
    return static_cast<char*>(copy_out(text, std::strlen(text), pc));
}
char* heddle_strndup(const char* text, std::size_t limit) {
    HEDDLE_LIBRARY_CALL;
    read_bounded(text, limit, pc);
    return static_cast<char*>(copy_out(text, bounded_length(text, limit), pc));
}

int heddle_atoi(const char* text) {
    HEDDLE_LIBRARY_CALL;
    read_string(text, pc);
    return std::atoi(text);
}
long heddle_atol(const char* text) {
    HEDDLE_LIBRARY_CALL;
    read_string(text, pc);
    return std::atol(text);
}
double heddle_atof(const char* text) {
    HEDDLE_LIBRARY_CALL;
    read_string(text, pc);
    return std::atof(text);
}
long heddle_strtol(const char* text, char** end, int base) {
    HEDDLE_LIBRARY_CALL;
    read_string(text, pc);
    if (end) plain_write(end, sizeof *end, pc);
    return std::strtol(text, end, base);
}
unsigned long heddle_strtoul(const char* text, char** end, int base) {
    HEDDLE_LIBRARY_CALL;
    read_string(text, pc);
    if (end) plain_write(end, sizeof *end, pc);
    return std::strtoul(text, end, base);
}
double heddle_strtod(const char* text, char** end) {
    HEDDLE_LIBRARY_CALL;
    read_string(text, pc);
    if (end) plain_write(end, sizeof *end, pc);
    return std::strtod(text, end);
}

// What clang calls for the copies that the compiler itself makes; and what -D_FORTIFY_SOURCE calls, with the room known.
void* __tsan_memcpy(void*, const void*, std::size_t) __attribute__((alias("heddle_memcpy")));
void* __tsan_memmove(void*, const void*, std::size_t) __attribute__((alias("heddle_memmove")));
void* __tsan_memset(void*, int, std::size_t) __attribute__((alias("heddle_memset")));

} // extern "C"
