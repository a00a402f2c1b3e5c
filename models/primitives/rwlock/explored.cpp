// Readers-writer locks: pthread_rwlock_*, and with them std::shared_mutex and std::shared_timed_mutex, whose headers call nothing else.
// The engine keeps the queue (rules.cpp); which locks a thread holds, and how, is a function of its own history and is kept with it.
//
// As in glibc: a writer that locks again, either way, gets EDEADLK; a reader may read-lock again; a reader that write-locks waits for
// itself. Only PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP prefers writers.

#include <pthread.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "primitives/clock/explored.hpp"
#include "primitives/mutex/held.hpp"
#include "runtime/import_table.hpp"

using namespace heddle;
using namespace heddle::runtime;
using namespace heddle::primitives;

namespace {

enum class How : std::uint64_t { read, write };

/// In place of the preference of a lock that is none any more. The queue's are the first 8 bytes; this is beyond.
constexpr unsigned destroyed = 0xdead;

unsigned& preference_of(void* lock) { return static_cast<pthread_rwlock_t*>(lock)->__data.__flags; }

bool prefers_writers(void* lock, std::uint64_t pc) {
    plain_read(&preference_of(lock), sizeof(unsigned), pc);
    if (preference_of(lock) == destroyed) fail(Verdict::misuse, pc, "a readers-writer lock is used after it was destroyed");
    return preference_of(lock) == PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP;
}

// What an operation is about, in Fiber::scratch:
enum { how, when_busy, time_limit };

bool taken(Fiber& fiber, Value& result) {
    const std::uint64_t lock = fiber.operation.address;
    if (HeldMutex* const held = find_held(reinterpret_cast<const void*>(lock))) ++held->count; // a reader, once more
    else fiber.held[fiber.held_count++] = {.address = lock, .count = 1, .shared = How(fiber.scratch[how]) == How::read};
    result = 0;
    return true;
}

bool admitted(Fiber& fiber, Value& others_are_left) {
    if (others_are_left) return and_then(fiber, OpKind::admit, fiber.operation.address, admitted);
    return taken(fiber, others_are_left);
}

bool place_drawn(Fiber& fiber, Value& is_first) {
    if (!is_first) return and_then(fiber, OpKind::admit, fiber.operation.address, admitted);
    return taken(fiber, is_first);
}

bool is_busy(Fiber& fiber, Value& result) {
    result = fiber.scratch[when_busy];
    if (fiber.scratch[time_limit]) pass_until(fiber, static_cast<std::int64_t>(fiber.scratch[time_limit]));
    return true;
}

bool tried(Fiber& fiber, Value& result) {
    if (result == 2) return and_then(fiber, OpKind::refused, fiber.operation.address, is_busy);
    return place_drawn(fiber, result);
}

int lock(void* object, How wanted, std::uint64_t pc) {
    const bool writers_first = prefers_writers(object, pc);
    if (const HeldMutex* const held = find_held(object); held && !held->shared) return EDEADLK;
    require_room(pc);
    current().scratch[how] = static_cast<std::uint64_t>(wanted);
    pending_operation(wanted == How::read ? OpKind::share : OpKind::seize, object, pc).operand = writers_first;
    return suspend_and_return<int>(place_drawn);
}

/// @param limit nanoseconds of the virtual time; 0: gives up at once
int try_to_lock(void* object, How wanted, std::uint64_t pc, int busy, std::int64_t limit = 0) {
    const bool writers_first = prefers_writers(object, pc);
    if (const HeldMutex* const held = find_held(object); held && !(held->shared && wanted == How::read)) {
        if (limit && !held->shared) return EDEADLK;
        if (limit) pass_until(current(), limit);
        return busy; // its own lock: no other thread has a say
    }
    require_room(pc);
    Fiber& fiber = current();
    fiber.scratch[how] = static_cast<std::uint64_t>(wanted);
    fiber.scratch[when_busy] = static_cast<std::uint64_t>(busy);
    fiber.scratch[time_limit] = static_cast<std::uint64_t>(limit);
    pending_operation(wanted == How::read ? OpKind::try_share : OpKind::try_seize, object, pc).operand = writers_first;
    return suspend_and_return<int>(tried);
}

/// Gives up when that time is reached: explored as one try, since time may pass at any moment.
int lock_until(void* object, How wanted, const timespec* limit, std::uint64_t pc) {
    plain_read(limit, sizeof *limit, pc);
    if (limit->tv_nsec < 0 || limit->tv_nsec >= 1'000'000'000) return EINVAL;
    return try_to_lock(object, wanted, pc, ETIMEDOUT, std::max<std::int64_t>(1, nanoseconds(*limit)));
}

bool done(Fiber&, Value& result) {
    result = 0;
    return true;
}

int unlock(void* object, std::uint64_t pc) {
    prefers_writers(object, pc); // not when it is destroyed
    HeldMutex* const held = find_held(object);
    if (!held) fail(Verdict::misuse, pc, "a readers-writer lock is unlocked by a thread that does not hold it");
    if (--held->count == 0) forget_held(held);
    pending_operation(OpKind::unlock, object, pc);
    return suspend_and_return<int>(::done);
}

} // namespace

extern "C" int heddle_heddle_rwlock_init(pthread_rwlock_t* object, const pthread_rwlockattr_t* attributes) {
    if (!modelled(object)) return HEDDLE_REAL(pthread_rwlock_init, object, attributes);
    plain_write(object, sizeof *object, HEDDLE_PC);
    int preference = PTHREAD_RWLOCK_DEFAULT_NP;
    if (attributes) pthread_rwlockattr_getkind_np(attributes, &preference);
    std::memset(object, 0, sizeof *object);
    preference_of(object) = static_cast<unsigned>(preference);
    return 0;
}

extern "C" int heddle_heddle_rwlock_destroy(pthread_rwlock_t* object) {
    if (!modelled(object)) return HEDDLE_REAL(pthread_rwlock_destroy, object);
    if (find_held(object)) fail(Verdict::misuse, HEDDLE_PC, "a readers-writer lock is destroyed while it is locked");
    prefers_writers(object, HEDDLE_PC); // not twice
    plain_write(object, sizeof *object, HEDDLE_PC); // over the queue too: nobody may hold it, or wait for it
    preference_of(object) = destroyed;
    return 0;
}

extern "C" int heddle_heddle_rwlock_rdlock(pthread_rwlock_t* object) {
    if (!modelled_lock(object)) return HEDDLE_REAL(pthread_rwlock_rdlock, object);
    return lock(object, How::read, HEDDLE_PC);
}

extern "C" int heddle_heddle_rwlock_wrlock(pthread_rwlock_t* object) {
    if (!modelled_lock(object)) return HEDDLE_REAL(pthread_rwlock_wrlock, object);
    return lock(object, How::write, HEDDLE_PC);
}

extern "C" int heddle_heddle_rwlock_tryrdlock(pthread_rwlock_t* object) {
    if (!modelled_lock(object)) return HEDDLE_REAL(pthread_rwlock_tryrdlock, object);
    return try_to_lock(object, How::read, HEDDLE_PC, EBUSY);
}

extern "C" int heddle_heddle_rwlock_trywrlock(pthread_rwlock_t* object) {
    if (!modelled_lock(object)) return HEDDLE_REAL(pthread_rwlock_trywrlock, object);
    return try_to_lock(object, How::write, HEDDLE_PC, EBUSY);
}

extern "C" int heddle_heddle_rwlock_timedrdlock(pthread_rwlock_t* object, const timespec* limit) {
    if (!modelled_lock(object)) return HEDDLE_REAL(pthread_rwlock_timedrdlock, object, limit);
    return lock_until(object, How::read, limit, HEDDLE_PC);
}

extern "C" int heddle_heddle_rwlock_timedwrlock(pthread_rwlock_t* object, const timespec* limit) {
    if (!modelled_lock(object)) return HEDDLE_REAL(pthread_rwlock_timedwrlock, object, limit);
    return lock_until(object, How::write, limit, HEDDLE_PC);
}

extern "C" int heddle_heddle_rwlock_clockrdlock(pthread_rwlock_t* object, clockid_t clock, const timespec* limit) {
    if (!modelled_lock(object)) return HEDDLE_REAL(pthread_rwlock_clockrdlock, object, clock, limit);
    return lock_until(object, How::read, limit, HEDDLE_PC);
}

extern "C" int heddle_heddle_rwlock_clockwrlock(pthread_rwlock_t* object, clockid_t clock, const timespec* limit) {
    if (!modelled_lock(object)) return HEDDLE_REAL(pthread_rwlock_clockwrlock, object, clock, limit);
    return lock_until(object, How::write, limit, HEDDLE_PC);
}

extern "C" int heddle_heddle_rwlock_unlock(pthread_rwlock_t* object) {
    if (!modelled_lock(object)) return HEDDLE_REAL(pthread_rwlock_unlock, object);
    return unlock(object, HEDDLE_PC);
}

// The real names stay the C library's: heddle's own libraries (libdw, Z3) lock by them, also in the middle of a hook.

extern "C" {
void heddle_rwlock_init();
void heddle_rwlock_destroy();
void heddle_rwlock_rdlock();
void heddle_rwlock_wrlock();
void heddle_rwlock_tryrdlock();
void heddle_rwlock_trywrlock();
void heddle_rwlock_timedrdlock();
void heddle_rwlock_timedwrlock();
void heddle_rwlock_clockrdlock();
void heddle_rwlock_clockwrlock();
void heddle_rwlock_unlock();
}

namespace {

const Replacement rows[]{
    with("pthread_rwlock_init", heddle_rwlock_init),
    with("pthread_rwlock_destroy", heddle_rwlock_destroy),
    with("pthread_rwlock_rdlock", heddle_rwlock_rdlock),
    with("pthread_rwlock_wrlock", heddle_rwlock_wrlock),
    with("pthread_rwlock_tryrdlock", heddle_rwlock_tryrdlock),
    with("pthread_rwlock_trywrlock", heddle_rwlock_trywrlock),
    with("pthread_rwlock_timedrdlock", heddle_rwlock_timedrdlock),
    with("pthread_rwlock_timedwrlock", heddle_rwlock_timedwrlock),
    with("pthread_rwlock_clockrdlock", heddle_rwlock_clockrdlock),
    with("pthread_rwlock_clockwrlock", heddle_rwlock_clockwrlock),
    with("pthread_rwlock_unlock", heddle_rwlock_unlock),
};
const Replacements entered{rows};

} // namespace
