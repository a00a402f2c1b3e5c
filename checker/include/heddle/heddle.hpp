// What a C++ program may say to heddle: patterns with the verdict they expect, properties, assumptions, choices.
#pragma once

#include <heddle/heddle.h>
#include <heddle/invariant.hpp>
#include <heddle/symbolic.hpp>

#undef heddle_ensure

namespace heddle {

/// The condition must hold in every execution, else the verdict is "assertion" with this message.
inline void ensure(bool condition, const char* message = "ensure", const char* file = __builtin_FILE(),
                   int line = __builtin_LINE()) {
    heddle_ensure_at(condition, message, file, line);
}

/// Executions in which the condition does not hold are dropped (and counted as blocked).
inline void assume(bool condition) { heddle_assume(condition); }

/// Every value 0 … count-1, at least one execution for each.
inline unsigned choose(unsigned count) { return heddle_choose(count); }

namespace detail {
struct Registration {
    explicit Registration(const heddle_pattern& pattern) { heddle_register_pattern(&pattern); }
};
} // namespace detail

} // namespace heddle

/// HEDDLE_PATTERN(name, "description") { body }
/// HEDDLE_PATTERN(name, "description", "data race") { body }   // a broken twin: this verdict is expected
#define HEDDLE_PATTERN(pattern_name, text, ...)                                                                        \
    static void pattern_name();                                                                                        \
    static const heddle_pattern heddle_pattern_##pattern_name{#pattern_name, text, "" __VA_ARGS__,                     \
                                                              &pattern_name, __FILE__, __LINE__};                      \
    static const ::heddle::detail::Registration heddle_register_##pattern_name{heddle_pattern_##pattern_name};         \
    static void pattern_name()
