// Mutexes. The engine keeps the queue; which mutexes a thread holds is a function of its own history and is kept with it.

#include "primitives/mutex.hpp"

#include <pthread.h>

#include <cerrno>
#include <cstring>

#include "runtime/hooks.hpp"

using namespace heddle;
using namespace heddle::runtime;

namespace heddle::primitives {
namespace {

HeldMutex* find_held(const void* mutex) {
    Fiber& fiber = current();
    const auto address = reinterpret_cast<std::uint64_t>(mutex);
    for (std::uint32_t i = fiber.held_count; i-- > 0;)
        if (fiber.held[i].address == address) return &fiber.held[i];
    return nullptr;
}

void note_held(const void* mutex, std::uint32_t count, std::uint64_t pc) {
    Fiber& fiber = current();
    if (fiber.held_count == Fiber::max_held)
        fail(Verdict::unsupported, pc, "a thread that holds more than %u mutexes is not modelled", Fiber::max_held);
    fiber.held[fiber.held_count++] = {reinterpret_cast<std::uint64_t>(mutex), count};
}

void forget_held(HeldMutex* held) {
    Fiber& fiber = current();
    *held = fiber.held[--fiber.held_count];
}

void acquire(void* mutex, std::uint64_t pc) {
    if (perform(OpKind::ticket, mutex, pc) == 0) perform(OpKind::grant, mutex, pc);
}

} // namespace

int lock(void* mutex, MutexKind kind, std::uint64_t pc) {
    if (HeldMutex* held = find_held(mutex)) {
        if (kind == MutexKind::errorcheck) return EDEADLK;
        if (kind == MutexKind::recursive) {
            ++held->count;
            return 0;
        }
        // A normal mutex taken again by its holder waits for itself: the engine will say so.
    }
    acquire(mutex, pc);
    note_held(mutex, 1, pc);
    return 0;
}

int try_lock(void* mutex, MutexKind kind, std::uint64_t pc) {
    if (HeldMutex* held = find_held(mutex)) {
        if (kind != MutexKind::recursive) return EBUSY; // its own lock: no other thread has a say
        ++held->count;
        return 0;
    }
    switch (perform(OpKind::try_ticket, mutex, pc)) {
    case 2: perform(OpKind::held, mutex, pc); return EBUSY;
    case 0: perform(OpKind::grant, mutex, pc); break;
    default: break;
    }
    note_held(mutex, 1, pc);
    return 0;
}

int unlock(void* mutex, MutexKind kind, std::uint64_t pc) {
    HeldMutex* held = find_held(mutex);
    if (!held) {
        if (kind != MutexKind::normal) return EPERM;
        fail(Verdict::misuse, pc, "a mutex is unlocked by a thread that does not hold it");
    }
    if (--held->count > 0) return 0;
    forget_held(held);
    perform(OpKind::unlock, mutex, pc);
    return 0;
}

void require_held(const void* mutex, std::uint64_t pc) {
    if (!find_held(mutex)) fail(Verdict::misuse, pc, "a condition variable is waited for without holding the mutex");
}

std::uint32_t unlock_for_wait(void* mutex, std::uint64_t pc) {
    HeldMutex* held = find_held(mutex);
    const std::uint32_t count = held->count;
    forget_held(held);
    perform(OpKind::unlock, mutex, pc);
    return count;
}

void lock_after_wait(void* mutex, std::uint32_t count, std::uint64_t pc) {
    acquire(mutex, pc);
    note_held(mutex, count, pc);
}

MutexKind kind_of(const void* mutex, std::uint64_t pc) {
    const int* field = &static_cast<const pthread_mutex_t*>(mutex)->__data.__kind;
    plain_read(field, sizeof *field, pc);
    switch (*field & 3) {
    case PTHREAD_MUTEX_RECURSIVE: return MutexKind::recursive;
    case PTHREAD_MUTEX_ERRORCHECK: return MutexKind::errorcheck;
    default: return MutexKind::normal;
    }
}

} // namespace heddle::primitives

using namespace heddle::primitives;

extern "C" int heddle_pthread_mutex_init(pthread_mutex_t* mutex, const pthread_mutexattr_t* attributes) {
    if (!modelled(mutex)) return HEDDLE_REAL(pthread_mutex_init, mutex, attributes);
    plain_write(mutex, sizeof *mutex, HEDDLE_PC);
    int type = PTHREAD_MUTEX_NORMAL;
    if (attributes) pthread_mutexattr_gettype(attributes, &type);
    std::memset(mutex, 0, sizeof *mutex);
    mutex->__data.__kind = type;
    return 0;
}

extern "C" int heddle_pthread_mutex_destroy(pthread_mutex_t* mutex) {
    if (!modelled(mutex)) return HEDDLE_REAL(pthread_mutex_destroy, mutex);
    if (find_held(mutex)) fail(Verdict::misuse, HEDDLE_PC, "a mutex is destroyed while it is locked");
    plain_write(&mutex->__data.__kind, sizeof mutex->__data.__kind, HEDDLE_PC);
    return 0;
}

extern "C" int heddle_pthread_mutex_lock(pthread_mutex_t* mutex) {
    if (!modelled(mutex)) return HEDDLE_REAL(pthread_mutex_lock, mutex);
    return lock(mutex, kind_of(mutex, HEDDLE_PC), HEDDLE_PC);
}

extern "C" int heddle_pthread_mutex_trylock(pthread_mutex_t* mutex) {
    if (!modelled(mutex)) return HEDDLE_REAL(pthread_mutex_trylock, mutex);
    return try_lock(mutex, kind_of(mutex, HEDDLE_PC), HEDDLE_PC);
}

extern "C" int heddle_pthread_mutex_unlock(pthread_mutex_t* mutex) {
    if (!modelled(mutex)) return HEDDLE_REAL(pthread_mutex_unlock, mutex);
    return unlock(mutex, kind_of(mutex, HEDDLE_PC), HEDDLE_PC);
}
