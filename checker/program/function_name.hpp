// What a function is called in reports: `Queue::push`, `main::lambda`; not what the linker calls it.
#pragma once

#include <string>
#include <string_view>

namespace heddle::program {

/// The demangled, shortened name; a name that is not mangled is only shortened.
std::string function_name(const std::string& linkage_name);

/// As it was written, with parameters and template arguments; a name that is not mangled is itself.
std::string demangled(const std::string& linkage_name);

/// Without parameters, template arguments, return type, ABI tags, anonymous namespaces; a lambda's call operator is its "lambda".
std::string shorten(std::string_view demangled);

} // namespace heddle::program
