// Stores that wait before others can see them, as they do in a processor's store buffer: part of the noise, because here
// every atomic operation takes a lock and drains the real one. In order, drained by every operation that is not an atomic
// load or a store weaker than seq_cst: what x86 does, and so something that every C++ program must live with.
#pragma once

#include <array>
#include <cstdint>

#include "native/clock.hpp"
#include "native/sync.hpp"

namespace heddle::native {

struct Thread;

struct WaitingStore {
    std::uint64_t address = 0;
    unsigned __int128 value = 0;
    unsigned size = 0;
    Message message; ///< what whoever reads the value acquires
};

struct StoreBuffer {
    std::array<WaitingStore, 4> stores;
    unsigned count = 0;
};

/// Whether the store may wait: noise wants it, there is room, and the memory outlives the calling function.
bool may_wait(const Thread& thread, std::uint64_t address);
/// The next free place; to be filled.
WaitingStore& put_off(Thread& thread);
/// All waiting stores of the thread become visible, in order.
void drain(Thread& thread);
/// Before a load of that address: stores to it must be seen by their own thread, and others grow old.
void before_load(Thread& thread, std::uint64_t address, unsigned size);

} // namespace heddle::native
