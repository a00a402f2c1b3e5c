// Laws of a readers-writer lock's queue, on graphs made by hand: who holds it, since when, and who is in whose way.
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <list>

#include "execution/queue.hpp"
#include "execution/rules.hpp"

using namespace heddle;
using namespace heddle::execution;
using namespace heddle::graph;

namespace {

/// Threads draw places in one queue, are admitted, and unlock.
struct Queue {
    Queue() : graph(8, Synchronisation::every_rf), lock(graph.add_location(0, 0, true)) {}

    EventId add(Event event, std::uint32_t place = 0) {
        event.stamp = ++stamp;
        event.location = lock;
        return graph.add(event, place);
    }
    EventId draw(ThreadId t, OpKind kind) {
        Step& step = steps.emplace_back();
        step.operation.kind = kind;
        const auto newest = std::uint32_t(graph.location(lock).mo.size());
        Event half;
        half.thread = std::uint16_t(t);
        half.chain = half.update = half.exclusive = true;
        half.step = &step;
        half.rf = graph.write_at(lock, newest);
        add(half);
        half.kind = EventKind::write;
        half.rf = no_event;
        return add(half, newest);
    }
    EventId admit(ThreadId t, EventId partner, bool more) {
        Event event;
        event.kind = EventKind::grant;
        event.thread = std::uint16_t(t);
        event.partner = partner;
        event.value = more;
        event.synchronises = true;
        return add(event);
    }
    EventId unlock(ThreadId t, EventId place) {
        Event event;
        event.kind = EventKind::unlock;
        event.thread = std::uint16_t(t);
        event.partner = place;
        return graph.at(place).partner = add(event);
    }

    ExecutionGraph graph;
    LocationId lock;
    std::uint32_t stamp = 0;
    std::list<Step> steps;
};

unsigned ways(OpKind kind, const ExecutionGraph& graph, EventId place) {
    return rules_of(kind).ways_to_fail(graph, operation_of(graph[place]).kind, place_before(graph, place));
}

} // namespace

TEST_CASE("a lock is held from the last admission on, and by nobody who waits", "[rwlock]") {
    Queue q;
    const EventId first = q.draw(0, OpKind::share), second = q.draw(1, OpKind::share), writer = q.draw(2, OpKind::seize);
    CHECK(held_since(q.graph, first) == first); // nobody was before
    CHECK(held_since(q.graph, second) == no_event);
    const EventId admitted = q.admit(1, second, false);
    CHECK(held_since(q.graph, second) == admitted);
    CHECK(held_since(q.graph, writer) == no_event);
    const EventId one = q.unlock(0, first), other = q.unlock(1, second);
    q.admit(2, other, true);
    CHECK(held_since(q.graph, writer) == no_event); // the other reader is still to be met
    const EventId last = q.admit(2, one, false);
    CHECK(held_since(q.graph, writer) == last);
    CHECK(place_of_holder(q.graph, writer) == writer);
    CHECK(own_place(q.graph, 2, q.lock) == writer);
    CHECK(own_place(q.graph, 1, q.lock) == no_event);
}

TEST_CASE("a writer's try is refused by any reader since the last writer, a reader's by that writer only", "[rwlock]") {
    Queue q;
    const EventId first = q.draw(0, OpKind::share), second = q.draw(1, OpKind::share);
    CHECK(ways(OpKind::try_share, q.graph, second) == 0);
    CHECK(ways(OpKind::try_seize, q.graph, first) == 1);
    CHECK(ways(OpKind::try_seize, q.graph, second) == 2);
    CHECK(rules_of(OpKind::try_seize).blamed(q.graph, second, 1) == second);
    CHECK(rules_of(OpKind::try_seize).blamed(q.graph, second, 2) == first);
    const EventId writer = q.draw(2, OpKind::seize), third = q.draw(3, OpKind::share);
    CHECK(ways(OpKind::try_seize, q.graph, writer) == 1);
    CHECK(ways(OpKind::try_seize, q.graph, third) == 2);
    CHECK(ways(OpKind::try_share, q.graph, third) == 1);
    CHECK(rules_of(OpKind::try_share).blamed(q.graph, third, 1) == writer);
}

TEST_CASE("readers' unlocks happen before the writer that meets them, and before no reader", "[rwlock]") {
    Queue q;
    const EventId reader = q.draw(0, OpKind::share);
    const EventId unlock = q.unlock(0, reader);
    const EventId later = q.draw(1, OpKind::share);
    const EventId admitted = q.admit(1, later, false);
    CHECK_FALSE(q.graph.hb_before(unlock, admitted));
    const EventId writer = q.draw(2, OpKind::seize);
    const EventId last = q.admit(2, unlock, true);
    CHECK(q.graph.hb_before(unlock, last));
    CHECK_FALSE(q.graph.hb_before(admitted, last));
    CHECK(writer < last);
}
