// Mutexes. The engine keeps the queue; which mutexes a thread holds is a function of its own history and is kept with it.

#include "primitives/mutex/explored.hpp"
#include "primitives/mutex/held.hpp"

#include <pthread.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "primitives/clock/explored.hpp"
#include "runtime/hooks.hpp"

using namespace heddle;
using namespace heddle::runtime;

namespace heddle::primitives {
namespace {

bool freed(Fiber& fiber, Value& result) {
    note_free(fiber.operation.address);
    result = 0;
    return true;
}

/// The kind of a mutex that is none any more; the C library writes the same.
constexpr int destroyed = -1;
/// Of the mark of a locked mutex (mark_of) these bits are the same for all.
constexpr std::uint32_t locked_mask = 0xfff00000, locked_pattern = 0xb0c00000;
/// In the kind of a robust mutex, as in glibc.
constexpr int robust_bit = 16;

/// What the first 4 bytes of a locked mutex hold: a copy of it can be told from it. No hook tells of these bytes: they are the
/// queue's. Reading them as plain memory (to copy them) gives what no recorded write explains, so that nothing is remembered
/// from then on (Execution::grow), and what is looked at here is what the program's run has made.
std::uint32_t mark_of(std::uint64_t mutex) { return locked_pattern | (mutex >> 2 & ~locked_mask); }

std::uint32_t& word_of(std::uint64_t mutex) { return *reinterpret_cast<std::uint32_t*>(mutex); }

/// A copy of a mutex that was locked when it was copied is locked, and nobody can unlock it.
void require_no_copy(const void* object, std::uint64_t pc) {
    const auto mutex = reinterpret_cast<std::uint64_t>(object);
    if (!in_program_memory(mutex)) return;
    const std::uint32_t word = word_of(mutex);
    if ((word & locked_mask) == locked_pattern && word != mark_of(mutex))
        fail(Verdict::misuse, pc, "the mutex is the copy of one that was locked when it was copied: it is locked for ever");
}

// Robust mutexes: what became of the last owner is kept in the mutex, which guards it.

enum RobustState : int { sound, owner_died, not_consistent, not_recoverable };

int& robust_state_of(std::uint64_t mutex) { return reinterpret_cast<pthread_mutex_t*>(mutex)->__data.__owner; }

RobustState look_at_state(std::uint64_t mutex, std::uint64_t pc) {
    int& state = robust_state_of(mutex);
    plain_read(&state, sizeof state, pc);
    return static_cast<RobustState>(state);
}

void set_state(std::uint64_t mutex, RobustState state, std::uint64_t pc) {
    plain_write(&robust_state_of(mutex), sizeof state, pc);
    robust_state_of(mutex) = state;
}

// Continuations: what follows each operation. What they are about, in Fiber::scratch:
enum { when_busy, time_limit, is_robust };

bool is_beyond_recovery(Fiber&, Value& result) {
    result = ENOTRECOVERABLE;
    return true;
}

bool taken(Fiber& fiber, Value& result) {
    const std::uint64_t mutex = fiber.operation.address;
    const bool robust = fiber.scratch[is_robust];
    result = static_cast<Value>(robust ? robust_state(fiber, mutex) : 0);
    if (result == ENOTRECOVERABLE) return and_then(fiber, OpKind::unlock, mutex, is_beyond_recovery);
    note_held(fiber, {mutex, 1, robust});
    return true;
}

bool ticket_drawn(Fiber& fiber, Value& result) {
    if (result == 0) return and_then(fiber, OpKind::grant, fiber.operation.address, taken);
    return taken(fiber, result);
}

bool is_busy(Fiber& fiber, Value& result) {
    result = fiber.scratch[when_busy];
    return true;
}

bool tried(Fiber& fiber, Value& result) {
    if (result == 2) return and_then(fiber, OpKind::held, fiber.operation.address, is_busy);
    return ticket_drawn(fiber, result);
}

} // namespace

int lock(void* mutex, MutexKind kind, std::uint64_t pc) {
    require_no_copy(mutex, pc);
    if (HeldMutex* held = find_held(mutex)) {
        if (kind == MutexKind::errorcheck) return EDEADLK;
        if (kind == MutexKind::recursive) {
            ++held->count;
            return 0;
        }
        // A normal mutex taken again by its holder waits for itself: the engine will say so.
    }
    require_room(pc);
    current().scratch[is_robust] = kind.robust;
    pending_operation(OpKind::ticket, mutex, pc);
    return suspend_and_return<int>(ticket_drawn);
}

int try_lock(void* mutex, MutexKind kind, std::uint64_t pc, int busy) {
    require_no_copy(mutex, pc);
    if (HeldMutex* held = find_held(mutex)) {
        if (kind != MutexKind::recursive) return busy; // its own lock: no other thread has a say
        ++held->count;
        return 0;
    }
    require_room(pc);
    current().scratch[when_busy] = static_cast<std::uint64_t>(busy);
    current().scratch[is_robust] = kind.robust;
    pending_operation(OpKind::try_ticket, mutex, pc);
    return suspend_and_return<int>(tried);
}

namespace {

bool timed_out(Fiber& fiber, Value& result) {
    pass_until(fiber, static_cast<std::int64_t>(fiber.scratch[time_limit]));
    return is_busy(fiber, result);
}

bool tried_in_time(Fiber& fiber, Value& result) {
    if (result == 2) return and_then(fiber, OpKind::held, fiber.operation.address, timed_out);
    return ticket_drawn(fiber, result);
}

} // namespace

int lock_until(void* mutex, MutexKind kind, const timespec* limit, std::uint64_t pc, int busy) {
    require_no_copy(mutex, pc);
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
    fiber.scratch[when_busy] = static_cast<std::uint64_t>(busy);
    fiber.scratch[time_limit] = static_cast<std::uint64_t>(time);
    fiber.scratch[is_robust] = kind.robust;
    pending_operation(OpKind::try_ticket, mutex, pc);
    return suspend_and_return<int>(tried_in_time);
}

namespace {

/// std::recursive_mutex must not be unlocked by who does not hold it, and does not look at what the C library says of that; POSIX
/// has the failure as an answer.
bool ignores_failure(std::uint64_t pc) {
    EngineScope scope;
    const program::Module* const module = program::Module::loaded();
    if (!module) return false;
    const auto& frames = module->symbols().frames_of_return_address(pc);
    return std::any_of(frames.begin(), frames.end(), [](const SourceSite& frame) {
        return frame.function.find("__gthread_recursive_mutex_unlock") != std::string::npos;
    });
}

} // namespace

int unlock(void* mutex, MutexKind kind, std::uint64_t pc) {
    HeldMutex* held = find_held(mutex);
    if (!held) {
        require_no_copy(mutex, pc);
        if (kind != MutexKind::normal && !ignores_failure(pc)) return EPERM;
        fail(Verdict::misuse, pc, "a mutex is unlocked by a thread that does not hold it");
    }
    if (--held->count > 0) return 0;
    if (held->robust && look_at_state(held->address, pc) == not_consistent) set_state(held->address, not_recoverable, pc);
    forget_held(held);
    pending_operation(OpKind::unlock, mutex, pc);
    return suspend_and_return<int>(freed);
}

void note_held(Fiber& fiber, const HeldMutex& held) {
    fiber.held[fiber.held_count++] = held;
    if (in_program_memory(held.address)) word_of(held.address) = mark_of(held.address);
}

void note_free(std::uint64_t mutex) {
    if (in_program_memory(mutex) && word_of(mutex) == mark_of(mutex)) word_of(mutex) = 0;
}

int robust_state(Fiber& fiber, std::uint64_t mutex) {
    const std::uint64_t pc = fiber.operation.pc;
    switch (look_at_state(mutex, pc)) {
    case sound: return 0;
    case not_recoverable: return ENOTRECOVERABLE;
    default: set_state(mutex, not_consistent, pc); return EOWNERDEAD;
    }
}

void give_up_robust() {
    Fiber& fiber = current();
    const std::uint64_t pc = fiber.start.user_function;
    while (fiber.held_count > 0) {
        HeldMutex* last = &fiber.held[fiber.held_count - 1];
        while (last >= fiber.held && !last->robust) --last;
        if (last < fiber.held) return;
        const std::uint64_t mutex = last->address;
        set_state(mutex, owner_died, pc);
        forget_held(last);
        perform(OpKind::unlock, reinterpret_cast<const void*>(mutex), pc);
        note_free(mutex);
    }
}

HeldMutex release_for_wait(void* mutex, std::uint64_t pc) {
    HeldMutex* held = find_held(mutex);
    if (!held) fail(Verdict::misuse, pc, "a condition variable is waited for without holding the mutex");
    const HeldMutex released = *held;
    forget_held(held);
    return released;
}

bool done(Fiber&, Value& result) {
    result = 0;
    return true;
}

MutexKind kind_of(const void* mutex, std::uint64_t pc) {
    const int* field = &static_cast<const pthread_mutex_t*>(mutex)->__data.__kind;
    plain_read(field, sizeof *field, pc);
    if (*field == destroyed) fail(Verdict::misuse, pc, "a mutex is used after it was destroyed");
    const bool robust = *field & robust_bit;
    switch (*field & 3) {
    case PTHREAD_MUTEX_RECURSIVE: return {MutexKind::recursive, robust};
    case PTHREAD_MUTEX_ERRORCHECK: return {MutexKind::errorcheck, robust};
    default: return {MutexKind::normal, robust};
    }
}

} // namespace heddle::primitives

using namespace heddle::primitives;

extern "C" int heddle_pthread_mutex_init(pthread_mutex_t* mutex, const pthread_mutexattr_t* attributes) {
    if (!modelled(mutex)) return HEDDLE_REAL(pthread_mutex_init, mutex, attributes);
    plain_write(mutex, sizeof *mutex, HEDDLE_PC);
    int type = PTHREAD_MUTEX_NORMAL;
    int robust = PTHREAD_MUTEX_STALLED;
    if (attributes) {
        pthread_mutexattr_gettype(attributes, &type);
        pthread_mutexattr_getrobust(attributes, &robust);
    }
    std::memset(mutex, 0, sizeof *mutex);
    mutex->__data.__kind = type | (robust == PTHREAD_MUTEX_ROBUST ? robust_bit : 0);
    return 0;
}

extern "C" int heddle_pthread_mutex_destroy(pthread_mutex_t* mutex) {
    if (!modelled(mutex)) return HEDDLE_REAL(pthread_mutex_destroy, mutex);
    if (find_held(mutex)) fail(Verdict::misuse, HEDDLE_PC, "a mutex is destroyed while it is locked");
    kind_of(mutex, HEDDLE_PC); // not twice
    require_no_copy(mutex, HEDDLE_PC);
    plain_write(mutex, sizeof *mutex, HEDDLE_PC); // over the queue too: nobody may hold it, or wait for it
    mutex->__data.__kind = destroyed;
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

extern "C" int heddle_pthread_mutex_consistent(pthread_mutex_t* mutex) {
    if (!modelled(mutex)) return HEDDLE_REAL(pthread_mutex_consistent, mutex);
    HeldMutex* held = find_held(mutex);
    if (!held || !held->robust || look_at_state(held->address, HEDDLE_PC) != not_consistent) return EINVAL;
    set_state(held->address, sound, HEDDLE_PC);
    return 0;
}
