// A readers-writer lock. Readers and writers draw places in one queue, as for a mutex; the order of the places is that in which the
// lock was, or would be, had. A reader is admitted by the unlock of the last writer before it; a writer by those of all before it,
// back to and including the last writer, whom it meets one by one. So a writer's unlock happens before what is locked later, a
// reader's unlock before later writers, and readers order nothing among themselves.
//
// A try that fails is blamed on one holder (Event::partner): it comes after that one has the lock and before it unlocks. Where
// several could be blamed, each is an execution of its own: more than there need be, none that could not be.
//
// Preference makes no difference to who may come before whom: that a writer waits is seen by nobody but by readers who wait or try.
// Where writers are preferred (PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP), a reader waits behind a writer that waits itself, and
// that may be for ever. Where readers are, it does not wait: an execution in which it would is one that cannot be.
// Not covered: readers that only read are explored in each order of their places. Tested by models/primitives/rwlock/test.cpp and
// tests/faults/rwlock_*.
#include "execution/queue.hpp"
#include "primitives/list.hpp"

namespace heddle::primitives {

using namespace graph;
using namespace execution;

namespace {

constexpr Value writers_preferred = 1; ///< Operation::operand

/// Places of those who may have had the lock when a try read `newest`, nearest first: readers since the last writer, and that one.
std::vector<EventId> candidates(const ExecutionGraph& graph, EventId newest) {
    std::vector<EventId> found;
    for (EventId w = newest; w < no_event; w = place_before(graph, w)) {
        found.push_back(w);
        if (!is_shared(graph, w)) break;
    }
    return found;
}

unsigned ways_to_refuse_a_writer(const ExecutionGraph& graph, OpKind newest, EventId before) {
    return is(newest, shared_lock) ? 1 + unsigned(candidates(graph, before).size()) : 1;
}

/// Only a writer can be in a reader's way.
unsigned ways_to_refuse_a_reader(const ExecutionGraph& graph, OpKind newest, EventId before) {
    return !is(newest, shared_lock) || last_exclusive(graph, before) < no_event;
}

EventId blamed_by_a_writer(const ExecutionGraph& graph, EventId newest, unsigned pick) { return candidates(graph, newest)[pick - 1]; }

EventId blamed_by_a_reader(const ExecutionGraph& graph, EventId newest, unsigned) { return last_exclusive(graph, newest); }

/// Who waits for the lock waits for somebody who has it.
bool refuses_a_writer(const ExecutionGraph& graph, const runtime::Operation&, EventId place) {
    return given_up_by(graph, place) == no_event;
}

/// A writer that has the lock; where writers are preferred, also one that waits.
bool refuses_a_reader(const ExecutionGraph& graph, const runtime::Operation& op, EventId place) {
    if (op.operand == writers_preferred) return given_up_by(graph, place) == no_event;
    return place_of_holder(graph, place, true) != no_event;
}

/// Calls each place before that one whose thread cannot have the lock at the same time, nearest first, until false.
template <typename Each>
void for_each_in_the_way(const ExecutionGraph& graph, EventId place, Each&& each) {
    const bool shared = is_shared(graph, place);
    for (EventId w = place_before(graph, place); w < no_event; w = place_before(graph, w)) {
        const bool alone = !is_shared(graph, w);
        if ((alone || !shared) && !each(w)) return;
        if (alone) return; // it has waited for those before it
    }
}

EventId my_place(const Execution& execution, ThreadId t) {
    return own_place(execution.graph(), t, execution.next(t)->slot->location);
}

/// When all in the way have unlocked, the nearest unlock that the thread has not met yet; its own place when there is none.
EventId next_unlock(const Execution& execution, ThreadId t) {
    const ExecutionGraph& graph = execution.graph();
    const EventId mine = my_place(execution, t);
    const ConstRow before = graph.hb_of_thread(t);
    EventId next = mine;
    for_each_in_the_way(graph, mine, [&](EventId w) {
        const EventId unlock = given_up_by(graph, w);
        if (unlock == no_event) return next = no_event, false;
        if (next == mine && !graph.contains(before, unlock)) next = unlock;
        return true;
    });
    return next;
}

void admit(const Execution& execution, ThreadId t, const Choice&, Event& event) {
    const ExecutionGraph& graph = execution.graph();
    event.kind = EventKind::grant;
    const EventId met = event.partner = execution.awaited(t);
    event.synchronises = true;
    event.value = 0;
    const ConstRow before = graph.hb_of_thread(t);
    for_each_in_the_way(graph, my_place(execution, t), [&](EventId w) {
        const EventId unlock = given_up_by(graph, w);
        const bool known = unlock == met || graph.contains(before, unlock) || graph.hb_before(unlock, met);
        if (!known) event.value = 1;
        return known;
    });
}

/// Who has the lock; else the writer that waits before.
ThreadId holder(const Execution& execution, ThreadId t) {
    const ExecutionGraph& graph = execution.graph();
    const EventId mine = my_place(execution, t);
    const bool shared = is_shared(graph, mine);
    EventId place = shared ? last_exclusive(graph, place_before(graph, mine)) : place_of_holder(graph, place_before(graph, mine));
    return place < no_event ? graph[place].thread : runtime::max_threads;
}

/// The operation that drew the place which is waited for now.
const runtime::Operation& drawn_by(const Execution& execution, ThreadId t) {
    return operation_of(execution.graph()[my_place(execution, t)]);
}

/// A try that succeeds does not wait; a reader does not wait for a writer that waits itself, but where writers are preferred.
bool would_not_wait(const Execution& execution, ThreadId t) {
    const ExecutionGraph& graph = execution.graph();
    const runtime::Operation& op = drawn_by(execution, t);
    if (is(op.kind, may_fail)) return true;
    if (!is(op.kind, shared_lock) || op.operand == writers_preferred) return false;
    const EventId writer = last_exclusive(graph, place_before(graph, my_place(execution, t)));
    return writer < no_event && held_since(graph, writer) == no_event;
}

void refused(const Execution& execution, ThreadId t, const Choice&, Event& event) {
    event.kind = EventKind::held;
    event.partner = execution.awaited(t);
}

/// When the one that is blamed has the lock. Where writers are preferred, a reader is refused by one that waits, too.
EventId blamed_is_there(const Execution& execution, ThreadId t) {
    const ExecutionGraph& graph = execution.graph();
    const Event& tried = graph[graph.last_of(t)];
    const runtime::Operation& op = operation_of(tried);
    if (op.kind == OpKind::try_share && op.operand == writers_preferred) return tried.partner;
    return held_since(graph, tried.partner);
}

} // namespace

void rwlock_rules(RuleTable& table) {
    const auto rules = [&](OpKind kind) -> Rules& { return table[std::size_t(kind)]; };
    rules(OpKind::try_share) = {.ways_to_fail = ways_to_refuse_a_reader, .blamed = blamed_by_a_reader, .refuses = refuses_a_reader};
    rules(OpKind::try_seize) = {.ways_to_fail = ways_to_refuse_a_writer, .blamed = blamed_by_a_writer, .refuses = refuses_a_writer};
    rules(OpKind::admit) = {.describe = admit, .awaited = next_unlock, .holder = holder, .would_not_wait = would_not_wait};
    rules(OpKind::refused) = {.describe = refused, .awaited = blamed_is_there, .would_not_wait = [](const Execution&, ThreadId) { return true; }};
}

} // namespace heddle::primitives
