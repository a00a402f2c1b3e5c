// std::string before C++20: its member functions are in libstdc++.so, where no access is seen. What each reads and writes is told by its
// mangled name: whether it is const, its name, its parameters.
#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <utility>

#include <dlfcn.h>

#include "native/accesses.hpp"
#include "native/containers.hpp"
#include "native/hook.hpp"
#include "native/inside.hpp"
#include "native/real.hpp"

namespace heddle::native {
namespace {

using Arguments = std::array<long, 6>;
/// In the two registers of results: also a std::string_view.
struct Result {
    long low, high;
};
using Function = Result (*)(long, long, long, long, long, long);

/// Its first words; the characters may lie in the object itself.
struct Text {
    const char* data;
    std::size_t size;
};

/// What is used of the string itself.
enum class Use : std::uint8_t { nothing, pointer, size, both, all, made, changed, grown };

struct Member {
    const char* name = nullptr;
    Function function = nullptr;
    Use use = Use::nothing;
    std::string_view parameters; ///< mangled
    bool searches = false;
    bool makes_another = false;  ///< the result comes first among the arguments, and the string second
};

constexpr std::string_view class_name = "St7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE", same_class = "S4_";
std::array<Member, 256> members;
std::size_t member_count = 0;

void reads(const void* p, std::size_t size, std::uint64_t pc) { access_range(reinterpret_cast<std::uint64_t>(p), size, Access::read, pc); }
void writes(const void* p, std::size_t size, std::uint64_t pc) { access_range(reinterpret_cast<std::uint64_t>(p), size, Access::write, pc); }

void read_all(const Text* text, std::uint64_t pc) {
    reads(text, sizeof *text, pc);
    reads(text->data, text->size, pc);
}
void write_from(const Text* text, std::size_t begin, std::uint64_t pc) {
    writes(&text->size, sizeof text->size, pc);
    writes(text->data + begin, text->size + 1 - begin, pc);
}

/// The parameters as far as they are strings, characters and numbers; what follows others is not looked at.
/// @param searches after the characters comes a position, and only then, perhaps, how many there are
void read_parameters(std::string_view parameters, bool searches, const long* argument, const long* end, std::uint64_t pc) {
    for (; !parameters.empty() && argument < end; ++argument) {
        if (parameters.starts_with("PKc")) {
            parameters.remove_prefix(3);
            const auto* const text = reinterpret_cast<const char*>(*argument);
            if (parameters.starts_with(searches ? "mm" : "m")) reads(text, static_cast<std::size_t>(argument[searches ? 2 : 1]), pc);
            else reads(text, std::strlen(text) + 1, pc);
        } else if (parameters.starts_with("RKS4_")) {
            parameters.remove_prefix(5);
            read_all(reinterpret_cast<const Text*>(*argument), pc);
        } else if (parameters.starts_with("OS4_") || parameters.starts_with("RS4_")) {
            parameters.remove_prefix(4);
            writes(reinterpret_cast<const void*>(*argument), sizeof(Text), pc);
        } else if (std::string_view("mlcib").find(parameters[0]) != std::string_view::npos) {
            parameters.remove_prefix(1);
        } else {
            return;
        }
    }
}

Result perform(std::size_t number, const Arguments& a, std::uint64_t pc) {
    const Member& member = members[number];
    const auto go = [&] { return member.function(a[0], a[1], a[2], a[3], a[4], a[5]); };
    if (!watching()) return go();
    const std::size_t at = member.makes_another;
    const auto* const text = reinterpret_cast<const Text*>(a[at]);
    read_parameters(member.parameters, member.searches, a.data() + at + 1, a.data() + a.size(), pc);
    Text before{};
    switch (member.use) {
    case Use::nothing:
    case Use::made: break;
    case Use::pointer: reads(&text->data, sizeof text->data, pc); break;
    case Use::size: reads(&text->size, sizeof text->size, pc); break;
    case Use::all: read_all(text, pc); break;
    case Use::both:
    case Use::changed:
    case Use::grown:
        reads(text, sizeof *text, pc);
        before = *text;
        break;
    }
    const Result result = go();
    if (member.use == Use::made) writes(text, sizeof *text, pc), writes(text->data, text->size + 1, pc);
    if (member.use != Use::changed && member.use != Use::grown) return result;
    if (text->data != before.data) writes(&text->data, sizeof text->data, pc);
    write_from(text, member.use == Use::grown && text->data == before.data ? std::min(before.size, text->size) : 0, pc);
    return result;
}

template <std::size_t number>
Result call(long a, long b, long c, long d, long e, long f) {
    return perform(number, {a, b, c, d, e, f}, HEDDLE_CALLER);
}
template <std::size_t... numbers>
constexpr std::array<Function, sizeof...(numbers)> all_calls(std::index_sequence<numbers...>) {
    return {call<numbers>...};
}

/// "6appendEPKcm": the function's name, and what follows it.
std::pair<std::string_view, std::string_view> split(std::string_view rest) {
    std::size_t length = 0, digits = 0;
    while (digits < rest.size() && rest[digits] >= '0' && rest[digits] <= '9') length = length * 10 + static_cast<std::size_t>(rest[digits++] - '0');
    const std::size_t size = digits ? digits + length : 2; // an operator or constructor has two letters
    if (size >= rest.size() || rest[size] != 'E') return {};
    return {rest.substr(digits, size - digits), rest.substr(size + 1)};
}

Use use_of(std::string_view name, bool is_const) {
    const auto one_of = [&](std::initializer_list<std::string_view> names) { return std::ranges::find(names, name) != names.end(); };
    if (one_of({"data", "c_str", "begin", "cbegin", "ix", "front", "_M_data", "_M_dispose", "_M_is_local", "rend", "crend", "D1", "D2"})) return Use::pointer;
    if (one_of({"size", "length", "empty", "_M_check", "_M_limit", "_M_check_length"})) return Use::size;
    if (one_of({"end", "cend", "rbegin", "crbegin", "at", "back", "capacity", "cv"})) return Use::both;
    if (one_of({"max_size", "get_allocator", "_M_create", "_M_destroy", "_M_get_allocator", "_M_local_data"})) return Use::nothing;
    if (is_const) return Use::all;
    if (one_of({"C1", "C2", "_M_construct"})) return Use::made;
    if (one_of({"append", "push_back", "pL", "_M_append", "resize", "pop_back", "reserve", "shrink_to_fit"})) return Use::grown;
    if (name.starts_with("_M_") && !one_of({"_M_assign", "_M_replace", "_M_replace_aux", "_M_mutate", "_M_erase", "_M_set_length"})) return Use::nothing;
    return Use::changed;
}

} // namespace

void* string_member(const char* name, void* definition) {
    std::string_view rest(name);
    if (!rest.starts_with("_ZN")) return nullptr;
    rest.remove_prefix(3);
    const bool is_const = rest.starts_with("K");
    if (is_const) rest.remove_prefix(1);
    if (!rest.starts_with(class_name)) return nullptr;
    rest.remove_prefix(class_name.size());
    const auto [function, parameters] = split(rest);
    Dl_info info{};
    // What the program has a copy of is instrumented there.
    if (function.empty() || !definition || !dladdr(definition, &info) || !std::strstr(info.dli_fname, "libstdc++")) return nullptr;
    const Use use = use_of(function, is_const);
    if (use == Use::nothing || function == "swap" || function.starts_with("_S_") || member_count == members.size()) return nullptr;
    static constexpr auto calls = all_calls(std::make_index_sequence<256>());
    members[member_count] = {name, reinterpret_cast<Function>(definition), use, parameters, function.find("find") != function.npos, function == "substr"};
    return reinterpret_cast<void*>(calls[member_count++]);
}

} // namespace heddle::native
