// Words for the values of an enumeration, one table each: what reports, `--json` and saved files call a value is what a user
// may write for it. A table stands beside its enumeration, so that a new value is two lines next to each other.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace heddle {

template <class E>
struct Name {
    E value;
    std::string_view word;
};
template <class E>
Name(E, const char*) -> Name<E>;

/// The table of an enumeration: specialised beside it, a row for every value from 0 on, in their order.
template <class E>
inline constexpr std::nullptr_t names = nullptr;

template <class E>
concept HasNames = std::is_enum_v<E> && !std::is_null_pointer_v<std::remove_cvref_t<decltype(names<E>)>>;

/// For a static_assert beside each table: row i is that of value i.
template <HasNames E>
constexpr bool are_in_order() {
    for (std::size_t i = 0; i < names<E>.size(); ++i)
        if (static_cast<std::size_t>(names<E>[i].value) != i) return false;
    return true;
}

template <HasNames E>
constexpr std::string_view name_of(E value) {
    const auto i = static_cast<std::size_t>(value);
    return i < names<E>.size() ? names<E>[i].word : "?"; // it may have come out of a file or from a process that died
}

template <HasNames E>
constexpr std::optional<E> named(std::string_view word) {
    for (const Name<E>& name : names<E>)
        if (name.word == word) return name.value;
    return std::nullopt;
}

/// All of them, for a sentence or a help text.
template <HasNames E>
std::string all_names(std::string_view between = ", ") {
    std::string text;
    for (const Name<E>& name : names<E>) text.append(text.empty() ? "" : between).append(name.word);
    return text;
}

} // namespace heddle
