#include "native/sync.hpp"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <mutex>

#include "native/address_space.hpp"
#include "native/watch.hpp"

namespace heddle::native {
namespace {

Sync* syncs;
std::atomic<std::uint32_t> next_sync{1};
SpinLock free_lock;
std::uint32_t first_free = 0;
/// Recorded orders of objects at the same address, one after the other, have numbers that go on.
std::atomic<std::uint32_t> sequence_base{0};

std::atomic_ref<std::uint32_t> first_at(std::uint64_t address) { return std::atomic_ref(*sync_index_of(address)); }

std::uint32_t allocate() {
    if (first_free) {
        const std::lock_guard guard(free_lock);
        if (const std::uint32_t index = first_free) {
            first_free = syncs[index].next;
            return index;
        }
    }
    const std::uint32_t index = next_sync.fetch_add(1, std::memory_order_relaxed);
    if (index >= max_syncs) {
        std::fputs("heddle: the program uses more synchronisation objects at once than the race detector can follow\n", stderr);
        std::_Exit(3);
    }
    return index;
}

} // namespace

void reserve_syncs() { syncs = static_cast<Sync*>(reserve(sizeof(Sync) * std::uint64_t{max_syncs})); }

Sync* find_sync(std::uint64_t address) {
    for (std::uint32_t i = first_at(address).load(std::memory_order_acquire); i; i = syncs[i].next)
        if (syncs[i].address == address) return &syncs[i];
    return nullptr;
}

Sync& sync_at(std::uint64_t address) {
    if (Sync* found = find_sync(address)) return *found;
    const std::uint32_t index = allocate();
    Sync& made = syncs[index];
    made.address = address;
    made.message.clear();
    made.readers_message.clear();
    made.sequence = sequence_base.load(std::memory_order_relaxed);
    made.order_node = made.owner = made.recursion = made.readers = made.acquired = made.created = made.kind = 0;
    made.linker_initialised = made.destroyed = false;
    std::atomic_ref(*page_of(address)).fetch_or(page_has_sync, std::memory_order_relaxed);
    auto first = first_at(address);
    for (std::uint32_t head = first.load(std::memory_order_acquire);;) {
        for (std::uint32_t i = head; i; i = syncs[i].next)
            if (syncs[i].address == address) return syncs[i]; // another thread was faster; ours is lost
        made.next = head;
        if (first.compare_exchange_weak(head, index, std::memory_order_acq_rel)) return made;
    }
}

std::uint32_t index_of(const Sync& sync) { return static_cast<std::uint32_t>(&sync - syncs); }
Sync& sync_numbered(std::uint32_t index) { return syncs[index]; }

void forget_syncs(std::uint64_t address, std::size_t size) {
    constexpr std::uint64_t page = 4096;
    for (std::uint64_t begin = address; begin < address + size;) {
        const std::uint64_t end = std::min((begin & ~(page - 1)) + page, address + size);
        if (*page_of(begin) & page_has_sync)
            for (std::uint64_t place = begin & ~std::uint64_t{7}; place < end; place += 8) {
                std::uint32_t index = *sync_index_of(place);
                if (!index) continue;
                index = first_at(place).exchange(0, std::memory_order_acq_rel);
                const std::lock_guard guard(free_lock);
                while (index) {
                    Sync& sync = syncs[index];
                    const std::uint32_t next = sync.next;
                    sync.address = 0;
                    if (sync.sequence > sequence_base.load(std::memory_order_relaxed))
                        sequence_base.store(sync.sequence, std::memory_order_relaxed);
                    board->holders[index] = 0;
                    sync.next = first_free;
                    first_free = index;
                    index = next;
                }
            }
        begin = end;
    }
}

} // namespace heddle::native
