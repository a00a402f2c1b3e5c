// What is known of library functions by name.
#pragma once

#include <functional>
#include <span>
#include <string_view>

namespace heddle::runtime {

struct Replacement {
    std::string_view name;
    void* function;
};

template <typename Function>
constexpr Replacement with(std::string_view name, Function* function) {
    return {name, reinterpret_cast<void*>(function)};
}

/// Rows of the table that are kept elsewhere, in the folder of a primitive: a static object there adds them.
class Replacements {
public:
    explicit Replacements(std::span<const Replacement> rows) : rows_(rows), next_(first) { first = this; }
    Replacements(const Replacements&) = delete;
    std::span<const Replacement> rows() const { return rows_; }
    const Replacements* next() const { return next_; }
    static inline const Replacements* first = nullptr;

private:
    std::span<const Replacement> rows_;
    const Replacements* next_;
};

/// Our function for that import, or null.
void* replacement_of(std::string_view name);

/// Calls `visit` with the name and our function, for each that there is.
void for_each_replacement(const std::function<void(std::string_view, void*)>& visit);

/// Whether that replacement stands in for the real function when a library calls it, too.
bool is_for_libraries(std::string_view name);

/// What a library's import of that name is bound to, or null: as it is. `brought`: not one that heddle itself uses.
void* replacement_for_library(std::string_view name, bool brought);

/// Calls `visit` with the name of each function that is_unsupported by its name.
void for_each_unsupported(const std::function<void(std::string_view)>& visit);

/// Reads and writes no memory of the program that another thread could see, and gives the same in every run.
bool is_harmless(std::string_view name);

/// Synchronises, waits, or differs from run to run, in a way that is not modelled.
bool is_unsupported(std::string_view name);

/// Does something that outlasts the execution: starts a process, changes files or folders. Never executed.
bool is_lasting(std::string_view name);

/// Takes an ostream first: harmless when that is a standard one.
bool is_stream_function(std::string_view name);

} // namespace heddle::runtime
