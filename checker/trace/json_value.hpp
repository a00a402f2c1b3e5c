// The parts that documents share, as JSON values. For the files of this room that read and write documents; everybody else
// uses json.hpp and report_json.hpp.
#pragma once

#include <string>
#include <type_traits>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "core/expression.hpp"
#include "core/names.hpp"
#include "core/site.hpp"
#include "trace/trace.hpp"

namespace heddle::trace {

using Json = nlohmann::ordered_json; // in the order written: documents are also read by people

Json json_of(const SourceSite& site);
Json json_of(const InputValue& value);
Json json_of(const Trace& trace);

/// Absent and null is an unknown place.
SourceSite site_in(const Json& json, const char* name);
SourceSite site_from(const Json& json);
/// These throw UserError or Json::exception for what is no such value.
InputValue input_from(const Json& json);
Trace trace_from(const Json& json);

/// Absent fields keep their defaults, present ones must be of the right kind.
template <class T>
void take(const Json& json, const char* name, T& into) {
    const auto found = json.find(name);
    if (found == json.end() || found->is_null()) return;
    if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
        // The library cuts off what does not fit: 0.5 and 2^32 would become 0.
        const bool fits = found->is_number_unsigned() ? std::in_range<T>(found->get<std::uint64_t>())
                                                      : found->is_number_integer() && std::in_range<T>(found->get<std::int64_t>());
        if (!fits) throw UserError(fmt::format("a field is missing or of the wrong kind: \"{}\" must be a whole number that fits", name));
    }
    into = found->get<T>();
}

template <HasNames E>
Json word(E value) {
    return std::string(name_of(value));
}

/// @param what it is, for the sentence: "verdict"
template <HasNames E>
E value_named(const std::string& name, const char* what) {
    if (const auto value = named<E>(name)) return *value;
    throw UserError(fmt::format("there is no {} called \"{}\"", what, name));
}

} // namespace heddle::trace
