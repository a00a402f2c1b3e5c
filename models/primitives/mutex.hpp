// A mutex, as the engine's operations on its address; for primitives that are built on mutexes.
#pragma once

#include <cstdint>
#include <ctime>

#include "runtime/fiber.hpp"

namespace heddle::primitives {

enum class MutexKind { normal, recursive, errorcheck };

/// Each ends the hook that calls it: what pthread_mutex_* returns, 0 or an error number, goes to the hook's caller.
int lock(void* mutex, MutexKind kind, std::uint64_t pc);
/// @param busy what the hook returns when another thread has the mutex
int try_lock(void* mutex, MutexKind kind, std::uint64_t pc, int busy);
/// Gives up when that time is reached: explored as one try, since time may pass at any moment.
int lock_until(void* mutex, MutexKind kind, const timespec* limit, std::uint64_t pc, int busy);
int unlock(void* mutex, MutexKind kind, std::uint64_t pc);

/// The thread is about to give the mutex up for a wait; fails when it does not hold it. @return how often it holds it
std::uint32_t release_for_wait(void* mutex, std::uint64_t pc);

/// The hook returns 0.
bool done(runtime::Fiber& fiber, Value& result);

/// Of a pthread_mutex_t, which says what kind it is.
MutexKind kind_of(const void* mutex, std::uint64_t pc);

} // namespace heddle::primitives
