// Semaphores: a counter that those who take from it wait for. std::counting_semaphore calls from the shadow headers, sem_t
// by its own names; the ordered barrier of the shadow headers counts down in the same way.

#include <semaphore.h>

#include <cerrno>
#include <climits>

#include "primitives/clock/explored.hpp"
#include "runtime/hooks.hpp"

using namespace heddle;
using namespace heddle::runtime;
using namespace heddle::primitives;

namespace {

Operation& take(volatile void* counter, unsigned size, std::uint64_t amount, MemoryOrder order, std::uint64_t pc) {
    Operation& op = pending_operation(OpKind::rmw, counter, pc);
    op.function = RmwFunction::take;
    op.size = static_cast<std::uint8_t>(size);
    op.order = order;
    op.operand = amount;
    return op;
}

} // namespace

/// Takes `amount` from the counter, whose lower 32 bits say how much there is, as soon as there is enough. @param waits for
/// 1: a semaphore, 2: the next phase of a barrier. @return the counter before
extern "C" std::uint64_t heddle_heddle_take(volatile void* counter, unsigned size, std::uint64_t amount, int order, int waits) {
    take(counter, size, amount, static_cast<MemoryOrder>(order), HEDDLE_PC).wait = waits == 1 ? Wait::semaphore : Wait::meeting;
    return suspend_and_return<std::uint64_t>();
}

/// The same if there is enough, else nothing.
extern "C" std::uint64_t heddle_heddle_try_take(volatile void* counter, unsigned size, std::uint64_t amount, int order) {
    take(counter, size, amount, static_cast<MemoryOrder>(order), HEDDLE_PC);
    return suspend_and_return<std::uint64_t>();
}

// --- sem_t -------------------------------------------------------------------------------------------------------------

namespace {

volatile unsigned* counter_of(sem_t* semaphore) { return reinterpret_cast<volatile unsigned*>(semaphore); }

bool fails_with(Fiber& fiber, Value& result, int error) {
    fiber.error_number = error;
    result = static_cast<std::uint64_t>(-1);
    return true;
}

bool succeeds(Fiber&, Value& result) {
    result = 0;
    return true;
}

bool tried(Fiber& fiber, Value& result) {
    return takes(result, 1) ? succeeds(fiber, result) : fails_with(fiber, result, EAGAIN);
}

bool timed_out(Fiber& fiber, Value& result) {
    if (takes(result, 1)) return succeeds(fiber, result);
    pass_until(fiber, static_cast<std::int64_t>(fiber.scratch[0]));
    return fails_with(fiber, result, ETIMEDOUT);
}

bool posted(Fiber& fiber, Value& result) {
    if (static_cast<unsigned>(result) < SEM_VALUE_MAX) return succeeds(fiber, result);
    return fails_with(fiber, result, EOVERFLOW);
}

bool value_read(Fiber& fiber, Value& result) {
    auto* value = reinterpret_cast<int*>(fiber.scratch[0]);
    plain_write(value, sizeof *value, fiber.operation.pc);
    *value = static_cast<int>(result);
    return succeeds(fiber, result);
}

int wait_until(sem_t* semaphore, const timespec* limit, std::uint64_t pc) {
    plain_read(limit, sizeof *limit, pc);
    current().scratch[0] = static_cast<std::uint64_t>(nanoseconds(*limit));
    take(counter_of(semaphore), sizeof(unsigned), 1, MemoryOrder::acq_rel, pc);
    return suspend_and_return<int>(timed_out);
}

} // namespace

extern "C" int heddle_sem_init(sem_t* semaphore, int shared, unsigned value) {
    if (!modelled(semaphore)) return HEDDLE_REAL(sem_init, semaphore, shared, value);
    if (shared) fail_unsupported("sem_init of a semaphore that processes share", HEDDLE_PC);
    plain_write(semaphore, sizeof(unsigned), HEDDLE_PC);
    *reinterpret_cast<unsigned*>(semaphore) = value;
    return 0;
}

extern "C" int heddle_sem_destroy(sem_t* semaphore) {
    if (!modelled(semaphore)) return HEDDLE_REAL(sem_destroy, semaphore);
    plain_write(semaphore, sizeof(unsigned), HEDDLE_PC);
    return 0;
}

extern "C" int heddle_sem_wait(sem_t* semaphore) {
    if (!modelled(semaphore)) return HEDDLE_REAL(sem_wait, semaphore);
    take(counter_of(semaphore), sizeof(unsigned), 1, MemoryOrder::acq_rel, HEDDLE_PC).wait = Wait::semaphore;
    return suspend_and_return<int>(succeeds);
}

extern "C" int heddle_sem_trywait(sem_t* semaphore) {
    if (!modelled(semaphore)) return HEDDLE_REAL(sem_trywait, semaphore);
    take(counter_of(semaphore), sizeof(unsigned), 1, MemoryOrder::acq_rel, HEDDLE_PC);
    return suspend_and_return<int>(tried);
}

extern "C" int heddle_sem_timedwait(sem_t* semaphore, const timespec* limit) {
    if (!modelled(semaphore)) return HEDDLE_REAL(sem_timedwait, semaphore, limit);
    return wait_until(semaphore, limit, HEDDLE_PC);
}

extern "C" int heddle_sem_clockwait(sem_t* semaphore, clockid_t clock, const timespec* limit) {
    if (!modelled(semaphore)) return HEDDLE_REAL(sem_clockwait, semaphore, clock, limit);
    return wait_until(semaphore, limit, HEDDLE_PC);
}

extern "C" int heddle_sem_post(sem_t* semaphore) {
    if (!modelled(semaphore)) return HEDDLE_REAL(sem_post, semaphore);
    Operation& op = pending_operation(OpKind::rmw, counter_of(semaphore), HEDDLE_PC);
    op.function = RmwFunction::add;
    op.size = sizeof(unsigned);
    op.order = MemoryOrder::acq_rel;
    op.operand = 1;
    return suspend_and_return<int>(posted);
}

extern "C" int heddle_sem_getvalue(sem_t* semaphore, int* value) {
    if (!modelled(semaphore)) return HEDDLE_REAL(sem_getvalue, semaphore, value);
    current().scratch[0] = reinterpret_cast<std::uint64_t>(value);
    Operation& op = pending_operation(OpKind::load, counter_of(semaphore), HEDDLE_PC);
    op.size = sizeof(unsigned);
    op.order = MemoryOrder::acquire;
    return suspend_and_return<int>(value_read);
}
