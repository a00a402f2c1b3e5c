// Mutexes. The engine keeps the queue; which mutexes a thread holds is a function of its own history and is kept with it.

#include "primitives/mutex.hpp"

#include <pthread.h>

#include <cerrno>
#include <cstring>

#include "primitives/virtual_time.hpp"
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

/// Before a lock is taken: the continuations of its operations cannot fail.
void require_room(std::uint64_t pc) {
    if (current().held_count == Fiber::max_held)
        fail(Verdict::unsupported, pc, "a thread that holds more than %u mutexes is not modelled", Fiber::max_held);
}

void note_held(Fiber& fiber, std::uint64_t mutex, std::uint32_t count) { fiber.held[fiber.held_count++] = {mutex, count}; }

void forget_held(HeldMutex* held) {
    Fiber& fiber = current();
    *held = fiber.held[--fiber.held_count];
}

// Continuations: what follows each operation.

bool taken(Fiber& fiber, Value& result) {
    note_held(fiber, fiber.operation.address, 1);
    result = 0;
    return true;
}

bool ticket_drawn(Fiber& fiber, Value& result) {
    if (result == 0) return and_then(fiber, OpKind::grant, fiber.operation.address, taken);
    return taken(fiber, result);
}

bool is_busy(Fiber& fiber, Value& result) {
    result = fiber.scratch[0];
    return true;
}

bool tried(Fiber& fiber, Value& result) {
    if (result == 2) return and_then(fiber, OpKind::held, fiber.operation.address, is_busy);
    return ticket_drawn(fiber, result);
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
    require_room(pc);
    pending_operation(OpKind::ticket, mutex, pc);
    return suspend_and_return<int>(ticket_drawn);
}

int try_lock(void* mutex, MutexKind kind, std::uint64_t pc, int busy) {
    if (HeldMutex* held = find_held(mutex)) {
        if (kind != MutexKind::recursive) return busy; // its own lock: no other thread has a say
        ++held->count;
        return 0;
    }
    require_room(pc);
    current().scratch[0] = static_cast<std::uint64_t>(busy);
    pending_operation(OpKind::try_ticket, mutex, pc);
    return suspend_and_return<int>(tried);
}

namespace {

bool timed_out(Fiber& fiber, Value& result) {
    pass_until(fiber, static_cast<std::int64_t>(fiber.scratch[1]));
    return is_busy(fiber, result);
}

bool tried_in_time(Fiber& fiber, Value& result) {
    if (result == 2) return and_then(fiber, OpKind::held, fiber.operation.address, timed_out);
    return ticket_drawn(fiber, result);
}

} // namespace

int lock_until(void* mutex, MutexKind kind, const timespec* limit, std::uint64_t pc, int busy) {
    plain_read(limit, sizeof *limit, pc);
    const std::int64_t time = nanoseconds(*limit);
    if (HeldMutex* held = find_held(mutex)) {
        if (kind == MutexKind::errorcheck) return EDEADLK;
        if (kind == MutexKind::recursive) {
            ++held->count;
            return 0;
        }
        pass_until(current(), time);
        return busy;
    }
    require_room(pc);
    Fiber& fiber = current();
    fiber.scratch[0] = static_cast<std::uint64_t>(busy);
    fiber.scratch[1] = static_cast<std::uint64_t>(time);
    pending_operation(OpKind::try_ticket, mutex, pc);
    return suspend_and_return<int>(tried_in_time);
}

int unlock(void* mutex, MutexKind kind, std::uint64_t pc) {
    HeldMutex* held = find_held(mutex);
    if (!held) {
        if (kind != MutexKind::normal) return EPERM;
        fail(Verdict::misuse, pc, "a mutex is unlocked by a thread that does not hold it");
    }
    if (--held->count > 0) return 0;
    forget_held(held);
    pending_operation(OpKind::unlock, mutex, pc);
    return suspend_and_return<int>(done);
}

std::uint32_t release_for_wait(void* mutex, std::uint64_t pc) {
    HeldMutex* held = find_held(mutex);
    if (!held) fail(Verdict::misuse, pc, "a condition variable is waited for without holding the mutex");
    const std::uint32_t count = held->count;
    forget_held(held);
    return count;
}

bool done(Fiber&, Value& result) {
    result = 0;
    return true;
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
    if (!modelled_lock(mutex)) return HEDDLE_REAL(pthread_mutex_lock, mutex);
    return lock(mutex, kind_of(mutex, HEDDLE_PC), HEDDLE_PC);
}

extern "C" int heddle_pthread_mutex_trylock(pthread_mutex_t* mutex) {
    if (!modelled_lock(mutex)) return HEDDLE_REAL(pthread_mutex_trylock, mutex);
    return try_lock(mutex, kind_of(mutex, HEDDLE_PC), HEDDLE_PC, EBUSY);
}

extern "C" int heddle_pthread_mutex_timedlock(pthread_mutex_t* mutex, const timespec* limit) {
    if (!modelled(mutex)) return HEDDLE_REAL(pthread_mutex_timedlock, mutex, limit);
    return lock_until(mutex, kind_of(mutex, HEDDLE_PC), limit, HEDDLE_PC, ETIMEDOUT);
}

extern "C" int heddle_pthread_mutex_clocklock(pthread_mutex_t* mutex, clockid_t clock, const timespec* limit) {
    if (!modelled(mutex)) return HEDDLE_REAL(pthread_mutex_clocklock, mutex, clock, limit);
    return lock_until(mutex, kind_of(mutex, HEDDLE_PC), limit, HEDDLE_PC, ETIMEDOUT);
}

extern "C" int heddle_pthread_mutex_unlock(pthread_mutex_t* mutex) {
    if (!modelled_lock(mutex)) return HEDDLE_REAL(pthread_mutex_unlock, mutex);
    return unlock(mutex, kind_of(mutex, HEDDLE_PC), HEDDLE_PC);
}
