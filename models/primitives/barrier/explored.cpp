// Meetings: latches and barriers. Arrivals at one and the same phase are in no order (decision 16), unless the program can
// tell them apart: then the shadow headers count them with atomic updates, and pthread_barrier_t always does, because one
// of its callers is told that it was the last.

#include <pthread.h>

#include <cerrno>

#include "runtime/hooks.hpp"

using namespace heddle;
using namespace heddle::runtime;

/// Whether arrivals at latches and barriers are told by the two functions below, rather than counted.
extern "C" int heddle_arrivals_commute() noexcept { return from_fiber() && !arrivals_ordered; }

/// The program is about to do what depends on their order.
extern "C" void heddle_order_arrivals() noexcept {
    if (from_fiber() && !arrivals_ordered) perform(OpKind::ordered, nullptr, HEDDLE_PC);
}

/// @param barrier whether the meeting has more than one phase. @return the phase
extern "C" std::uint64_t heddle_heddle_arrive(volatile void* meeting, std::uint64_t weight, std::uint64_t expected, int barrier) {
    Operation& op = pending_operation(OpKind::arrive, meeting, HEDDLE_PC);
    op.operand = weight;
    op.expected = expected;
    op.wait = barrier ? Wait::meeting : Wait::none;
    return suspend_and_return<std::uint64_t>();
}

namespace {

bool met(Fiber& fiber, Value& more) {
    if (!more) return true;
    fiber.then = met; // the same operation again, for the next of them
    fiber.operation.slept = fiber.operation.not_before = 0;
    return false;
}

} // namespace

/// Waits until all that are expected have come to the phase.
extern "C" void heddle_heddle_meet(const volatile void* meeting, std::uint64_t phase, std::uint64_t expected, int barrier) {
    Operation& op = pending_operation(OpKind::meet, meeting, HEDDLE_PC);
    op.operand = phase;
    op.expected = expected;
    op.wait = barrier ? Wait::meeting : Wait::none;
    suspend_and_return<void>(met);
}

// --- pthread_barrier_t ---------------------------------------------------------------------------------------------------

namespace {

struct Barrier {
    std::uint64_t state;    ///< how many are still to come, below the number of the phase
    std::uint64_t phase;    ///< for those who wait
    std::uint64_t expected;
};

constexpr unsigned phase_shift = 32;

Barrier& barrier_of(pthread_barrier_t* barrier) { return *reinterpret_cast<Barrier*>(barrier); }

enum { the_barrier, the_phase };

Barrier& barrier_of(const Fiber& fiber) { return *reinterpret_cast<Barrier*>(fiber.scratch[the_barrier]); }

/// The hook's next operation, on a word of the barrier.
Operation& next(Fiber& fiber, OpKind kind, std::uint64_t& word, MemoryOrder order, Continuation then) {
    and_then(fiber, kind, reinterpret_cast<std::uint64_t>(&word), then);
    fiber.operation.size = sizeof word;
    fiber.operation.order = order;
    return fiber.operation;
}

bool others_may_go(Fiber&, Value& result) {
    result = static_cast<std::uint64_t>(PTHREAD_BARRIER_SERIAL_THREAD);
    return true;
}

bool next_phase_has_room(Fiber& fiber, Value&) {
    next(fiber, OpKind::store, barrier_of(fiber).phase, MemoryOrder::release, others_may_go).operand = fiber.scratch[the_phase] + 1;
    return false;
}

bool phase_is_over(Fiber&, Value& result) {
    result = 0;
    return true;
}

bool has_come(Fiber& fiber, Value& old) {
    Barrier& barrier = barrier_of(fiber);
    const auto before = static_cast<std::uint64_t>(old);
    const std::uint64_t phase = fiber.scratch[the_phase] = before >> phase_shift;
    if (static_cast<std::uint32_t>(before) == 1) {
        next(fiber, OpKind::store, barrier.state, MemoryOrder::release, next_phase_has_room).operand =
            (phase + 1) << phase_shift | barrier.expected;
        return false;
    }
    Operation& op = next(fiber, OpKind::load, barrier.phase, MemoryOrder::acquire, phase_is_over);
    op.wait = Wait::phase;
    op.expected = phase;
    return false;
}

} // namespace

extern "C" int heddle_pthread_barrier_init(pthread_barrier_t* barrier, const pthread_barrierattr_t* attributes, unsigned count) {
    if (!modelled(barrier)) return HEDDLE_REAL(pthread_barrier_init, barrier, attributes, count);
    if (count == 0) return EINVAL;
    plain_write(barrier, sizeof(Barrier), HEDDLE_PC);
    barrier_of(barrier) = {count, 0, count};
    return 0;
}

extern "C" int heddle_pthread_barrier_destroy(pthread_barrier_t* barrier) {
    if (!modelled(barrier)) return HEDDLE_REAL(pthread_barrier_destroy, barrier);
    plain_write(barrier, sizeof(Barrier), HEDDLE_PC);
    return 0;
}

extern "C" int heddle_pthread_barrier_wait(pthread_barrier_t* barrier) {
    if (!modelled(barrier)) return HEDDLE_REAL(pthread_barrier_wait, barrier);
    plain_read(&barrier_of(barrier).expected, sizeof barrier_of(barrier).expected, HEDDLE_PC);
    current().scratch[the_barrier] = reinterpret_cast<std::uint64_t>(barrier);
    Operation& op = pending_operation(OpKind::rmw, barrier, HEDDLE_PC);
    op.function = RmwFunction::take;
    op.size = sizeof(std::uint64_t);
    op.order = MemoryOrder::acq_rel;
    op.operand = 1;
    op.wait = Wait::meeting;
    return suspend_and_return<int>(has_come);
}
