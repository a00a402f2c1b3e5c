// A thread's heap: a bump allocator at a fixed address. Nothing freed is used again before the next run, so the n-th
// allocation of a thread has the same address in every run and a use after free can be told.
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/machine.hpp"

namespace heddle::runtime {

/// Fresh zero pages at that place, address space only until they are used. False: the system does not give them.
bool map_pages(std::uint64_t begin, std::uint64_t end);

class Arena {
public:
    using Block = Machine::Block;

    /// The arena may use [begin, end), and maps what it needs of it.
    void place(std::uint64_t begin, std::uint64_t end);

    /// Zeroed memory, 16 bytes of no block before and after it; null when the arena is full or the system has no more.
    void* allocate(std::size_t size, std::size_t alignment, std::uint64_t pc, AllocatedBy how = AllocatedBy::malloc);

    /// The block that holds the address (freed ones too), or null. A block of size 0 holds its start.
    Block* find(std::uint64_t address);
    /// The last block that starts at or before the address, or null.
    Block* last_before(std::uint64_t address);

    /// Forgets all blocks and clears their memory.
    void reset();

    std::uint64_t begin() const { return begin_; }
    std::uint64_t end() const { return end_; }
    std::uint64_t used_end() const { return next_; }
    std::size_t count() const { return count_; }
    Block& block(std::size_t i) { return blocks_[i]; }

private:
    void grow();
    bool map_up_to(std::uint64_t end);

    static constexpr std::uint64_t red_zone = 16;

    std::uint64_t begin_ = 0, end_ = 0, next_ = 0;
    std::uint64_t mapped_ = 0; ///< up to here
    Block* blocks_ = nullptr; ///< ascending; beside the memory, where the program cannot overwrite it
    std::size_t count_ = 0, capacity_ = 0;
};

} // namespace heddle::runtime
