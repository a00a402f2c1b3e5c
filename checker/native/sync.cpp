#include "native/sync.hpp"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <mutex>

#include "native/address_space.hpp"
#include "native/past_stores.hpp"
#include "native/recorder.hpp"
#include "native/watch.hpp"

namespace heddle::native {
namespace {

Sync* syncs;
std::atomic<std::uint32_t> next_sync{1};
SpinLock free_lock;
std::uint32_t first_free = 0;

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

void begin_anew(Sync& sync) {
    sync.message.clear();
    sync.readers_message.clear();
    sync.order_node = sync.owner = sync.recursion = sync.readers = sync.acquired = sync.created = sync.kind = 0;
    sync.linker_initialised = sync.not_static = false;
    if (remembers_stores) forget_past_stores(sync);
}

/// A recording counts what happens at an address, whatever objects follow each other there: the object stays, as a new one.
void begin_all_anew(std::uint32_t index) {
    for (; index; index = syncs[index].next) {
        const std::lock_guard guard(syncs[index].lock);
        begin_anew(syncs[index]);
        board->holders[index] = 0;
    }
}

void recycle_all(std::uint32_t index) {
    const std::lock_guard guard(free_lock);
    while (index) {
        Sync& sync = syncs[index];
        const std::uint32_t next = sync.next;
        sync.address = 0;
        board->holders[index] = 0;
        sync.next = first_free;
        first_free = index;
        index = next;
    }
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
    made.sequence = 0;
    begin_anew(made);
    std::atomic_ref(*page_of(address)).fetch_or(page_has_sync, std::memory_order_relaxed);
    auto first = first_at(address);
    for (std::uint32_t head = first.load(std::memory_order_acquire);;) {
        for (std::uint32_t i = head; i; i = syncs[i].next)
            if (syncs[i].address == address) return syncs[i]; // another thread was faster; ours is lost
        made.next = head;
        if (first.compare_exchange_weak(head, index, std::memory_order_acq_rel)) return made;
    }
}

const Sync* first_sync_at(std::uint64_t address) {
    const std::uint32_t index = first_at(address).load(std::memory_order_acquire);
    return index ? &syncs[index] : nullptr;
}
const Sync* sync_after(const Sync& sync) { return sync.next ? &syncs[sync.next] : nullptr; }

std::uint32_t index_of(const Sync& sync) { return static_cast<std::uint32_t>(&sync - syncs); }
void move_syncs(std::uint64_t from, std::uint64_t to, std::size_t size) {
    const auto one = [&](std::uint64_t offset) {
        const std::uint32_t first = first_at(from + offset).exchange(0);
        recycle_all(first_at(to + offset).exchange(0));
        if (!first) return;
        for (std::uint32_t i = first; i; i = syncs[i].next) syncs[i].address += to - from;
        first_at(to + offset).store(first);
        std::atomic_ref(*page_of(to + offset)).fetch_or(page_has_sync, std::memory_order_relaxed);
    };
    if (to < from)
        for (std::uint64_t offset = 0; offset < size; offset += 8) one(offset);
    else
        for (std::uint64_t offset = size & ~std::uint64_t{7}; offset >= 8; offset -= 8) one(offset - 8);
}

namespace {
std::uint32_t syncs_held = 0;
}

void hold_syncs() {
    const std::uint32_t count = next_sync.load();
    for (std::uint32_t i = 1; i < count; ++i) syncs[i].lock.lock();
    free_lock.lock();
    hold_past_stores();
    syncs_held = count;
}
void let_syncs_go() {
    let_past_stores_go();
    free_lock.unlock();
    for (std::uint32_t i = 1; i < syncs_held; ++i) syncs[i].lock.unlock();
}

Sync& sync_numbered(std::uint32_t index) { return syncs[index]; }

void forget_syncs(std::uint64_t address, std::size_t size) {
    constexpr std::uint64_t page = 4096;
    for (std::uint64_t begin = address; begin < address + size;) {
        const std::uint64_t end = std::min((begin & ~(page - 1)) + page, address + size);
        if (*page_of(begin) & page_has_sync)
            for (std::uint64_t place = begin & ~std::uint64_t{7}; place < end; place += 8) {
                if (!*sync_index_of(place)) continue;
                if (recording) begin_all_anew(first_at(place).load(std::memory_order_acquire));
                else recycle_all(first_at(place).exchange(0, std::memory_order_acq_rel));
            }
        begin = end;
    }
}

} // namespace heddle::native
