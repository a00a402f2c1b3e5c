// Functions of the C library that the table in hooks_libc.cpp cannot have: they take or return floating-point numbers, or
// what they touch takes more than a line to say.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <cwchar>

#include <iconv.h>
#include <search.h>

#include "native/accesses.hpp"
#include "native/hidden_state.hpp"
#include "native/hook.hpp"
#include "native/inside.hpp"
#include "native/locking.hpp"
#include "native/real.hpp"

namespace heddle::native {
namespace {

void reads(const void* p, std::size_t size, std::uint64_t pc) { access_range(reinterpret_cast<std::uint64_t>(p), size, Access::read, pc); }
template <typename Object>
void writes(Object* p, std::uint64_t pc) {
    if (p) access_range(reinterpret_cast<std::uint64_t>(p), sizeof *p, Access::write, pc);
}

// --- text to numbers: read up to the first character that is none of theirs ---

template <typename Convert>
auto number(const char* text, char** end, std::uint64_t pc, Convert convert) {
    char* stop = nullptr;
    const auto value = convert(text, &stop);
    reads(text, static_cast<std::size_t>(stop - text) + 1, pc);
    if (end) *end = stop, writes(end, pc);
    return value;
}
long to_long(const char* s, char** end, int base) {
    return number(s, end, HEDDLE_CALLER, [&](const char* t, char** e) { return std::strtol(t, e, base); });
}
unsigned long to_unsigned(const char* s, char** end, int base) {
    return number(s, end, HEDDLE_CALLER, [&](const char* t, char** e) { return std::strtoul(t, e, base); });
}
double to_double(const char* s, char** end) {
    return number(s, end, HEDDLE_CALLER, [](const char* t, char** e) { return std::strtod(t, e); });
}
float to_float(const char* s, char** end) {
    return number(s, end, HEDDLE_CALLER, [](const char* t, char** e) { return std::strtof(t, e); });
}
long double to_long_double(const char* s, char** end) {
    return number(s, end, HEDDLE_CALLER, [](const char* t, char** e) { return std::strtold(t, e); });
}
int as_int(const char* s) {
    return static_cast<int>(number(s, nullptr, HEDDLE_CALLER, [](const char* t, char** e) { return std::strtol(t, e, 10); }));
}
long as_long(const char* s) {
    return number(s, nullptr, HEDDLE_CALLER, [](const char* t, char** e) { return std::strtol(t, e, 10); });
}
double as_double(const char* s) {
    return number(s, nullptr, HEDDLE_CALLER, [](const char* t, char** e) { return std::strtod(t, e); });
}

// --- parts of numbers ---

template <typename Real>
Real fraction_and_exponent(Real x, int* exponent) {
    const Real result = std::frexp(x, exponent);
    writes(exponent, HEDDLE_CALLER);
    return result;
}
template <typename Real>
Real fraction_and_whole(Real x, Real* whole) {
    const Real result = std::modf(x, whole);
    writes(whole, HEDDLE_CALLER);
    return result;
}
template <typename Real>
Real remainder_and_quotient(Real x, Real y, int* quotient) {
    const Real result = std::remquo(x, y, quotient);
    writes(quotient, HEDDLE_CALLER);
    return result;
}
template <typename Real>
void sine_and_cosine(Real x, Real* sine, Real* cosine) {
    *sine = std::sin(x), *cosine = std::cos(x);
    writes(sine, HEDDLE_CALLER), writes(cosine, HEDDLE_CALLER);
}
double log_gamma_r(double x, int* sign) {
    const double result = ::lgamma_r(x, sign);
    writes(sign, HEDDLE_CALLER);
    return result;
}
float log_gamma_r_float(float x, int* sign) {
    const float result = ::lgammaf_r(x, sign);
    writes(sign, HEDDLE_CALLER);
    return result;
}

// --- strings and memory ---

void* find_last_byte(const void* memory, int value, std::size_t size) {
    const auto* found = static_cast<const char*>(::memrchr(memory, value, size));
    const char* from = found ? found : static_cast<const char*>(memory);
    reads(from, static_cast<std::size_t>(static_cast<const char*>(memory) + size - from), HEDDLE_CALLER);
    return const_cast<char*>(found);
}
void* find_part(const void* memory, std::size_t size, const void* part, std::size_t part_size) {
    const auto* found = static_cast<const char*>(::memmem(memory, size, part, part_size));
    reads(memory, found ? static_cast<std::size_t>(found - static_cast<const char*>(memory)) + part_size : size, HEDDLE_CALLER);
    reads(part, part_size, HEDDLE_CALLER);
    return const_cast<char*>(found);
}
void* copy_until(void* to, const void* from, int value, std::size_t size) {
    auto* end = static_cast<char*>(::memccpy(to, from, value, size));
    const std::size_t copied = end ? static_cast<std::size_t>(end - static_cast<char*>(to)) : size;
    reads(from, copied, HEDDLE_CALLER);
    access_range(reinterpret_cast<std::uint64_t>(to), copied, Access::write, HEDDLE_CALLER);
    return end;
}
wchar_t* append_wide(wchar_t* to, const wchar_t* from) {
    const std::size_t before = std::wcslen(to), size = (std::wcslen(from) + 1) * sizeof(wchar_t);
    reads(to, before * sizeof(wchar_t), HEDDLE_CALLER), reads(from, size, HEDDLE_CALLER);
    access_range(reinterpret_cast<std::uint64_t>(to + before), size, Access::write, HEDDLE_CALLER);
    return std::wcscat(to, from);
}
wchar_t* append_wide_within(wchar_t* to, const wchar_t* from, std::size_t most) {
    const std::size_t before = std::wcslen(to), size = ::wcsnlen(from, most);
    reads(to, before * sizeof(wchar_t), HEDDLE_CALLER), reads(from, std::min(size + 1, most) * sizeof(wchar_t), HEDDLE_CALLER);
    access_range(reinterpret_cast<std::uint64_t>(to + before), (size + 1) * sizeof(wchar_t), Access::write, HEDDLE_CALLER);
    return std::wcsncat(to, from, most);
}
int compare_wide_as_far(const wchar_t* a, const wchar_t* b, std::size_t most, bool stop_at_end, std::uint64_t pc) {
    std::size_t i = 0;
    while (i < most && a[i] == b[i] && !(stop_at_end && !a[i])) ++i;
    const std::size_t size = std::min(i + 1, most) * sizeof(wchar_t);
    reads(a, size, pc), reads(b, size, pc);
    return i == most || a[i] == b[i] ? 0 : a[i] < b[i] ? -1 : 1;
}
int compare_wide(const wchar_t* a, const wchar_t* b) { return compare_wide_as_far(a, b, ~std::size_t{0} / sizeof(wchar_t), true, HEDDLE_CALLER); }
int compare_wide_within(const wchar_t* a, const wchar_t* b, std::size_t most) { return compare_wide_as_far(a, b, most, true, HEDDLE_CALLER); }
int compare_wide_memory(const wchar_t* a, const wchar_t* b, std::size_t size) { return compare_wide_as_far(a, b, size, false, HEDDLE_CALLER); }

std::size_t convert(iconv_t how, char** from, std::size_t* from_left, char** to, std::size_t* to_left) {
    char* const in = from ? *from : nullptr;
    char* const out = to ? *to : nullptr;
    const std::size_t result = HEDDLE_NATIVE(iconv)(how, from, from_left, to, to_left);
    if (in) reads(in, static_cast<std::size_t>(*from - in), HEDDLE_CALLER);
    if (out) access_range(reinterpret_cast<std::uint64_t>(out), static_cast<std::size_t>(*to - out), Access::write, HEDDLE_CALLER);
    return result;
}

/// A key that was there already changes nothing.
void* insert_into_tree(const void* key, void** root, int (*compare)(const void*, const void*)) {
    void* const node = HEDDLE_NATIVE(tsearch)(key, root, compare);
    if (node && *static_cast<const void**>(node) == key) writes(static_cast<void**>(node), HEDDLE_CALLER);
    return node;
}

// --- handlers for the end of the process that are given its status ---

struct AtExitWithStatus {
    void (*function)(int, void*);
    void* argument;
};
void run_with_status(int status, void* given) {
    auto* const at_exit = static_cast<AtExitWithStatus*>(given);
    if (watching()) {
        const Inside inside;
        Sync& sync = sync_at(reinterpret_cast<std::uint64_t>(at_exit));
        sync.lock.lock();
        acquire_at(*me, sync);
        sync.lock.unlock();
    }
    at_exit->function(status, at_exit->argument);
}
int register_with_status(void (*function)(int, void*), void* argument) {
    if (!watching()) return HEDDLE_NATIVE(on_exit)(function, argument);
    auto* at_exit = new AtExitWithStatus{function, argument};
    {
        const Inside inside;
        Sync& sync = sync_at(reinterpret_cast<std::uint64_t>(at_exit));
        sync.lock.lock();
        release_at(*me, sync, true);
        sync.lock.unlock();
    }
    return HEDDLE_NATIVE(on_exit)(run_with_status, at_exit);
}

// --- what is kept between calls (hidden_state.hpp) ---

double next_uniform() {
    use_hidden(Hidden::rand48, Access::write, "drand48", HEDDLE_CALLER);
    return ::drand48();
}
template <typename Real, Real (*gamma)(Real)>
Real log_gamma(Real x) {
    use_hidden(Hidden::sign_of_gamma, Access::write, "lgamma", HEDDLE_CALLER);
    return gamma(x);
}
char* digits_of(double value, int count, int* point, int* sign) {
    use_hidden(Hidden::digits, Access::write, "ecvt", HEDDLE_CALLER);
    char* const text = ::ecvt(value, count, point, sign);
    writes(point, HEDDLE_CALLER), writes(sign, HEDDLE_CALLER);
    return text;
}
char* decimals_of(double value, int count, int* point, int* sign) {
    use_hidden(Hidden::digits, Access::write, "fcvt", HEDDLE_CALLER);
    char* const text = ::fcvt(value, count, point, sign);
    writes(point, HEDDLE_CALLER), writes(sign, HEDDLE_CALLER);
    return text;
}
ENTRY* search_table(ENTRY item, ACTION action) {
    use_hidden(Hidden::hash_table, action == FIND ? Access::read : Access::write, "hsearch", HEDDLE_CALLER);
    return ::hsearch(item, action);
}

} // namespace

std::span<const Hook> typed_hooks() {
    static const Hook hooks[]{
        hook("drand48", next_uniform), hook("lgamma", log_gamma<double, ::lgamma>), hook("lgammaf", log_gamma<float, ::lgammaf>),
        hook("ecvt", digits_of), hook("fcvt", decimals_of), hook("hsearch", search_table),
        hook("strtol", to_long), hook("strtoll", to_long), hook("strtoq", to_long), hook("strtoimax", to_long), hook("__isoc23_strtol", to_long),
        hook("__isoc23_strtoll", to_long), hook("strtoul", to_unsigned), hook("strtoull", to_unsigned), hook("strtouq", to_unsigned),
        hook("strtoumax", to_unsigned), hook("__isoc23_strtoul", to_unsigned), hook("__isoc23_strtoull", to_unsigned),
        hook("strtod", to_double), hook("strtof", to_float), hook("strtold", to_long_double),
        hook("atoi", as_int), hook("atol", as_long), hook("atoll", as_long), hook("atof", as_double),
        hook("frexp", fraction_and_exponent<double>), hook("frexpf", fraction_and_exponent<float>), hook("frexpl", fraction_and_exponent<long double>),
        hook("modf", fraction_and_whole<double>), hook("modff", fraction_and_whole<float>), hook("modfl", fraction_and_whole<long double>),
        hook("remquo", remainder_and_quotient<double>), hook("remquof", remainder_and_quotient<float>),
        hook("remquol", remainder_and_quotient<long double>), hook("sincos", sine_and_cosine<double>), hook("sincosf", sine_and_cosine<float>),
        hook("sincosl", sine_and_cosine<long double>), hook("lgamma_r", log_gamma_r), hook("lgammaf_r", log_gamma_r_float),
        hook("memrchr", find_last_byte), hook("memmem", find_part), hook("memccpy", copy_until),
        hook("wcscat", append_wide), hook("wcsncat", append_wide_within), hook("wcscmp", compare_wide), hook("wcsncmp", compare_wide_within),
        hook("wmemcmp", compare_wide_memory), hook("iconv", convert), hook("tsearch", insert_into_tree), hook("on_exit", register_with_status),
    };
    return hooks;
}

} // namespace heddle::native
