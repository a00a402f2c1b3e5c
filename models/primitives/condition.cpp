// Condition variables: a queue of waiters at the variable's address, kept by the engine.

#include <pthread.h>

#include <cstring>

#include "primitives/mutex.hpp"
#include "runtime/hooks.hpp"

using namespace heddle;
using namespace heddle::runtime;
using namespace heddle::primitives;

namespace {

void wait(void* condition, void* mutex, std::uint64_t pc) {
    require_held(mutex, pc);
    perform(OpKind::enqueue, condition, pc);
    const std::uint32_t count = unlock_for_wait(mutex, pc);
    const bool by_itself = spurious_wakeups && perform(OpKind::choose, nullptr, pc, 2) == 1;
    perform(by_itself ? OpKind::leave : OpKind::wake, condition, pc);
    lock_after_wait(mutex, count, pc);
}

void signal(void* condition, std::uint64_t pc) {
    perform(OpKind::signal, condition, pc);
    perform(OpKind::pick, condition, pc);
}

void broadcast(void* condition, std::uint64_t pc) { perform(OpKind::broadcast, condition, pc); }

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
    wait(condition, mutex, HEDDLE_PC);
    return 0;
}

extern "C" int heddle_pthread_cond_signal(pthread_cond_t* condition) {
    if (!modelled(condition)) return HEDDLE_REAL(pthread_cond_signal, condition);
    signal(condition, HEDDLE_PC);
    return 0;
}

extern "C" int heddle_pthread_cond_broadcast(pthread_cond_t* condition) {
    if (!modelled(condition)) return HEDDLE_REAL(pthread_cond_broadcast, condition);
    broadcast(condition, HEDDLE_PC);
    return 0;
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
    if (modelled(self)) return wait(self, lock->mutex, HEDDLE_PC);
    HEDDLE_REAL(pthread_cond_wait, self, static_cast<pthread_mutex_t*>(lock->mutex));
}

extern "C" void heddle__ZNSt18condition_variable10notify_oneEv(pthread_cond_t* self) {
    if (modelled(self)) return signal(self, HEDDLE_PC);
    HEDDLE_REAL(pthread_cond_signal, self);
}

extern "C" void heddle__ZNSt18condition_variable10notify_allEv(pthread_cond_t* self) {
    if (modelled(self)) return broadcast(self, HEDDLE_PC);
    HEDDLE_REAL(pthread_cond_broadcast, self);
}
