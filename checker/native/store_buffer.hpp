// Stores that wait before others can see them, as they do in a processor's store buffer: part of the noise, because here
// every atomic operation takes a lock and drains the real one. Drained by every operation that is not an atomic load or a store
// weaker than seq_cst, in order: what x86 does, and so something that every C++ program must live with. In runs in which
// loads see older stores (past_stores.hpp) a relaxed store may overtake those to other objects, as on other processors: no
// fence lies between them, or it would have drained the buffer, so whoever reads it learns nothing of them.
#pragma once

#include <array>
#include <cstdint>

#include "native/clock.hpp"
#include "native/past_stores.hpp"
#include "native/sync.hpp"

namespace heddle::native {

struct Thread;

struct WaitingStore {
    std::uint64_t address = 0;
    unsigned __int128 value = 0;
    unsigned size = 0;
    bool relaxed = false;
    Stamp made;
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
/// The last one that was put off may overtake the others.
void may_overtake(Thread& thread);
/// All waiting stores of the thread become visible, in order.
void drain(Thread& thread);
/// Before a load of that address: stores to it must be seen by their own thread, and others grow old.
void before_load(Thread& thread, std::uint64_t address, unsigned size);

} // namespace heddle::native
