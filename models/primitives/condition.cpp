// Condition variables: a queue of waiters at the variable's address, kept by the engine.

#include <pthread.h>

#include <cstring>

#include "primitives/mutex.hpp"
#include "runtime/hooks.hpp"

using namespace heddle;
using namespace heddle::runtime;
using namespace heddle::primitives;

namespace {

// A wait, one operation after the other: join the waiters, unlock, be woken, lock. What it is about, in Fiber::scratch:
enum { the_condition, the_mutex, lock_count };

bool locked(Fiber& fiber, Value& result) {
    fiber.held[fiber.held_count++] = {fiber.scratch[the_mutex], static_cast<std::uint32_t>(fiber.scratch[lock_count])};
    return done(fiber, result);
}

bool ticket_drawn(Fiber& fiber, Value& result) {
    if (result == 0) return and_then(fiber, OpKind::grant, fiber.scratch[the_mutex], locked);
    return locked(fiber, result);
}

bool woken(Fiber& fiber, Value&) { return and_then(fiber, OpKind::ticket, fiber.scratch[the_mutex], ticket_drawn); }

bool decided(Fiber& fiber, Value& by_itself) {
    return and_then(fiber, by_itself == 1 ? OpKind::leave : OpKind::wake, fiber.scratch[the_condition], woken);
}

bool unlocked(Fiber& fiber, Value& result) {
    result = 0;
    if (!spurious_wakeups) return decided(fiber, result);
    and_then(fiber, OpKind::choose, 0, decided);
    fiber.operation.operand = 2;
    return false;
}

bool enqueued(Fiber& fiber, Value&) { return and_then(fiber, OpKind::unlock, fiber.scratch[the_mutex], unlocked); }

int wait(void* condition, void* mutex, std::uint64_t pc) {
    Fiber& fiber = current();
    fiber.scratch[the_condition] = reinterpret_cast<std::uint64_t>(condition);
    fiber.scratch[the_mutex] = reinterpret_cast<std::uint64_t>(mutex);
    fiber.scratch[lock_count] = release_for_wait(mutex, pc);
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
    return 0;
}

extern "C" int heddle_pthread_cond_wait(pthread_cond_t* condition, pthread_mutex_t* mutex) {
    if (!modelled(condition)) return HEDDLE_REAL(pthread_cond_wait, condition, mutex);
    return wait(condition, mutex, HEDDLE_PC);
}

extern "C" int heddle_pthread_cond_signal(pthread_cond_t* condition) {
    if (!modelled(condition)) return HEDDLE_REAL(pthread_cond_signal, condition);
    return signal(condition, HEDDLE_PC);
}

extern "C" int heddle_pthread_cond_broadcast(pthread_cond_t* condition) {
    if (!modelled(condition)) return HEDDLE_REAL(pthread_cond_broadcast, condition);
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
extern "C" void heddle__ZNSt18condition_variableD2Ev(pthread_cond_t*) {}
extern "C" void heddle__ZNSt18condition_variableD1Ev(pthread_cond_t*) {}

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
