// A visible operation: what a thread of the program asks the backend to decide. Everything that synchronises is
// expressed in these few kinds; the primitives (models/primitives) are small programs over them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/expression.hpp"
#include "core/memory_order.hpp"
#include "core/value.hpp"
#include "core/verdict.hpp"

namespace heddle::runtime {

enum class OpKind : std::uint8_t {
    load,     ///< result: the value read
    store,    ///< operand: the value written
    rmw,      ///< result: the old value; `function` and operand make the new one
    cas,      ///< result: the old value; operand is written when the old value equals `expected`
    fence,
    create,   ///< a new thread that runs function `operand` with argument `expected`; result: its number
    join,     ///< waits until thread `operand` has ended
    end,      ///< the thread has nothing more to do; the last operation of each thread
    ticket,   ///< takes the next place in the queue of the mutex (or condition) at `address`; never waits. Result: 1 when
              ///< the place is the first one ever (nothing to wait for), else 0
    try_ticket, ///< like ticket, or fails: result 2 when somebody held the mutex
    grant,    ///< waits until the place taken by this thread's last ticket of `address` has come: the holder before unlocked
    held,     ///< after a failed try_ticket: waits until the holder that was seen has its grant
    unlock,   ///< gives up the mutex at `address`
    enqueue,  ///< condition variable: this thread joins the waiters of `address`
    signal,   ///< condition variable: one waiter is to be woken; always followed by pick. Result 0
    pick,     ///< after signal: decides which of the waiters is woken, if there are any. Result 0
    broadcast,///< condition variable: all waiters are woken
    leave,    ///< condition variable: this thread stops waiting by itself (a spurious wake-up)
    wake,     ///< waits until a pick or broadcast has chosen this thread since its last enqueue
    choose,   ///< result: 0 … operand-1
    assume,   ///< the assumption does not hold: the execution is dropped; operand process_ends: it is complete
    fail,     ///< the execution ends in a violation: `verdict` and `message`
    branch,   ///< on the symbolic condition `operand`. Result: 1 or 0, one execution (at least) for each that is possible
    assume_that, ///< executions in which the symbolic condition `operand` does not hold are dropped
    ensure_that, ///< if the symbolic condition `operand` can be false, that is a violation: `verdict` and `message`
    notify,   ///< wakes those who wait at `address` for its value to change: all of them, or `operand` of them
    arrive,   ///< at the meeting (latch, phase of a barrier) at `address` where `expected` must come together; counts for
              ///< `operand`. Result: which phase, from 0
    meet,     ///< waits for one of those who have to come to phase `operand` of the meeting at `address`, where `expected`
              ///< must. Result: 1 when others are still to be met by the next `meet`, else 0
    ordered,  ///< what this thread does next depends on the order in which arrivals were made: see Needs::arrival_order
    clock,    ///< result: the virtual time, in nanoseconds
    share,    ///< takes the next place, to read, in the queue of the readers-writer lock at `address`; `operand`: the lock prefers
              ///< writers. Never waits. Result: 1 when the place is the first one ever, else 0
    seize,    ///< likewise, to write
    try_share, ///< like share, or fails: result 2 when somebody wrote (or waited to, where writers are preferred)
    try_seize, ///< like seize, or fails: result 2 when somebody read or wrote
    admit,    ///< waits for one of those before this thread's last place, with whom it cannot have the lock at once, to unlock.
              ///< Result: 1 when others are still to be waited for by the next `admit`, else 0
    refused,  ///< after a failed try: waits until the holder that was seen has the lock
};
inline constexpr std::size_t op_kinds = std::size_t(OpKind::refused) + 1;

/// `take` subtracts when the lower half of the old value is no less than the operand, and is a mere read when it is.
enum class RmwFunction : std::uint8_t { exchange, add, sub, and_, or_, xor_, nand, take };

/// The virtual time at which every execution begins, in nanoseconds since the epoch: in January 2027. Its fraction of a second is
/// one that programs have from nowhere else: by it what they keep of a moment is recognised in their state (TimeWord).
inline constexpr std::int64_t start_of_time = 1'800'000'000'123'456'789;

/// The operand of a `notify` that wakes everybody.
inline constexpr Value notify_all = 0;

/// What a thread is said to wait for when a load or read-modify-write keeps it where it is: it is blocked by its own will, it
/// does not spin.
enum class Wait : std::uint8_t {
    none,      ///< it spins
    notified,  ///< for a value other than `expected`, and to be woken (std::atomic::wait, a futex)
    condition, ///< for something that a library's loop looks at again and again
    semaphore,
    meeting,   ///< a latch or barrier whose arrivals are ordered
    phase,     ///< of a barrier, to be another than `expected`
    future,    ///< for a value other than `expected`
    once,      ///< for another thread to have initialised something
};

struct Operation {
    OpKind kind = OpKind::end;
    MemoryOrder order = MemoryOrder::seq_cst;
    MemoryOrder failure_order = MemoryOrder::seq_cst; ///< cas
    RmwFunction function = RmwFunction::exchange;
    bool plain = false;         ///< a plain access that counts as a relaxed atomic one
    std::uint8_t size = 0;      ///< bytes
    Scalar symbolic = Scalar::none; ///< rmw, cas: of symbolic values of that type; a cas then results in the old value
                                    ///< plus, when it succeeded, `succeeded`
    Verdict verdict = Verdict::verified; ///< fail
    Wait wait = Wait::none;
    bool timed = false; ///< wake, meet: has a time limit, so it does not wait for ever
    std::uint64_t address = 0;
    Value operand = 0;
    Value expected = 0;         ///< cas
    std::uint64_t pc = 0;       ///< return address in the program
    std::uint64_t frame = 0;    ///< stack pointer at the call, to name locals
    const char* message = nullptr; ///< fail: lives as long as the program's machine
    /// What has passed of the virtual time since the thread's operation before: nanoseconds slept, then the time that it
    /// certainly is (of a wait whose limit was reached).
    std::int64_t slept = 0, not_before = 0;
};

/// Whether a take that reads `old` takes.
constexpr bool takes(Value old, Value operand) {
    return static_cast<std::uint32_t>(old) >= static_cast<std::uint32_t>(operand);
}

/// What a read-modify-write that reads `old` writes.
constexpr Value apply(RmwFunction function, Value old, Value operand, unsigned size) {
    switch (function) {
    case RmwFunction::exchange: return truncate(operand, size);
    case RmwFunction::add: return truncate(old + operand, size);
    case RmwFunction::sub: return truncate(old - operand, size);
    case RmwFunction::and_: return truncate(old & operand, size);
    case RmwFunction::or_: return truncate(old | operand, size);
    case RmwFunction::xor_: return truncate(old ^ operand, size);
    case RmwFunction::nand: return truncate(~(old & operand), size);
    case RmwFunction::take: return takes(old, operand) ? truncate(old - operand, size) : old;
    }
    return old;
}

/// The operand of an `assume` that stands for the end of the process: the other threads do what they do before it.
inline constexpr Value process_ends = 1;

/// In the result of a compare_exchange of symbolic values.
inline constexpr Value succeeded = Value{1} << 64;

/// What the read-modify-write writes when it reads `old`.
inline Value written(const Operation& op, Value old) {
    if (op.symbolic == Scalar::none || op.function == RmwFunction::exchange)
        return apply(op.function, old, op.operand, op.size);
    constexpr Operator operators[]{Operator::constant, Operator::add,    Operator::subtract,
                                   Operator::bit_and,  Operator::bit_or, Operator::bit_xor};
    return expressions().make(operators[static_cast<std::size_t>(op.function)], op.symbolic, Word(old), Word(op.operand));
}

/// Whether the operation, with that result, has left its object as it was.
inline bool leaves_unchanged(const Operation& op, Value result) {
    switch (op.kind) {
    case OpKind::load:
    case OpKind::fence:
    case OpKind::branch:
    case OpKind::assume_that:
    case OpKind::ensure_that:
    case OpKind::clock: return true;
    case OpKind::cas: return op.symbolic == Scalar::none ? result != op.expected : !(result & succeeded);
    case OpKind::rmw: return written(op, result) == result;
    default: return false;
    }
}

/// On a symbolic condition: made without touching memory, but an event.
constexpr bool is_on_condition(OpKind kind) {
    return kind == OpKind::branch || kind == OpKind::assume_that || kind == OpKind::ensure_that;
}

} // namespace heddle::runtime
