// The program's malloc and operator new: which heap an allocation belongs to, and what may be freed.
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/arena.hpp"

namespace heddle::runtime {

/// Memory for the program from the current thread's heap (the constructors' when no thread runs). Null when full.
void* allocate_for_program(std::size_t size, std::size_t alignment, AllocatedBy how, std::uint64_t pc);

/// Whether the address lies where the program's heaps are; what is elsewhere was the real malloc's.
bool is_program_block(const void* block);

/// Frees a block of the program by `how`: fails for one that is freed already, was never allocated, or was allocated by another
/// family of functions.
void release_for_program(void* block, AllocatedBy how, std::uint64_t pc);

/// Before an access to the program's memory: fails when it lies where heaps are and goes beyond one block.
void check_bounds(std::uint64_t address, std::size_t size, bool writes, std::uint64_t pc);

} // namespace heddle::runtime
