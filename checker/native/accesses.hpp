// The race detector: FastTrack (Flanagan, Freund, PLDI 2009) with cells for parts of 8 bytes.
//
// Each 8 bytes of the program have four cells: accesses that a later one may race with. A new access is compared with
// all of them under the lock bit of the first cell, and takes the place of those that it makes superfluous: whoever races
// with the old one races with the new one too. When four are not enough, more follow in a list; none is ever thrown away
// for lack of room, so the first race of every run is found. An access that its thread has already made since its last
// release changes nothing: that is the fast path, without a lock.
#pragma once

#include <cstdint>

#include "native/address_space.hpp"
#include "native/thread.hpp"

namespace heddle::native {

// A cell, from its low end: place 21, lock 1, list 1, offset 3, log2 of the size 2, write 1, atomic 1, slot 10, clock 24.
// A clock is never 0, so an empty cell is 0; in the first cell of four the two flags belong to all four.
inline constexpr Cell place_mask = (Cell{1} << place_bits) - 1, lock_flag = Cell{1} << 21, list_flag = Cell{1} << 22;
inline constexpr Cell write_flag = Cell{1} << 28, atomic_flag = Cell{1} << 29;
inline constexpr unsigned range_shift = 23, slot_shift = 30, clock_shift = 40;
inline constexpr Cell range_mask = Cell{31} << range_shift;

enum class Access : std::uint64_t { read = 0, write = write_flag, atomic_read = atomic_flag, atomic_write = atomic_flag | write_flag };

inline Cell cell_for(const Thread& thread, std::uint64_t address, unsigned log_size, Access access) {
    return thread.epoch_bits | static_cast<Cell>(access) | Cell{address & 7} << range_shift | Cell{log_size} << (range_shift + 3);
}

/// Compares the access with the others and notes it. The range must lie in one granule of 8 bytes.
void note_access(Thread& thread, std::uint64_t address, Cell cell, std::uint64_t pc);

/// An access of 1, 2, 4 or 8 bytes that does not cross a multiple of 8.
inline void access(std::uint64_t address, unsigned log_size, Access kind, std::uint64_t pc) {
    Thread* thread = me;
    if (!thread) [[unlikely]] return;
    const Cell cell = cell_for(*thread, address, log_size, kind);
    const Cell* cells = cells_of(address);
    // A read is superfluous after a write of the same bytes, too.
    const Cell care = ~(place_mask | lock_flag | list_flag | (kind == Access::read || kind == Access::atomic_read ? write_flag : 0));
    if (!(((cells[0] ^ cell) & care) && ((cells[1] ^ cell) & care) && ((cells[2] ^ cell) & care) && ((cells[3] ^ cell) & care)))
        return;
    note_access(*thread, address, cell, pc);
}

/// Any range.
void access_range(std::uint64_t address, std::size_t size, Access kind, std::uint64_t pc);

/// In a forked child: the granule that a thread which is not there any more may have locked.
void free_granule_of(const Thread& gone);

/// A new block: no earlier access to that memory counts, and nobody may use it without having been told of it.
void note_allocation(std::uint64_t address, std::size_t size, std::uint64_t pc);
/// The block is gone; `checked` when its release is the program's own doing, and may race.
void note_release(std::uint64_t address, std::size_t size, std::uint64_t pc, bool checked);

/// Takes one from the use count of a std::shared_ptr in the program's stead, as its own code would. @return the count before
int drop_use(volatile int* count);

} // namespace heddle::native
