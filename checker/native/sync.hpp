// What is known about an object that threads synchronise through: an atomic, a lock, a semaphore, a flag of a static
// object. Made when it is first used and found by its address; forgotten with the memory that it lies in.
#pragma once

#include <cstdint>

#include "native/clock.hpp"
#include "native/places.hpp"
#include "native/spin_lock.hpp"

namespace heddle::native {

struct Sync {
    SpinLock lock;                ///< for all that follows; for atomics also for the access itself
    std::uint32_t next = 0;       ///< another object in the same 8 bytes
    std::uint64_t address = 0;
    Message message;              ///< what was released to it
    std::uint32_t sequence = 0;   ///< recorded events of its address so far
    std::uint32_t owner = 0;      ///< locks: thread number + 1 of who holds it exclusively; 0: nobody
    std::uint32_t recursion = 0;  ///< once: whether an attempt has failed
    std::uint32_t readers = 0;
    Place acquired = 0, created = 0;
    std::uint32_t kind = 0;       ///< a SyncKind
    bool linker_initialised = false, not_static = false; ///< said of a lock of the program's own making
    Message readers_message;      ///< shared locks: what readers released
    std::uint32_t order_node = 0; ///< in the graph of lock orders; 0: not yet
};

enum class SyncKind : std::uint32_t { unknown, atomic, mutex, recursive_mutex, shared_mutex, spin_lock, annotated };

/// What the program says of an address goes before what it does there: a lock of its own making, annotated, may well be an
/// atomic flag, and storing to that takes nothing back.
inline bool only_atomic(const Sync& sync) { return sync.kind <= static_cast<std::uint32_t>(SyncKind::atomic); }

void reserve_syncs();
/// The object at the address, made when there is none.
Sync& sync_at(std::uint64_t address);
/// … or null.
Sync* find_sync(std::uint64_t address);
/// Those in the 8 bytes at the address, one after the other; null: no more.
const Sync* first_sync_at(std::uint64_t address);
const Sync* sync_after(const Sync& sync);
std::uint32_t index_of(const Sync& sync);
Sync& sync_numbered(std::uint32_t index);
/// The memory is used for something else from now on.
void forget_syncs(std::uint64_t address, std::size_t size);
/// The memory is somewhere else from now on; the ranges may overlap. No other thread may be at work on either.
void move_syncs(std::uint64_t from, std::uint64_t to, std::size_t size);
/// For the moment of a fork: no other thread is in the middle of changing an object.
void hold_syncs();
/// … in the parent and in the child.
void let_syncs_go();

} // namespace heddle::native
