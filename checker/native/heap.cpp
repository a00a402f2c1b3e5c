#include "native/heap.hpp"

#include <atomic>
#include <mutex>

#include "native/accesses.hpp"
#include "native/address_space.hpp"
#include "native/findings.hpp"
#include "native/inside.hpp"
#include "native/recorder.hpp"
#include "native/spin_lock.hpp"

namespace heddle::native {
namespace {

constexpr std::uint32_t most_blocks = 1u << 26;

Block* blocks;
std::atomic<std::uint32_t> next_block{1};
/// Freed numbers, for each thread its own list. (The field `size` holds the next one.)
thread_local constinit std::uint32_t first_free = 0;

std::uint32_t new_number() {
    if (const std::uint32_t number = first_free) {
        first_free = static_cast<std::uint32_t>(blocks[number].size);
        return number;
    }
    const std::uint32_t number = next_block.fetch_add(1, std::memory_order_relaxed);
    return number < most_blocks ? number : 0;
}

} // namespace

void reserve_blocks() { blocks = static_cast<Block*>(reserve(sizeof(Block) * std::uint64_t{most_blocks})); }

void add_block(std::uint64_t start, std::size_t size, std::uint64_t pc) {
    const std::uint32_t number = new_number();
    if (number) {
        blocks[number] = {start, size, place_of(*me, pc), me->serial, false};
        std::atomic_ref(*block_index_of(start)).store(number, std::memory_order_release);
        std::uint8_t& page = *page_of(start);
        if (!(page & page_has_block)) std::atomic_ref(page).fetch_or(page_has_block, std::memory_order_relaxed);
    }
    note_allocation(start, size, pc);
    if (me->recorder) me->recorder->block(start, size, pc, false);
}

void drop_block(std::uint64_t start, std::uint64_t pc, bool checked) {
    const std::uint32_t number = std::atomic_ref(*block_index_of(start)).exchange(0, std::memory_order_acq_rel);
    if (!number) return;
    const std::uint64_t size = blocks[number].size;
    drain(*me);
    if (me->recorder) me->recorder->block(start, size, pc, true);
    note_release(start, size, pc, checked);
    blocks[number].size = first_free;
    first_free = number;
}

bool find_block(std::uint64_t address, Block& block) {
    std::uint64_t place = address & ~std::uint64_t{15};
    const std::uint64_t lowest = address > (16u << 20) ? address - (16u << 20) : 0;
    while (place > lowest) {
        if (!(*page_of(place) & page_has_block)) {
            place = (place & ~std::uint64_t{4095}) - 16;
            continue;
        }
        if (const std::uint32_t number = *block_index_of(place)) {
            block = blocks[number];
            return address - block.start < block.size;
        }
        place -= 16;
    }
    return false;
}

} // namespace heddle::native
