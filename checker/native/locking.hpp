// What every kind of lock does to clocks, held locks, lock orders and the recording; and how a thread says what it waits
// for. The lock itself is the C library's.
#pragma once

#include "native/sync.hpp"
#include "native/thread.hpp"
#include "native/watch.hpp"

namespace heddle::native {

/// While one lives, the thread is said to wait.
class WaitingFor {
public:
    WaitingFor(Thread& thread, Waiting what, std::uint64_t object, std::uint32_t sync, std::uint64_t pc);
    ~WaitingFor();
    WaitingFor(const WaitingFor&) = delete;

private:
    Thread& thread_;
    bool waited_; ///< already: a signal handler waits while its thread does
};

/// About to ask for the lock: noise, the order of locks. @return its object
Sync& lock_wanted(Thread& thread, const volatile void* lock, SyncKind kind, bool shared, bool may_wait, std::uint64_t pc);
/// Got it.
void lock_taken(Thread& thread, Sync& sync, bool shared, std::uint64_t pc);
/// About to give it up. Reports one that the thread does not hold.
void lock_given_up(Thread& thread, const volatile void* lock, SyncKind kind, std::uint64_t pc, bool by_wait = false);
void trylock_failed(Thread& thread, Sync& sync, std::uint64_t pc);
void lock_created(const volatile void* lock, SyncKind kind, std::uint64_t pc);
/// Reports one that is held.
void lock_destroyed(Thread& thread, const volatile void* lock, std::uint64_t pc);

/// Releases to, or acquires from, the object; recorded as that event.
void release_at(Thread& thread, Sync& sync, bool add);
void acquire_at(Thread& thread, Sync& sync);

} // namespace heddle::native
