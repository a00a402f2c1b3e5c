// The program's heap blocks: who allocated them and where. The memory itself comes from the C library.
#pragma once

#include <cstddef>
#include <cstdint>

#include "native/places.hpp"

namespace heddle::native {

/// The functions that a block is from, and has to go back to. Of blocks that libraries allocate it is not known.
enum class Family : std::uint8_t { unknown, malloc, new_object, new_array };

struct Block {
    std::uint64_t start = 0, size = 0;
    Place place = 0;
    std::uint32_t thread = 0;
    bool freed = false;
    Family family = Family::unknown;
    Place freed_at = 0;
    std::uint32_t freed_slot = 0, freed_epoch = 0; ///< whose clock entry, once known, knows of the release
};

void reserve_blocks();
/// A block that the calling thread has just got.
void add_block(std::uint64_t start, std::size_t size, Family family, std::uint64_t pc);
/// The block at `start` is about to be freed. `checked`: by the program itself. Not known: nothing happens.
/// @return false: it must not be, it was freed before
bool drop_block(std::uint64_t start, Family family, std::uint64_t pc, bool checked);
/// All blocks in the range are freed, or have come to another place (of two that overlap, too).
void drop_blocks(std::uint64_t begin, std::size_t size);
void move_blocks(std::uint64_t from, std::uint64_t to, std::size_t size);
/// The block that the address is in. Looks at no more than the 16 MiB before it.
bool find_block(std::uint64_t address, Block& block);

} // namespace heddle::native
