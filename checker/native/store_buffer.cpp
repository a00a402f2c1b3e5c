#include "native/store_buffer.hpp"

#include <cstring>
#include <mutex>

#include "native/noise.hpp"
#include "native/thread.hpp"

namespace heddle::native {

bool may_wait(const Thread& thread, std::uint64_t address) {
    return buffers_stores && !thread.recorder && address - thread.stack_low >= thread.stack_high - thread.stack_low &&
           thread.buffer.count < thread.buffer.stores.size();
}

WaitingStore& put_off(Thread& thread) { return thread.buffer.stores[thread.buffer.count++]; }

void drain(Thread& thread) {
    for (unsigned i = 0; i < thread.buffer.count; ++i) {
        WaitingStore& store = thread.buffer.stores[i];
        Sync& sync = sync_at(store.address);
        if (!sync.kind) sync.kind = static_cast<std::uint32_t>(SyncKind::atomic);
        const std::lock_guard guard(sync.lock);
        auto* place = reinterpret_cast<void*>(store.address);
        switch (store.size) {
        case 1: __atomic_store_n(static_cast<std::uint8_t*>(place), static_cast<std::uint8_t>(store.value), __ATOMIC_SEQ_CST); break;
        case 2: __atomic_store_n(static_cast<std::uint16_t*>(place), static_cast<std::uint16_t>(store.value), __ATOMIC_SEQ_CST); break;
        case 4: __atomic_store_n(static_cast<std::uint32_t*>(place), static_cast<std::uint32_t>(store.value), __ATOMIC_SEQ_CST); break;
        default: __atomic_store_n(static_cast<std::uint64_t*>(place), static_cast<std::uint64_t>(store.value), __ATOMIC_SEQ_CST); break;
        }
        sync.message.copy(store.message);
    }
    thread.buffer.count = 0;
}

void before_load(Thread& thread, std::uint64_t address, unsigned size) {
    if (!thread.buffer.count) return;
    bool now = random_of(thread) % 4 == 0;
    for (unsigned i = 0; i < thread.buffer.count; ++i) {
        const WaitingStore& store = thread.buffer.stores[i];
        now |= address < store.address + store.size && store.address < address + size;
    }
    if (now) drain(thread);
}

} // namespace heddle::native
