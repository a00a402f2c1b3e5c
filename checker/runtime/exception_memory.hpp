// Where exceptions lie that threads of the program throw, and the texts that standard exceptions keep (strings with a count of
// their users): at the same addresses in every run, like everything else, but no memory of the program's. The C++ runtime counts
// and links there while the stack is unwound, which is not followed.
//
// Not seen, therefore: races on what an exception object holds, where several threads have the same one (std::exception_ptr).
//
// Tests: tests/library_code (exception_text, exception_passed_on), tests/faults/exceptions_caught_everywhere.
#pragma once

#include <cstddef>
#include <cstdint>

namespace heddle::runtime::exception_memory {

/// Zeroed memory for the current fiber; null when there is no more.
void* allocate(std::size_t size);
bool holds(const void* block);
/// What the last run has used is cleared.
void reset();

/// Whether operator new, called from there, is to give the text of a standard exception.
bool is_text_of_exception(std::uint64_t pc);

} // namespace heddle::runtime::exception_memory
