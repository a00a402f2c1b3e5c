// The program's malloc and operator new: which heap an allocation belongs to, and what may be freed.
#pragma once

#include <cstddef>
#include <cstdint>

namespace heddle::runtime {

/// Memory for the program from the current thread's heap (the constructors' when no thread runs). Null when full.
void* allocate_for_program(std::size_t size, std::size_t alignment, std::uint64_t pc);

/// Whether the address lies where the program's heaps are; what is elsewhere was the real malloc's.
bool is_program_block(const void* block);

/// Frees a block of the program: fails for one that is freed already, or was never allocated.
void release_for_program(void* block, std::uint64_t pc);

} // namespace heddle::runtime
