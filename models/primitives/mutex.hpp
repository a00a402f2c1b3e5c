// A mutex, as the engine's operations on its address; for primitives that are built on mutexes.
#pragma once

#include <cstdint>

namespace heddle::primitives {

enum class MutexKind { normal, recursive, errorcheck };

/// All return what pthread_mutex_* returns: 0 or an error number.
int lock(void* mutex, MutexKind kind, std::uint64_t pc);
int try_lock(void* mutex, MutexKind kind, std::uint64_t pc);
int unlock(void* mutex, MutexKind kind, std::uint64_t pc);

/// Fails unless the thread holds the mutex that it is about to wait with.
void require_held(const void* mutex, std::uint64_t pc);
/// Gives the mutex up for a wait, however often it is held. @return how often it was held
std::uint32_t unlock_for_wait(void* mutex, std::uint64_t pc);
void lock_after_wait(void* mutex, std::uint32_t count, std::uint64_t pc);

/// Of a pthread_mutex_t, which says what kind it is.
MutexKind kind_of(const void* mutex, std::uint64_t pc);

} // namespace heddle::primitives
