// Loads that see older stores: part of the noise, because here every store is visible to all threads at once, and a processor or
// a compiler need not make it so. As in tsan11 (Lidbury, Donaldson, POPL 2017) and C11Tester (Luo, Demsky, ASPLOS 2021): each
// atomic object has a short history of its last stores, and a load may choose any that RC11 and C++20 let it read.
//
// Modification order is the order of execution, and read-modify-writes read the newest store. A load L must not read a store
// when a newer one of the same object is
//   - coherence: made or read by anything that happens before L (happens-before is that of the detector's clocks);
//   - a seq_cst fence X that happens before L: made or read before another seq_cst fence that was executed before X, or made or
//     read by a seq_cst access that was;
//   - L is seq_cst: made or read before a seq_cst fence executed so far, or by a seq_cst access.
// S, the order of all seq_cst operations, is thus the order of their execution. docs/decisions/0013-older-stores.md
// has the argument that nothing else can be seen; tests/run/older_stores compares random programs with the explored backend.
//
// A value that was overwritten long ago is not read any more, nor over and over by one thread: stores become visible in
// finite time. An object accessed in other ways (other sizes, plainly, by code without instrumentation) has what its memory
// says, and its history begins anew.
#pragma once

#include <atomic>
#include <cstdint>

#include "core/memory_order.hpp"
#include "native/clock.hpp"
#include "native/sync.hpp"

namespace heddle::native {

struct Thread;

/// Who did something, and when: its own entry of its clock at that moment.
struct Stamp {
    Slot slot = 0;
    Epoch epoch = 0;
};
/// Of what the thread does now. The thread's next release will cover it.
Stamp stamp_of(Thread& thread);

struct PastStore {
    std::uint64_t value = 0;
    Message message; ///< what whoever reads the value acquires
};

/// Whether loads may see older stores in this run.
extern std::atomic<bool> remembers_stores;
/// From now on; of 4 loads that could, `staleness` (1 to 3) do.
void remember_stores(unsigned staleness);

// In what follows the object's lock is held. `memory` is what the object holds then, `size` at most 8.

/// The store that the load reads when it is not the newest; else null. With `newest` it is always that one.
const PastStore* note_load(Thread& thread, const Sync& sync, std::uint64_t memory, unsigned size, MemoryOrder order, bool newest = false);
/// Before the clock part of a write; `memory`: what it overwrites.
void expect_store(const Sync& sync, std::uint64_t memory, unsigned size);
/// After it.
void note_store(const Sync& sync, std::uint64_t value, Stamp by, MemoryOrder order);
/// Only the newest store can be read.
void forget_past_stores(const Sync& sync);

/// An access to these bytes: histories of other objects that lie partly there come to nothing. No lock may be held.
void end_overlapping_histories(std::uint64_t address, unsigned size);
/// The same for the object itself: an access that is not noted.
void end_history_at(std::uint64_t address);
/// For the moment of a fork, when the objects are held (hold_syncs): nobody is in the middle of a change.
void hold_past_stores();
void let_past_stores_go();
/// The stores made so far are visible to everybody.
void show_all_stores();
/// A seq_cst fence; what it released is in thread.released_by_fence.
void note_seq_cst_fence(Thread& thread);

} // namespace heddle::native
