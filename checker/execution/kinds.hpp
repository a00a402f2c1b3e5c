// Kinds of operations, as the exploration tells them apart.
#pragma once

#include "execution/behaviour.hpp"
#include "graph/event.hpp"
#include "runtime/operation.hpp"

namespace heddle::execution {

using runtime::OpKind;

/// Has an address: of an atomic object or of a queue.
inline bool on_memory(OpKind kind) {
    switch (kind) {
    case OpKind::load:
    case OpKind::store:
    case OpKind::rmw:
    case OpKind::cas:
    case OpKind::ticket:
    case OpKind::try_ticket:
    case OpKind::grant:
    case OpKind::held:
    case OpKind::unlock:
    case OpKind::enqueue:
    case OpKind::signal:
    case OpKind::pick:
    case OpKind::broadcast:
    case OpKind::leave:
    case OpKind::wake:
    case OpKind::arrive:
    case OpKind::meet: return true;
    default: return false;
    }
}

/// On the queue of a mutex or condition variable, or on a meeting.
inline bool on_queue(OpKind kind) { return on_memory(kind) && kind > OpKind::cas; }

/// May be part of a spin loop: what a thread does there changes nothing, or need not.
inline bool may_spin(OpKind kind) {
    return kind == OpKind::load || kind == OpKind::cas || kind == OpKind::rmw || kind == OpKind::fence ||
           kind == OpKind::clock || runtime::is_on_condition(kind);
}

/// Where a round of a loop may begin: it asks something of others.
inline bool may_begin_round(OpKind kind) {
    return may_spin(kind) || kind == OpKind::ticket || kind == OpKind::try_ticket;
}

/// Whether a thread that gets this result waits at the operation for another one, as the operation itself says.
inline bool stays(const runtime::Operation& op, Value result) {
    using runtime::Wait;
    if (op.kind == OpKind::load)
        return (op.wait == Wait::notified || op.wait == Wait::phase || op.wait == Wait::future || op.wait == Wait::once) &&
               result == op.expected;
    return op.kind == OpKind::rmw && op.wait != Wait::none && op.function == runtime::RmwFunction::take &&
           !runtime::takes(result, op.operand);
}

/// The thread looks on until something changes; nobody has told it to wait.
inline bool spins(const runtime::Operation& op) { return may_spin(op.kind) && op.wait == runtime::Wait::none; }

/// Whether it succeeds may depend on the inputs.
inline bool is_symbolic_cas(const runtime::Operation& op) {
    return op.kind == OpKind::cas && op.symbolic != Scalar::none;
}

/// Takes a place in a queue, by a read-modify-write.
inline bool enters_queue(OpKind kind) {
    return kind == OpKind::ticket || kind == OpKind::try_ticket || kind == OpKind::enqueue || kind == OpKind::signal ||
           kind == OpKind::broadcast || kind == OpKind::leave;
}

/// Goes on only when somebody else has done something: Execution::awaited tells what.
inline bool waits_for_others(OpKind kind) {
    return kind == OpKind::join || kind == OpKind::grant || kind == OpKind::held || kind == OpKind::wake ||
           kind == OpKind::meet || kind == OpKind::pick;
}

/// The operation that the event is (half of).
inline const runtime::Operation& operation_of(const graph::Event& event) {
    return static_cast<const Step*>(event.step)->operation;
}

} // namespace heddle::execution
