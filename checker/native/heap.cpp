#include "native/heap.hpp"

#include <atomic>
#include <mutex>
#include <vector>

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

/// The number that belongs to the address: a block there that was freed keeps it, for reports, until the next one comes.
std::uint32_t number_at(std::uint64_t start) {
    if (const std::uint32_t number = *block_index_of(start)) return number;
    const std::uint32_t number = next_block.fetch_add(1, std::memory_order_relaxed);
    return number < most_blocks ? number : 0;
}

/// `family`: of the functions that it is given back to.
void tell_mismatch(const Block& block, Family family, std::uint64_t pc) {
    constexpr const char* from[]{"", "malloc", "new", "new[]"};
    constexpr const char* to[]{"", "free", "delete", "delete[]"};
    if (family == Family::unknown || block.family == Family::unknown || family == block.family) return;
    found(FoundKind::memory, pc, block.start, "a block of %zu bytes is from %s and given to %s", std::size_t(block.size), from[std::size_t(block.family)],
          to[std::size_t(family)]);
}

} // namespace

void reserve_blocks() { blocks = static_cast<Block*>(reserve(sizeof(Block) * std::uint64_t{most_blocks})); }

void add_block(std::uint64_t start, std::size_t size, Family family, std::uint64_t pc) {
    const std::uint32_t number = number_at(start);
    if (number) {
        blocks[number] = {.start = start, .size = size, .place = place_of(*me, pc), .thread = me->serial, .family = family};
        std::atomic_ref(*block_index_of(start)).store(number, std::memory_order_release);
        std::uint8_t& page = *page_of(start);
        if (!(page & page_has_block)) std::atomic_ref(page).fetch_or(page_has_block, std::memory_order_relaxed);
    }
    note_allocation(start, size, pc);
    if (me->recorder) me->recorder->block(start, size, pc, false);
}

bool drop_block(std::uint64_t start, Family family, std::uint64_t pc, bool checked) {
    const std::uint32_t number = std::atomic_ref(*block_index_of(start)).load(std::memory_order_acquire);
    if (!number) return true;
    if (blocks[number].freed) {
        if (!checked || blocks[number].start != start) return true;
        found(FoundKind::memory, pc, start, "double free of a block of %zu bytes", std::size_t(blocks[number].size));
        return false;
    }
    tell_mismatch(blocks[number], family, pc);
    const std::uint64_t size = blocks[number].size;
    drain(*me);
    if (me->recorder) me->recorder->block(start, size, pc, true);
    blocks[number].freed_at = place_of(*me, pc);
    blocks[number].freed_slot = me->slot, blocks[number].freed_epoch = me->epoch();
    note_release(start, size, pc, checked);
    blocks[number].freed = true;
    return true;
}

void drop_blocks(std::uint64_t begin, std::size_t size) {
    for (std::uint64_t place = begin & ~std::uint64_t{15}; place < begin + size; place += 16)
        if (const std::uint32_t number = *block_index_of(place); number && blocks[number].start - begin < size) blocks[number].freed = true;
}

void move_blocks(std::uint64_t from, std::uint64_t to, std::size_t size) {
    std::vector<Block> moved;
    for (std::uint64_t place = from & ~std::uint64_t{15}; place < from + size; place += 16)
        if (const std::uint32_t number = *block_index_of(place); number && blocks[number].start - from < size && !blocks[number].freed)
            moved.push_back(blocks[number]), blocks[number].freed = true;
    for (Block& block : moved) {
        block.start += to - from;
        const std::uint32_t number = number_at(block.start);
        if (!number) return;
        blocks[number] = block;
        *block_index_of(block.start) = number;
        std::atomic_ref(*page_of(block.start)).fetch_or(page_has_block, std::memory_order_relaxed);
    }
}

bool find_block(std::uint64_t address, Block& block) {
    std::uint64_t place = address & ~std::uint64_t{15};
    const std::uint64_t lowest = address > (16u << 20) ? address - (16u << 20) : 0;
    bool found = false; // a freed one; a living one is better
    while (place > lowest) {
        if (!(*page_of(place) & page_has_block)) {
            place = (place & ~std::uint64_t{4095}) - 16;
            continue;
        }
        if (const std::uint32_t number = *block_index_of(place)) {
            const Block& candidate = blocks[number];
            const bool inside = address - candidate.start < candidate.size;
            if (inside && (!candidate.freed || !found)) block = candidate, found = true;
            if (!candidate.freed) return inside || found;
        }
        place -= 16;
    }
    return found;
}

} // namespace heddle::native
