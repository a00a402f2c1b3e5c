// What is known of library functions by name.
#pragma once

#include <string_view>

namespace heddle::runtime {

/// Our function for that import, or null.
void* replacement_of(std::string_view name);

/// Reads and writes no memory of the program that another thread could see, and gives the same in every run.
bool is_harmless(std::string_view name);

/// Synchronises, waits, or differs from run to run, in a way that is not modelled.
bool is_unsupported(std::string_view name);

/// Does something that outlasts the execution: starts a process, changes files or folders. Never executed.
bool is_lasting(std::string_view name);

/// Takes an ostream first: harmless when that is a standard one.
bool is_stream_function(std::string_view name);

} // namespace heddle::runtime
