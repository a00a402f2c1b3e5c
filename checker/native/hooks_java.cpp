// A managed heap (the race detectors' interface for Java): objects in memory of the program's own, which a collector moves;
// monitors, which are recursive; volatile and final fields.
#include <algorithm>
#include <mutex>

#include "native/accesses.hpp"
#include "native/findings.hpp"
#include "native/heap.hpp"
#include "native/hook.hpp"
#include "native/inside.hpp"
#include "native/locking.hpp"
#include "native/noise.hpp"
#include "native/real.hpp"

namespace heddle::native {
namespace {

using Address = unsigned long;

void nothing() {}
int no_status() { return 0; }

void allocate(Address start, Address size) {
    if (!watching()) return;
    const Inside inside;
    add_block(start, size, Family::unknown, HEDDLE_CALLER);
    forget_accesses(start, size); // whoever sees the reference may use the object: its fields are another matter
    forget_syncs(start, size);
}
void release(Address start, Address size) {
    if (!watching()) return;
    const Inside inside;
    drop_blocks(start, size);
    forget_accesses(start, size);
    forget_syncs(start, size);
}
/// The world stands still meanwhile.
void move(Address from, Address to, Address size) {
    if (!watching() || from == to) return;
    const Inside inside;
    move_accesses(from, to, size);
    move_syncs(from, to, size);
    move_blocks(from, to, size);
}
Address find(Address* from, Address to) {
    for (Address place = *from; place < to; place += 8) {
        Block block;
        if (find_block(place, block) && block.start == place && !block.freed) return *from = place, block.size;
    }
    return 0;
}
/// Before finalizers run: all that anybody has done is over.
void finalize() {
    if (!watching()) return;
    const Inside inside;
    acquire_from_all(*me);
}

void lock_levels(Address lock, int levels, std::uint64_t pc) {
    if (!watching() || levels <= 0) return;
    const Inside inside;
    Sync& sync = lock_wanted(*me, reinterpret_cast<void*>(lock), SyncKind::recursive_mutex, false, true, pc);
    const bool held = sync.owner == me->serial + 1;
    lock_taken(*me, sync, false, pc);
    if (!held) sync.recursion = static_cast<std::uint32_t>(levels);
}
void lock(Address lock) { lock_levels(lock, 1, HEDDLE_CALLER); }
void lock_again(Address lock, int levels) { lock_levels(lock, levels, HEDDLE_CALLER); }
void unlock(Address lock) {
    if (!watching()) return;
    const Inside inside;
    lock_given_up(*me, reinterpret_cast<void*>(lock), SyncKind::recursive_mutex, HEDDLE_CALLER);
}
int unlock_all(Address lock) {
    if (!watching()) return 1;
    const Inside inside;
    Sync& sync = sync_at(lock);
    const int levels = sync.owner == me->serial + 1 ? static_cast<int>(sync.recursion) : 1;
    if (sync.owner == me->serial + 1) sync.recursion = 1;
    lock_given_up(*me, reinterpret_cast<void*>(lock), SyncKind::recursive_mutex, HEDDLE_CALLER);
    return levels;
}
void read_lock(Address lock) {
    if (!watching()) return;
    const Inside inside;
    Sync& sync = lock_wanted(*me, reinterpret_cast<void*>(lock), SyncKind::recursive_mutex, true, true, HEDDLE_CALLER);
    lock_taken(*me, sync, true, HEDDLE_CALLER);
}

template <typename Order>
void at(Address address, Order order) {
    if (!watching()) return;
    const Inside inside;
    visible_access(*me);
    Sync& sync = sync_at(address);
    const std::lock_guard guard(sync.lock);
    if (only_atomic(sync)) sync.kind = static_cast<std::uint32_t>(SyncKind::annotated);
    order(sync);
}
void acquire(Address address) {
    at(address, [](Sync& sync) { acquire_at(*me, sync); });
}
void release_added(Address address) {
    if (watching()) drain(*me);
    at(address, [](Sync& sync) { release_at(*me, sync, true); });
}
void release_alone(Address address) {
    if (watching()) drain(*me);
    at(address, [](Sync& sync) { release_at(*me, sync, false); });
}

} // namespace

std::span<const Hook> java_hooks() {
    static const Hook hooks[]{
        hook("__tsan_java_init", nothing), hook("__tsan_java_fini", no_status), hook("__tsan_java_alloc", allocate),
        hook("__tsan_java_free", release), hook("__tsan_java_move", move), hook("__tsan_java_reset", nothing),
        hook("__tsan_java_finalize", finalize), hook("__tsan_java_find", find),
        hook("__tsan_java_mutex_lock", lock), hook("__tsan_java_mutex_unlock", unlock),
        hook("__tsan_java_mutex_read_lock", read_lock), hook("__tsan_java_mutex_read_unlock", unlock),
        hook("__tsan_java_mutex_lock_rec", lock_again), hook("__tsan_java_mutex_unlock_rec", unlock_all),
        hook("__tsan_java_acquire", acquire), hook("__tsan_java_release", release_added),
        hook("__tsan_java_release_store", release_alone),
    };
    return hooks;
}

} // namespace heddle::native
