// The program's own hooks for its heap blocks.
#pragma once

#include <atomic>
#include <cstddef>

#include "native/callbacks.hpp"

namespace heddle::native {

extern std::atomic<unsigned> allocation_watchers; ///< how many the program has installed

inline bool allocations_are_told() {
    return allocation_watchers.load(std::memory_order_relaxed) || callbacks.allocated || callbacks.freed;
}
/// The program got the block.
void tell_allocated(const void* block, std::size_t size);
/// It is about to give it back.
void tell_freed(const void* block);

} // namespace heddle::native
