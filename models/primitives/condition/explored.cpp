// Condition variables: a queue of waiters at the variable's address, kept by the engine.

#include <pthread.h>
#include <threads.h>

#include <cerrno>
#include <cstring>
#include <exception>

#include "primitives/mutex/explored.hpp"
#include "primitives/clock/explored.hpp"
#include "runtime/heap.hpp"
#include "runtime/hooks.hpp"

using namespace heddle;
using namespace heddle::runtime;
using namespace heddle::primitives;

namespace {

// A wait, one operation after the other: join the waiters, unlock, be woken, lock. What it is about, in Fiber::scratch:
enum { the_condition, the_mutex, lock_count, time_limit, when_timed_out, returned };

bool is_beyond_recovery(Fiber&, Value& result) {
    result = ENOTRECOVERABLE;
    return true;
}

bool locked(Fiber& fiber, Value& result) {
    const std::uint64_t mutex = fiber.scratch[the_mutex];
    const bool robust = fiber.scratch[lock_count] >> 32;
    result = fiber.scratch[returned];
    const int state = robust ? robust_state(fiber, mutex) : 0;
    if (state == ENOTRECOVERABLE) return and_then(fiber, OpKind::unlock, mutex, is_beyond_recovery);
    note_held(fiber, {mutex, static_cast<std::uint32_t>(fiber.scratch[lock_count]), robust});
    if (state) result = static_cast<Value>(state);
    return true;
}

bool ticket_drawn(Fiber& fiber, Value& result) {
    if (result == 0) return and_then(fiber, OpKind::grant, fiber.scratch[the_mutex], locked);
    return locked(fiber, result);
}

/// What is in Fiber::scratch is part of the thread's state here, by which a loop over waits with a limit is recognised.
bool woken(Fiber& fiber, Value&) {
    and_then(fiber, OpKind::ticket, fiber.scratch[the_mutex], ticket_drawn);
    fiber.operation.operand = Value{fiber.scratch[lock_count]} << 32 | fiber.scratch[returned];
    return false;
}

/// How the wait ends, as the engine has chosen: woken by others, its time limit reached, or for no reason.
enum End : unsigned { by_others, by_time, by_itself };

bool decided(Fiber& fiber, Value& end) {
    const bool timed = fiber.scratch[when_timed_out];
    if (timed && end == by_time) {
        fiber.scratch[returned] = fiber.scratch[when_timed_out];
        pass_until(fiber, static_cast<std::int64_t>(fiber.scratch[time_limit]));
    }
    and_then(fiber, end == by_others ? OpKind::wake : OpKind::leave, fiber.scratch[the_condition], woken);
    fiber.operation.timed = timed && end == by_others;
    return false;
}

bool decided_without_limit(Fiber& fiber, Value& spurious) {
    spurious = spurious ? by_itself : by_others;
    return decided(fiber, spurious);
}

bool unlocked(Fiber& fiber, Value& result) {
    note_free(fiber.scratch[the_mutex]);
    const bool timed = fiber.scratch[when_timed_out];
    result = by_others;
    if (!timed && !spurious_wakeups) return decided(fiber, result);
    and_then(fiber, OpKind::choose, 0, timed ? decided : decided_without_limit);
    fiber.operation.operand = timed && spurious_wakeups ? 3 : 2;
    fiber.operation.timed = timed;
    return false;
}

bool enqueued(Fiber& fiber, Value&) { return and_then(fiber, OpKind::unlock, fiber.scratch[the_mutex], unlocked); }

/// What is left of a condition variable that was destroyed, in a word that is not the queue's.
constexpr unsigned destroyed = 0xdead;

unsigned& state_of(void* condition) { return static_cast<pthread_cond_t*>(condition)->__data.__wrefs; }

/// Only pthread_cond_destroy leaves the mark: std::condition_variable's memory is gone with it.
void require_alive(void* condition, std::uint64_t pc) {
    plain_read(&state_of(condition), sizeof(unsigned), pc);
    if (state_of(condition) == destroyed) fail(Verdict::misuse, pc, "a condition variable is used after it was destroyed");
}

/// @param timed_out what the hook returns when the time limit was reached; 0: there is none
int wait(void* condition, void* mutex, std::uint64_t pc, const timespec* limit = nullptr, int timed_out = 0) {
    Fiber& fiber = current();
    if (limit) {
        plain_read(limit, sizeof *limit, pc);
        fiber.scratch[time_limit] = static_cast<std::uint64_t>(nanoseconds(*limit));
    }
    fiber.scratch[when_timed_out] = static_cast<std::uint64_t>(timed_out);
    fiber.scratch[returned] = 0;
    fiber.scratch[the_condition] = reinterpret_cast<std::uint64_t>(condition);
    fiber.scratch[the_mutex] = reinterpret_cast<std::uint64_t>(mutex);
    const HeldMutex held = release_for_wait(mutex, pc);
    fiber.scratch[lock_count] = held.count | std::uint64_t{held.robust} << 32;
    pending_operation(OpKind::enqueue, condition, pc);
    return suspend_and_return<int>(enqueued);
}

bool signalled(Fiber& fiber, Value&) { return and_then(fiber, OpKind::pick, fiber.operation.address, done); }

int signal(void* condition, std::uint64_t pc) {
    pending_operation(OpKind::signal, condition, pc);
    return suspend_and_return<int>(signalled);
}

int broadcast(void* condition, std::uint64_t pc) {
    pending_operation(OpKind::broadcast, condition, pc);
    return suspend_and_return<int>(done);
}

} // namespace

extern "C" int heddle_pthread_cond_init(pthread_cond_t* condition, const pthread_condattr_t* attributes) {
    if (!modelled(condition)) return HEDDLE_REAL(pthread_cond_init, condition, attributes);
    plain_write(condition, sizeof *condition, HEDDLE_PC);
    std::memset(condition, 0, sizeof *condition);
    return 0;
}

extern "C" int heddle_pthread_cond_destroy(pthread_cond_t* condition) {
    if (!modelled(condition)) return HEDDLE_REAL(pthread_cond_destroy, condition);
    require_alive(condition, HEDDLE_PC);
    plain_write(condition, sizeof *condition, HEDDLE_PC); // over the queue too: nobody may wait
    state_of(condition) = destroyed;
    return 0;
}

extern "C" int heddle_pthread_cond_wait(pthread_cond_t* condition, pthread_mutex_t* mutex) {
    if (!modelled(condition)) return HEDDLE_REAL(pthread_cond_wait, condition, mutex);
    require_alive(condition, HEDDLE_PC);
    return wait(condition, mutex, HEDDLE_PC);
}

extern "C" int heddle_pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex, const timespec* limit) {
    if (!modelled(condition)) return HEDDLE_REAL(pthread_cond_timedwait, condition, mutex, limit);
    require_alive(condition, HEDDLE_PC);
    return wait(condition, mutex, HEDDLE_PC, limit, ETIMEDOUT);
}

extern "C" int heddle_pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex, clockid_t clock,
                                             const timespec* limit) {
    if (!modelled(condition)) return HEDDLE_REAL(pthread_cond_clockwait, condition, mutex, clock, limit);
    require_alive(condition, HEDDLE_PC);
    return wait(condition, mutex, HEDDLE_PC, limit, ETIMEDOUT);
}

extern "C" int heddle_cnd_timedwait(cnd_t* condition, mtx_t* mutex, const timespec* limit) {
    if (!modelled(condition)) return HEDDLE_REAL(cnd_timedwait, condition, mutex, limit);
    require_alive(condition, HEDDLE_PC);
    return wait(condition, mutex, HEDDLE_PC, limit, thrd_timedout);
}

extern "C" int heddle_pthread_cond_signal(pthread_cond_t* condition) {
    if (!modelled(condition)) return HEDDLE_REAL(pthread_cond_signal, condition);
    require_alive(condition, HEDDLE_PC);
    return signal(condition, HEDDLE_PC);
}

extern "C" int heddle_pthread_cond_broadcast(pthread_cond_t* condition) {
    if (!modelled(condition)) return HEDDLE_REAL(pthread_cond_broadcast, condition);
    require_alive(condition, HEDDLE_PC);
    return broadcast(condition, HEDDLE_PC);
}

// std::condition_variable's library part does the same calls, from a place that is not the program's. Its only member is a
// pthread_cond_t at its start.

namespace {

/// std::unique_lock<std::mutex>, whose mutex begins with its pthread_mutex_t.
struct UniqueLock {
    void* mutex;
    bool owns;
};

} // namespace

extern "C" void heddle__ZNSt18condition_variableC2Ev(pthread_cond_t* self) {
    plain_write(self, sizeof *self, HEDDLE_PC);
    std::memset(static_cast<void*>(self), 0, sizeof *self);
}
extern "C" void heddle__ZNSt18condition_variableC1Ev(pthread_cond_t* self) {
    plain_write(self, sizeof *self, HEDDLE_PC);
    std::memset(static_cast<void*>(self), 0, sizeof *self);
}
extern "C" void heddle__ZNSt18condition_variableD2Ev(pthread_cond_t* self) { plain_write(self, sizeof *self, HEDDLE_PC); }
extern "C" void heddle__ZNSt18condition_variableD1Ev(pthread_cond_t* self) { plain_write(self, sizeof *self, HEDDLE_PC); }

extern "C" void heddle__ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE(pthread_cond_t* self, UniqueLock* lock) {
    plain_read(lock, sizeof *lock, HEDDLE_PC);
    if (modelled(self)) return void(wait(self, lock->mutex, HEDDLE_PC));
    HEDDLE_REAL(pthread_cond_wait, self, static_cast<pthread_mutex_t*>(lock->mutex));
}

extern "C" void heddle__ZNSt18condition_variable10notify_oneEv(pthread_cond_t* self) {
    if (modelled(self)) return void(signal(self, HEDDLE_PC));
    HEDDLE_REAL(pthread_cond_signal, self);
}

extern "C" void heddle__ZNSt18condition_variable10notify_allEv(pthread_cond_t* self) {
    if (modelled(self)) return void(broadcast(self, HEDDLE_PC));
    HEDDLE_REAL(pthread_cond_broadcast, self);
}

namespace {

/// What notify_all_at_thread_exit leaves, laid out as libstdc++'s.
struct NotifyAtExit {
    void* next;
    void (*run)(void*);
    void* condition;
    void* mutex;
    std::uint64_t pc;
};

/// At the end of the thread, outside of any hook.
void unlock_and_notify(void* given) {
    const NotifyAtExit due = *static_cast<NotifyAtExit*>(given);
    release_for_wait(due.mutex, due.pc);
    perform(OpKind::unlock, due.mutex, due.pc);
    note_free(reinterpret_cast<std::uint64_t>(due.mutex));
    perform(OpKind::broadcast, due.condition, due.pc);
}

} // namespace

extern "C" void heddle__ZSt25notify_all_at_thread_exitRSt18condition_variableSt11unique_lockISt5mutexE(pthread_cond_t* condition,
                                                                                                       UniqueLock* lock) {
    const std::uint64_t pc = HEDDLE_PC;
    if (!from_fiber()) fail_unsupported("notify_all_at_thread_exit in a static constructor", pc);
    auto* const due = static_cast<NotifyAtExit*>(allocate_for_program(sizeof(NotifyAtExit), 16, AllocatedBy::malloc, pc));
    if (!due) std::terminate();
    plain_read(lock, sizeof *lock, pc);
    plain_write(lock, sizeof *lock, pc);
    *due = {current().at_thread_exit, unlock_and_notify, condition, lock->mutex, pc};
    *lock = {nullptr, false};
    current().at_thread_exit = due;
}
