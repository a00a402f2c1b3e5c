#include "native/address_space.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <sys/mman.h>

#include <fmt/format.h>

#include "core/error.hpp"

namespace heddle::native {

void* reserve(std::size_t size, std::uint64_t at, bool shared) {
    const int flags = (shared ? MAP_SHARED : MAP_PRIVATE) | MAP_ANONYMOUS | MAP_NORESERVE | (at ? MAP_FIXED_NOREPLACE : 0);
    void* memory = mmap(reinterpret_cast<void*>(at), size, PROT_READ | PROT_WRITE, flags, -1, 0);
    if (memory == MAP_FAILED || (at && memory != reinterpret_cast<void*>(at)))
        throw UserError(fmt::format("cannot reserve {} GiB of addresses for the race detector: {} (is there a limit on "
                                    "virtual memory, ulimit -v?)",
                                    size >> 30, std::strerror(errno)));
    madvise(memory, size, MADV_DONTDUMP);
    return memory;
}

void reserve_shadow() {
    reserve(shadow_size, shadow_base);
    reserve(sync_size, sync_base);
    reserve(block_size, block_base);
    reserve(page_size, page_base);
}

void move_accesses(std::uint64_t from, std::uint64_t to, std::size_t size) {
    std::memmove(cells_of(to), cells_of(from), (size + 7) / 8 * 4 * sizeof(Cell));
    // What is left behind in the part that the new place does not cover.
    const std::uint64_t begin = to < from ? std::max(from, to + size) : from;
    const std::uint64_t end = to < from ? from + size : std::min(from + size, to);
    if (begin < end) forget_accesses(begin, end - begin);
}

void forget_accesses(std::uint64_t address, std::size_t size) {
    const std::uint64_t begin = reinterpret_cast<std::uint64_t>(cells_of(address));
    const std::uint64_t end = reinterpret_cast<std::uint64_t>(cells_of(address + size + 7));
    constexpr std::uint64_t page = 4096, worth_a_call = 64 << 10;
    if (end - begin < worth_a_call) {
        std::memset(reinterpret_cast<void*>(begin), 0, end - begin);
        return;
    }
    const std::uint64_t first = (begin + page - 1) & ~(page - 1), last = end & ~(page - 1);
    std::memset(reinterpret_cast<void*>(begin), 0, first - begin);
    madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED);
    std::memset(reinterpret_cast<void*>(last), 0, end - last);
}

} // namespace heddle::native
