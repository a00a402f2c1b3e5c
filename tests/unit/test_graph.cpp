// Laws of the execution graph and the memory models, on graphs built by hand.
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <memory>

#include "graph/execution_graph.hpp"
#include "memory/list.hpp"

using namespace heddle;
using namespace heddle::graph;

namespace {

/// Two locations, all threads there from the start; each event is given to the model, too.
struct Graph {
    explicit Graph(Model which)
        : model(memory::make_model(which, 8)), graph(8, model->synchronisation()), x(graph.add_location(0, 0, false)),
          y(graph.add_location(1, 0, false)) {}

    bool add(const Event& event, std::uint32_t place = 0) {
        Event stamped = event;
        stamped.stamp = ++stamp;
        graph.add(stamped, place);
        return model->added(graph) == memory::Axiom::none;
    }
    bool write(ThreadId t, LocationId l, Value value, MemoryOrder order = MemoryOrder::seq_cst) {
        Event event;
        event.kind = EventKind::write;
        event.thread = std::uint16_t(t);
        event.location = l;
        event.value = value;
        event.order = order;
        return add(event, std::uint32_t(graph.location(l).mo.size()));
    }
    bool read(ThreadId t, LocationId l, EventId from, MemoryOrder order = MemoryOrder::seq_cst) {
        Event event;
        event.thread = std::uint16_t(t);
        event.location = l;
        event.rf = from;
        event.order = order;
        return add(event);
    }
    bool fence(ThreadId t) {
        Event event;
        event.kind = EventKind::fence;
        event.thread = std::uint16_t(t);
        event.order = MemoryOrder::seq_cst;
        return add(event);
    }
    void remove() {
        model->removing(graph);
        graph.remove_last();
    }

    std::unique_ptr<memory::MemoryModel> model;
    ExecutionGraph graph;
    std::uint32_t stamp = 0;
    LocationId x, y;
};

/// Store buffering with both reads stale; whether the model lets the last read in.
bool both_stale(Model model, MemoryOrder order, bool fences) {
    Graph g(model);
    REQUIRE(g.write(0, g.x, 1, order));
    if (fences) REQUIRE(g.fence(0));
    REQUIRE(g.read(0, g.y, initial, order));
    REQUIRE(g.write(1, g.y, 1, order));
    if (fences) REQUIRE(g.fence(1));
    return g.read(1, g.x, initial, order);
}

} // namespace

TEST_CASE("store buffering: both threads read the old value under tso and rc11 unless seq_cst or a fence forbids it") {
    CHECK_FALSE(both_stale(Model::sc, MemoryOrder::relaxed, false));
    CHECK(both_stale(Model::tso, MemoryOrder::relaxed, false));
    CHECK(both_stale(Model::rc11, MemoryOrder::relaxed, false));
    CHECK(both_stale(Model::rc11, MemoryOrder::acq_rel, false));
    CHECK_FALSE(both_stale(Model::tso, MemoryOrder::seq_cst, false));
    CHECK_FALSE(both_stale(Model::rc11, MemoryOrder::seq_cst, false));
    CHECK_FALSE(both_stale(Model::tso, MemoryOrder::relaxed, true));
    CHECK_FALSE(both_stale(Model::rc11, MemoryOrder::relaxed, true));
}

TEST_CASE("independent reads of independent writes: readers that disagree are relaxed or acquiring, never seq_cst or tso") {
    const auto disagree = [](Model model, MemoryOrder order) {
        Graph g(model);
        REQUIRE(g.write(0, g.x, 1, order));
        REQUIRE(g.write(1, g.y, 1, order));
        REQUIRE(g.read(2, g.x, 0, order));
        REQUIRE(g.read(2, g.y, initial, order));
        REQUIRE(g.read(3, g.y, 1, order));
        return g.read(3, g.x, initial, order);
    };
    CHECK(disagree(Model::rc11, MemoryOrder::relaxed));
    CHECK(disagree(Model::rc11, MemoryOrder::acq_rel));
    CHECK_FALSE(disagree(Model::rc11, MemoryOrder::seq_cst));
    CHECK_FALSE(disagree(Model::tso, MemoryOrder::relaxed));
    CHECK_FALSE(disagree(Model::sc, MemoryOrder::relaxed));
}

TEST_CASE("message passing: an acquire read of a release write hides what the write came after; a relaxed one does not") {
    const auto bound = [](MemoryOrder store, MemoryOrder load) {
        Graph g(Model::rc11);
        REQUIRE(g.write(0, g.x, 1, MemoryOrder::relaxed));
        REQUIRE(g.write(0, g.y, 1, store));
        REQUIRE(g.read(1, g.y, 1, load));
        return g.graph.coherence_bound(1, g.x);
    };
    CHECK(bound(MemoryOrder::release, MemoryOrder::acquire) == 1);
    CHECK(bound(MemoryOrder::release, MemoryOrder::relaxed) == 0);
    CHECK(bound(MemoryOrder::relaxed, MemoryOrder::acquire) == 0);
}

TEST_CASE("an acquire fence comes after what relaxed reads before it have read") {
    Graph g(Model::rc11);
    REQUIRE(g.write(0, g.x, 1, MemoryOrder::relaxed));
    REQUIRE(g.write(0, g.y, 1, MemoryOrder::release));
    REQUIRE(g.read(1, g.y, 1, MemoryOrder::relaxed));
    CHECK_FALSE(g.graph.hb_before(0, 2));
    REQUIRE(g.fence(1));
    CHECK(g.graph.hb_before(0, 3));
    CHECK(g.graph.coherence_bound(1, g.x) == 1);
}

TEST_CASE("happens-before is transitive and part of porf") {
    Graph g(Model::rc11);
    REQUIRE(g.write(0, g.x, 1, MemoryOrder::release));
    REQUIRE(g.read(1, g.x, 0, MemoryOrder::acquire));
    REQUIRE(g.write(1, g.y, 1, MemoryOrder::release));
    REQUIRE(g.read(2, g.y, 2, MemoryOrder::acquire));
    for (EventId a = 0; a < g.graph.size(); ++a)
        for (EventId b = 0; b < g.graph.size(); ++b) {
            if (!g.graph.hb_before(a, b)) continue;
            CHECK(g.graph.contains(g.graph.porf(b), a));
            for (EventId c = 0; c < g.graph.size(); ++c)
                if (g.graph.hb_before(b, c)) CHECK(g.graph.hb_before(a, c));
        }
    CHECK(g.graph.hb_before(0, 3));
}

TEST_CASE("an event that is removed leaves graph and model as they were") {
    for (const Model model : {Model::sc, Model::tso, Model::rc11}) {
        Graph g(model);
        REQUIRE(g.write(0, g.x, 1));
        REQUIRE(g.read(0, g.y, initial));
        REQUIRE(g.write(1, g.y, 1));
        for (int round = 0; round < 3; ++round) {
            CHECK_FALSE(g.read(1, g.x, initial)); // store buffering with seq_cst accesses
            g.remove();
            CHECK(g.graph.size() == 3);
            CHECK(g.graph.location(g.x).reads.empty());
            CHECK(g.graph.by_stamp().size() == 3);
        }
        CHECK(g.read(1, g.x, 0));
    }
}
