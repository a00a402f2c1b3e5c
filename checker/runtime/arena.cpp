#include "runtime/arena.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

#include <sys/mman.h>

namespace heddle::runtime {

bool map_pages(std::uint64_t begin, std::uint64_t end) {
    void* wanted = reinterpret_cast<void*>(begin);
    return mmap(wanted, end - begin, PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0) == wanted;
}

void Arena::place(std::uint64_t begin, std::uint64_t end) {
    begin_ = next_ = mapped_ = begin;
    end_ = end;
    count_ = 0;
}

void Arena::grow() {
    capacity_ = capacity_ ? 2 * capacity_ : 64;
    // Not operator new: that is the program's while it runs.
    void* bigger = std::realloc(static_cast<void*>(blocks_), capacity_ * sizeof(Block));
    if (!bigger) std::abort();
    blocks_ = static_cast<Block*>(bigger);
}

bool Arena::map_up_to(std::uint64_t end) {
    if (end <= mapped_) return true;
    // In large steps, for few system calls; where address space is short, no more than is needed.
    constexpr std::uint64_t step = 16 << 20, page = 4096;
    for (const std::uint64_t unit : {step, page}) {
        const std::uint64_t to = std::min((end + unit - 1) & ~(unit - 1), end_);
        if (!map_pages(mapped_, to)) continue;
        mapped_ = to;
        return true;
    }
    return false;
}

void* Arena::allocate(std::size_t size, std::size_t alignment, std::uint64_t pc, AllocatedBy how) {
    if (alignment < 16) alignment = 16;
    const std::uint64_t start = (next_ + red_zone + alignment - 1) & ~(std::uint64_t{alignment} - 1);
    if (start >= end_ || size > end_ - start || !map_up_to(start + std::max<std::size_t>(size, 1))) return nullptr;
    if (count_ == capacity_) grow();
    blocks_[count_++] = Block{.start = start, .size = size, .allocated_at = pc, .how = how};
    next_ = (start + size + 15) & ~std::uint64_t{15};
    return reinterpret_cast<void*>(start);
}

Arena::Block* Arena::find(std::uint64_t address) {
    Block* const block = last_before(address);
    return block && (address - block->start < block->size || address == block->start) ? block : nullptr;
}

Arena::Block* Arena::last_before(std::uint64_t address) {
    std::size_t low = 0, high = count_;
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        if (blocks_[middle].start <= address) low = middle + 1;
        else high = middle;
    }
    return low == 0 ? nullptr : &blocks_[low - 1];
}

void Arena::reset() {
    const std::uint64_t used = next_ - begin_;
    // Giving large stretches back to the system is cheaper than clearing them.
    constexpr std::uint64_t large = 4 << 20;
    if (used > large) madvise(reinterpret_cast<void*>(begin_), (used + 4095) & ~std::uint64_t{4095}, MADV_DONTNEED);
    else if (used) std::memset(reinterpret_cast<void*>(begin_), 0, used);
    next_ = begin_;
    count_ = 0;
}

} // namespace heddle::runtime
