#include "native/store_buffer.hpp"

#include <cstring>
#include <mutex>

#include "native/noise.hpp"
#include "native/thread.hpp"

namespace heddle::native {

namespace {

template <typename T>
T put(const WaitingStore& store) {
    return __atomic_exchange_n(reinterpret_cast<T*>(store.address), static_cast<T>(store.value), __ATOMIC_SEQ_CST);
}

void carry_out(const WaitingStore& store) {
    Sync& sync = sync_at(store.address);
    if (!sync.kind) sync.kind = static_cast<std::uint32_t>(SyncKind::atomic);
    const std::lock_guard guard(sync.lock);
    std::uint64_t overwritten;
    switch (store.size) {
    case 1: overwritten = put<std::uint8_t>(store); break;
    case 2: overwritten = put<std::uint16_t>(store); break;
    case 4: overwritten = put<std::uint32_t>(store); break;
    default: overwritten = put<std::uint64_t>(store); break;
    }
    if (remembers_stores) expect_store(sync, overwritten, store.size);
    if (only_atomic(sync)) sync.message.copy(store.message);
    else sync.message.join(store.message);
    if (remembers_stores) note_store(sync, static_cast<std::uint64_t>(store.value), store.made, MemoryOrder::relaxed);
}

bool overlap(const WaitingStore& store, std::uint64_t address, unsigned size) {
    return address < store.address + store.size && store.address < address + size;
}

} // namespace

bool may_wait(const Thread& thread, std::uint64_t address) {
    return buffers_stores && !thread.recorder && address - thread.stack_low >= thread.stack_high - thread.stack_low &&
           thread.buffer.count < thread.buffer.stores.size();
}

WaitingStore& put_off(Thread& thread) { return thread.buffer.stores[thread.buffer.count++]; }

void drain(Thread& thread) {
    for (unsigned i = 0; i < thread.buffer.count; ++i) carry_out(thread.buffer.stores[i]);
    thread.buffer.count = 0;
}

void may_overtake(Thread& thread) {
    StoreBuffer& buffer = thread.buffer;
    const WaitingStore& last = buffer.stores[buffer.count - 1];
    if (buffer.count < 2 || !remembers_stores || !last.relaxed || random_of(thread) % 2) return;
    for (unsigned i = 0; i + 1 < buffer.count; ++i)
        if (overlap(buffer.stores[i], last.address, last.size)) return;
    carry_out(last);
    --buffer.count;
    linger(thread);
}

void before_load(Thread& thread, std::uint64_t address, unsigned size) {
    if (!thread.buffer.count) return;
    bool now = random_of(thread) % 4 == 0;
    for (unsigned i = 0; i < thread.buffer.count; ++i) now |= overlap(thread.buffer.stores[i], address, size);
    if (now) drain(thread);
}

} // namespace heddle::native
