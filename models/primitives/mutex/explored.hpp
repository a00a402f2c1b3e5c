// A mutex, as the engine's operations on its address; for primitives that are built on mutexes.
#pragma once

#include <cstdint>
#include <ctime>

#include "runtime/fiber.hpp"

namespace heddle::primitives {

/// Whose second lock by its holder waits, counts or fails; robust: when a thread ends that holds it, the next one is told.
struct MutexKind {
    enum Type { normal, recursive, errorcheck } type = normal;
    bool robust = false;
    MutexKind(Type t, bool r = false) : type(t), robust(r) {}
    bool operator==(Type other) const { return type == other; }
};

/// Each ends the hook that calls it: what pthread_mutex_* returns, 0 or an error number, goes to the hook's caller.
int lock(void* mutex, MutexKind kind, std::uint64_t pc);
/// @param busy what the hook returns when another thread has the mutex
int try_lock(void* mutex, MutexKind kind, std::uint64_t pc, int busy);
/// Gives up when that time is reached: explored as one try, since time may pass at any moment.
int lock_until(void* mutex, MutexKind kind, const timespec* limit, std::uint64_t pc, int busy);
int unlock(void* mutex, MutexKind kind, std::uint64_t pc);

/// The thread is about to give the mutex up for a wait; fails when it does not hold it. @return how it holds it
runtime::HeldMutex release_for_wait(void* mutex, std::uint64_t pc);

// For continuations that take a mutex and give it up.

/// Of a robust mutex that has just been granted: 0; EOWNERDEAD; or ENOTRECOVERABLE, which must be unlocked, and is not held.
int robust_state(runtime::Fiber& fiber, std::uint64_t mutex);
/// After the grant: the thread holds the mutex, and its memory says so.
void note_held(runtime::Fiber& fiber, const runtime::HeldMutex& held);
/// After the unlock: its memory says so.
void note_free(std::uint64_t mutex);

/// At the end of a thread: what it still holds of robust mutexes is given up, and the next to lock them is told.
void give_up_robust();

/// The hook returns 0.
bool done(runtime::Fiber& fiber, Value& result);

/// Of a pthread_mutex_t, which says what kind it is.
MutexKind kind_of(const void* mutex, std::uint64_t pc);

} // namespace heddle::primitives
