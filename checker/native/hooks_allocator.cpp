// <sanitizer/allocator_interface.h>: what a program can ask about its heap, and its hooks for every block; and the unaligned
// loads and stores of <sanitizer/common_interface_defs.h>.
#include <array>
#include <atomic>
#include <cstring>

#include <malloc.h>

#include "native/accesses.hpp"
#include "native/allocating.hpp"
#include "native/callbacks.hpp"
#include "native/heap.hpp"
#include "native/hook.hpp"
#include "native/inside.hpp"
#include "native/real.hpp"

namespace heddle::native {

std::atomic<unsigned> allocation_watchers{0};

namespace {

struct Watcher {
    void (*allocated)(const volatile void*, std::size_t);
    void (*freed)(const volatile void*);
};
std::array<Watcher, 5> watchers;

bool block_at(const volatile void* start, Block& block) {
    const auto address = reinterpret_cast<std::uint64_t>(start);
    return address && find_block(address, block) && block.start == address && !block.freed;
}

std::size_t estimate(std::size_t size) { return size; }
int owns(const volatile void* start) {
    Block block;
    return block_at(start, block);
}
std::size_t size_of_block(const volatile void* start) {
    Block block;
    return block_at(start, block) ? block.size : 0;
}
std::size_t in_use() {
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}
std::size_t heap_size() {
    const struct mallinfo2 info = mallinfo2();
    return info.arena + info.hblkhd;
}
std::size_t free_bytes() { return mallinfo2().fordblks; }
std::size_t none() { return 0; }

int install(void (*allocated)(const volatile void*, std::size_t), void (*freed)(const volatile void*)) {
    const unsigned count = allocation_watchers.load();
    if (!allocated || !freed || count == watchers.size()) return 0;
    watchers[count] = {allocated, freed};
    allocation_watchers.store(count + 1);
    return static_cast<int>(count + 1);
}

template <typename Value>
Value load(const void* from) {
    access_range(reinterpret_cast<std::uint64_t>(from), sizeof(Value), Access::read, HEDDLE_CALLER);
    Value value;
    std::memcpy(&value, from, sizeof value);
    return value;
}
template <typename Value>
void store(void* to, Value value) {
    access_range(reinterpret_cast<std::uint64_t>(to), sizeof(Value), Access::write, HEDDLE_CALLER);
    std::memcpy(to, &value, sizeof value);
}

void nothing() {}
int yes() { return 1; }

} // namespace

void tell_allocated(const void* block, std::size_t size) {
    const Inside inside;
    if (callbacks.allocated) callbacks.allocated(block, size);
    for (unsigned i = 0, count = allocation_watchers.load(); i < count; ++i) watchers[i].allocated(block, size);
}
void tell_freed(const void* block) {
    const Inside inside;
    if (callbacks.freed) callbacks.freed(block);
    for (unsigned i = 0, count = allocation_watchers.load(); i < count; ++i) watchers[i].freed(block);
}

std::span<const Hook> allocator_hooks() {
    static const Hook hooks[]{
        hook("__sanitizer_get_estimated_allocated_size", estimate), hook("__sanitizer_get_ownership", owns),
        hook("__sanitizer_get_allocated_size", size_of_block), hook("__sanitizer_get_current_allocated_bytes", in_use),
        hook("__sanitizer_get_heap_size", heap_size), hook("__sanitizer_get_free_bytes", free_bytes),
        hook("__sanitizer_get_unmapped_bytes", none), hook("__sanitizer_install_malloc_and_free_hooks", install),
        hook("__sanitizer_purge_allocator", nothing), hook("__sanitizer_annotate_contiguous_container", nothing),
        hook("__sanitizer_verify_contiguous_container", yes), hook("__sanitizer_contiguous_container_find_bad_address", none),
        hook("__sanitizer_start_switch_fiber", nothing), hook("__sanitizer_finish_switch_fiber", nothing),
        hook("__sanitizer_unaligned_load16", load<std::uint16_t>), hook("__sanitizer_unaligned_load32", load<std::uint32_t>),
        hook("__sanitizer_unaligned_load64", load<std::uint64_t>), hook("__sanitizer_unaligned_store16", store<std::uint16_t>),
        hook("__sanitizer_unaligned_store32", store<std::uint32_t>), hook("__sanitizer_unaligned_store64", store<std::uint64_t>),
    };
    return hooks;
}

} // namespace heddle::native
