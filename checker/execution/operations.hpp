// The operations table: what each kind of operation is, asked here and nowhere else. How a kind behaves is in the rules of its
// primitive (execution/rules.hpp).
#pragma once

#include <array>
#include <string_view>

#include "execution/behaviour.hpp"
#include "graph/event.hpp"
#include "runtime/operation.hpp"
#include "trace/op.hpp"
#include "trace/recording.hpp"

namespace heddle::execution {

using runtime::OpKind;

/// What an operation is, as bits of OperationTraits::is.
enum Is : unsigned {
    on_object = 1 << 0,    ///< has the address of an atomic object
    of_queue = 1 << 1,     ///< has the address of a queue (mutex, condition variable, readers-writer lock) or a meeting
    entering = 1 << 2,     ///< takes a place in a queue, by a read-modify-write
    takes_lock = 1 << 3,   ///< … that of a lock: who has the place, has the lock or waits for it until an unlock
    shared_lock = 1 << 4,  ///< … to have the lock together with others of that kind
    may_fail = 1 << 5,     ///< … or fails and takes none, when somebody holds the lock: result 2
    admission = 1 << 6,    ///< follows a place in the queue of a lock: its turn has come; or a failure: the holder has the lock
    waiting = 1 << 7,      ///< goes on only when somebody else has done something: Execution::awaited tells what
    spinning = 1 << 8,     ///< may be part of a spin loop: what a thread does there changes nothing, or need not
    given_back = 1 << 9,   ///< may be part of a round that gives back what it took
    on_inputs = 1 << 10,   ///< on a condition that depends on the inputs
    never_added = 1 << 11, ///< the thread goes no further; no event
    plain_choice = 1 << 12, ///< what it results in is chosen from a number of ways
};

/// What kind of operation a decision is on, by numbers that outlive a change of OpKind: they are in files.
enum class On : std::uint64_t { unknown, load, store, update, queue, fence, create, join, end, wait, unlock, choose, condition };

struct OperationTraits {
    OpKind kind;
    std::string_view name; ///< in messages
    unsigned is;
    std::uint8_t rank;     ///< which thread goes on first: see Explorer::rank; 100: none
    On decided_on;
    trace::Op told;        ///< as a step of a trace; unknown: not told
    trace::RecordedKind recorded, or_recorded; ///< what real threads record of it; or_recorded: or this
    std::string_view object; ///< locks: what the address is of
};

namespace detail {

using trace::RecordedKind;
inline constexpr std::uint8_t no_rank = 100;
inline constexpr auto nothing = RecordedKind::none;
inline constexpr auto mutex = "mutex", rwlock = "readers-writer lock";

} // namespace detail

/// In the order of OpKind.
inline constexpr std::array<OperationTraits, runtime::op_kinds> operations = [] {
    using namespace detail;
    using enum OpKind;
    using R = RecordedKind;
    using O = trace::Op;
    return std::array<OperationTraits, runtime::op_kinds>{{
        {load, "load", on_object | spinning | given_back, 6, On::load, O::read, R::atomic_read, nothing, ""},
        {store, "store", on_object, 3, On::store, O::write, R::atomic_write, nothing, ""},
        {rmw, "read-modify-write", on_object | spinning | given_back, 5, On::update, O::rmw, R::rmw_read, nothing, ""},
        {cas, "compare_exchange", on_object | spinning | given_back, 5, On::update, O::cas, R::rmw_read, R::atomic_read, ""},
        {fence, "fence", spinning | given_back, 1, On::fence, O::fence, R::fence, nothing, ""},
        {create, "thread creation", 0, 1, On::create, O::create, R::create, nothing, ""},
        {join, "join", waiting, 1, On::join, O::join, R::join, nothing, ""},
        {end, "thread end", 0, 1, On::end, O::end, R::end, nothing, ""},
        {ticket, "lock", of_queue | entering | takes_lock | given_back, 4, On::queue, O::lock, R::lock, nothing, mutex},
        {try_ticket, "trylock", of_queue | entering | takes_lock | may_fail | given_back, 4, On::queue, O::lock, R::lock, R::trylock_failed, mutex},
        {grant, "lock grant", of_queue | admission | waiting | given_back, 1, On::wait, O::lock, nothing, nothing, mutex},
        {held, "trylock", of_queue | admission | waiting | given_back, 1, On::wait, O::unknown, nothing, nothing, mutex},
        {unlock, "unlock", of_queue | given_back, 1, On::unlock, O::unlock, R::unlock, R::unlock_shared, ""},
        {enqueue, "wait", of_queue | entering | given_back, 4, On::queue, O::wait, R::wait_begin, nothing, ""},
        {signal, "signal", of_queue | entering, 4, On::queue, O::signal, R::signal, nothing, ""},
        {pick, "signal", of_queue | waiting, 2, On::wait, O::signal, nothing, nothing, ""},
        {broadcast, "broadcast", of_queue | entering, 4, On::queue, O::broadcast, R::broadcast, nothing, ""},
        {leave, "wait", of_queue | entering | given_back, 4, On::queue, O::unknown, nothing, nothing, ""},
        {wake, "wake-up", of_queue | waiting, 1, On::wait, O::wake, R::wait_end, nothing, ""},
        {choose, "choice", plain_choice, 2, On::choose, O::choose, R::choice, nothing, ""},
        {assume, "assumption", never_added, no_rank, On::unknown, O::unknown, nothing, nothing, ""},
        {fail, "failure", never_added, no_rank, On::unknown, O::unknown, nothing, nothing, ""},
        {branch, "branch", spinning | on_inputs, 2, On::condition, O::unknown, nothing, nothing, ""},
        {assume_that, "assumption", spinning | on_inputs, 2, On::condition, O::unknown, nothing, nothing, ""},
        {ensure_that, "check", spinning | on_inputs, 2, On::condition, O::unknown, nothing, nothing, ""},
        {notify, "notification", 0, 1, On::unknown, O::notify, nothing, nothing, ""},
        {arrive, "arrival", of_queue, 1, On::unknown, O::arrive, nothing, nothing, ""},
        {meet, "wait", of_queue | waiting, 1, On::wait, O::meet, nothing, nothing, ""},
        {ordered, "arrival", never_added, no_rank, On::unknown, O::unknown, nothing, nothing, ""},
        {clock, "clock", spinning | given_back, 1, On::unknown, O::unknown, nothing, nothing, ""},
        {share, "lock to read", of_queue | entering | takes_lock | shared_lock | given_back, 4, On::queue, O::lock_shared, R::lock_shared, nothing, rwlock},
        {seize, "lock to write", of_queue | entering | takes_lock | given_back, 4, On::queue, O::lock, R::lock, nothing, rwlock},
        {try_share, "trylock to read", of_queue | entering | takes_lock | shared_lock | may_fail | given_back, 4, On::queue, O::lock_shared, R::lock_shared, R::trylock_failed, rwlock},
        {try_seize, "trylock to write", of_queue | entering | takes_lock | may_fail | given_back, 4, On::queue, O::lock, R::lock, R::trylock_failed, rwlock},
        {admit, "lock grant", of_queue | admission | waiting | given_back, 1, On::wait, O::lock, nothing, nothing, rwlock},
        {refused, "trylock", of_queue | admission | waiting | given_back, 1, On::wait, O::unknown, nothing, nothing, rwlock},
    }};
}();

static_assert([] {
    for (std::size_t i = 0; i < operations.size(); ++i)
        if (std::size_t(operations[i].kind) != i) return false;
    return true;
}(), "each kind of operation has its row");

constexpr const OperationTraits& traits_of(OpKind kind) { return operations[std::size_t(kind)]; }
constexpr bool is(OpKind kind, unsigned what) { return traits_of(kind).is & what; }

/// Has an address: of an atomic object or of a queue.
constexpr bool on_memory(OpKind kind) { return is(kind, on_object | of_queue); }
constexpr bool on_queue(OpKind kind) { return is(kind, of_queue); }
constexpr bool may_spin(OpKind kind) { return is(kind, spinning); }
constexpr bool enters_queue(OpKind kind) { return is(kind, entering); }
constexpr bool waits_for_others(OpKind kind) { return is(kind, waiting); }
/// A read, or the first half of an update, of an atomic object.
constexpr bool reads_object(OpKind kind) { return kind == OpKind::load || kind == OpKind::rmw || kind == OpKind::cas; }

/// Where a round of a loop may begin: it asks something of others.
constexpr bool may_begin_round(OpKind kind) { return is(kind, spinning | takes_lock); }

/// Whether the operation is (the beginning of) what real threads record as `kind`.
constexpr bool fits(OpKind op, trace::RecordedKind kind) {
    return traits_of(op).recorded == kind || traits_of(op).or_recorded == kind;
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

/// The operation that the event is (half of).
inline const runtime::Operation& operation_of(const graph::Event& event) {
    return static_cast<const Step*>(event.step)->operation;
}

} // namespace heddle::execution
