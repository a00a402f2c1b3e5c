#include "native/locking.hpp"

#include <mutex>

#include "native/findings.hpp"
#include "native/inside.hpp"
#include "native/lock_order.hpp"
#include "native/noise.hpp"
#include "native/recorder.hpp"

namespace heddle::native {
namespace {

using Kind = trace::RecordedKind;

void watch_stack(WatchedStack& stack, Place place) {
    stack.count = static_cast<std::uint32_t>(stack_of(place, stack.pcs.data(), stack.pcs.size()));
}

void remember_held(Thread& thread) {
    thread.held_set = 0;
    for (std::uint32_t i = 0; i < thread.held_count; ++i)
        thread.held_set = with_lock(thread.held_set, thread.held[i].sync, thread.held[i].acquired, thread.held[i].shared);
}

bool recursive(const Sync& sync) { return sync.kind == static_cast<std::uint32_t>(SyncKind::recursive_mutex); }

std::uint64_t address_of(const volatile void* object) { return reinterpret_cast<std::uint64_t>(object); }

} // namespace

WaitingFor::WaitingFor(Thread& thread, Waiting what, std::uint64_t object, std::uint32_t sync, std::uint64_t pc) : thread_(thread) {
    if (thread.buffer.count) drain(thread); // others may have to see its stores for the wait to end
    Watched& watched = *thread.watched;
    watch_stack(watched.at, place_of(thread, pc));
    watched.lock_count = 0;
    for (std::uint32_t i = 0; i < thread.held_count && i < watched.locks.size(); ++i) {
        watched.locks[i].address = sync_numbered(thread.held[i].sync).address;
        watch_stack(watched.locks[i].acquired, thread.held[i].acquired);
        watched.lock_count = i + 1;
    }
    watched.object = object;
    watched.sync = sync;
    waited_ = thread.waits;
    watched.waiting = what;
    thread.waits = true;
    if (thread.pending_signals.load(std::memory_order_relaxed)) thread_does.deliver_signals(); // those that came before are not to be slept through
}

WaitingFor::~WaitingFor() {
    thread_.waits = waited_;
    thread_.watched->waiting = Waiting::no;
    thread_.watched->moves.fetch_add(1, std::memory_order_relaxed);
}

Sync& lock_wanted(Thread& thread, const volatile void* lock, SyncKind kind, bool shared, bool may_wait, std::uint64_t pc) {
    visible(thread);
    Sync& sync = sync_at(address_of(lock));
    if (only_atomic(sync)) sync.kind = static_cast<std::uint32_t>(kind);
    if (may_wait && thread.held_count && sync.owner != thread.serial + 1)
        note_lock_order(thread, sync, place_of(thread, pc), shared);
    return sync;
}

void lock_taken(Thread& thread, Sync& sync, bool shared, std::uint64_t pc) {
    {
        const std::lock_guard guard(sync.lock);
        if (!shared && sync.owner == thread.serial + 1) { // once more
            ++sync.recursion;
            return;
        }
        acquire_from(thread, sync.message);
        if (shared) {
            ++sync.readers;
        } else {
            acquire_from(thread, sync.readers_message);
            sync.owner = thread.serial + 1;
            sync.recursion = 1;
            board->holders[index_of(sync)].store(thread.serial + 1, std::memory_order_relaxed);
        }
        sync.acquired = place_of(thread, pc);
        if (thread.recorder) thread.recorder->sync(shared ? Kind::lock_shared : Kind::lock, sync, pc);
    }
    if (thread.held_count < thread.held.size()) {
        thread.held[thread.held_count++] = {index_of(sync), sync.acquired, shared};
        thread.held_set = with_lock(thread.held_set, index_of(sync), sync.acquired, shared);
    } else {
        found_limit("a thread holds more than 1024 locks: lock orders and held locks are not complete");
    }
    thread.watched->moves.fetch_add(1, std::memory_order_relaxed);
}

void lock_given_up(Thread& thread, const volatile void* lock, SyncKind kind, std::uint64_t pc, bool by_wait) {
    visible(thread);
    Sync& sync = sync_at(address_of(lock));
    if (only_atomic(sync)) sync.kind = static_cast<std::uint32_t>(kind);
    const std::uint32_t number = index_of(sync);
    std::uint32_t at = thread.held_count;
    while (at > 0 && thread.held[at - 1].sync != number) --at;
    if (at == 0) {
        if (sync.owner || !sync.readers) {
            const char* what = kind == SyncKind::shared_mutex ? "reader-writer lock" : kind == SyncKind::spin_lock ? "spin lock" : "mutex";
            if (sync.owner) found(FoundKind::misuse, pc, sync.address, "a %s is unlocked by a thread that does not hold it: T%u does", what, sync.owner - 1);
            else found(FoundKind::misuse, pc, sync.address, "a %s is unlocked that nobody holds", what);
        }
        const std::lock_guard guard(sync.lock);
        release_to(thread, sync.readers ? sync.readers_message : sync.message, true);
        if (sync.readers) --sync.readers;
        if (sync.owner) sync.owner = 0, board->holders[number] = 0;
        return;
    }
    const bool shared = thread.held[at - 1].shared;
    {
        const std::lock_guard guard(sync.lock);
        if (!shared && recursive(sync) && !by_wait && --sync.recursion > 0) return;
        if (thread.recorder && !by_wait) thread.recorder->sync(shared ? Kind::unlock_shared : Kind::unlock, sync, pc);
        if (shared) {
            release_to(thread, sync.readers_message, true);
            --sync.readers;
        } else {
            release_to(thread, sync.message, false);
            sync.readers_message.clear(); // all of it is in the thread's clock
            sync.owner = sync.recursion = 0;
            board->holders[number].store(0, std::memory_order_relaxed);
        }
    }
    for (std::uint32_t i = at; i < thread.held_count; ++i) thread.held[i - 1] = thread.held[i];
    --thread.held_count;
    if (at - 1 == thread.held_count && thread.held_set && lock_node(thread.held_set).sync == number)
        thread.held_set = lock_node(thread.held_set).others;
    else remember_held(thread);
    thread.watched->moves.fetch_add(1, std::memory_order_relaxed);
}

void trylock_failed(Thread& thread, Sync& sync, std::uint64_t pc) {
    thread.watched->spins.fetch_add(1, std::memory_order_relaxed);
    if (!thread.recorder) return;
    const std::lock_guard guard(sync.lock);
    thread.recorder->sync(Kind::trylock_failed, sync, pc);
}

void lock_created(const volatile void* lock, SyncKind kind, std::uint64_t pc) {
    forget_syncs(address_of(lock), 8);
    Sync& sync = sync_at(address_of(lock));
    sync.kind = static_cast<std::uint32_t>(kind);
    sync.created = place_of(*me, pc);
}

void lock_destroyed(Thread& thread, const volatile void* lock, std::uint64_t pc) {
    Sync* sync = find_sync(address_of(lock));
    if (!sync) return;
    if (sync->owner || sync->readers) {
        found(FoundKind::misuse, pc, sync->address, sync->owner ? "a locked mutex is destroyed; T%u holds it" : "a mutex is destroyed while readers hold it",
              sync->owner - 1);
        for (std::uint32_t i = 0; i < thread.held_count; ++i)
            if (thread.held[i].sync == index_of(*sync)) {
                for (std::uint32_t j = i + 1; j < thread.held_count; ++j) thread.held[j - 1] = thread.held[j];
                --thread.held_count;
                remember_held(thread);
                break;
            }
    }
    forget_syncs(sync->address, 8);
}

void release_at(Thread& thread, Sync& sync, bool add) { release_to(thread, sync.message, add); }
void acquire_at(Thread& thread, Sync& sync) { acquire_from(thread, sync.message); }

} // namespace heddle::native
