// RC11's psc event by event against psc computed whole, on random consistent graphs.
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <memory>
#include <random>
#include <string>

#include "memory/psc_order.hpp"
#include "psc_whole.hpp"

using namespace heddle;
using namespace heddle::graph;

namespace {

constexpr unsigned lanes = 8;
constexpr MemoryOrder orders[]{MemoryOrder::relaxed, MemoryOrder::acquire, MemoryOrder::release, MemoryOrder::acq_rel,
                               MemoryOrder::seq_cst, MemoryOrder::seq_cst};

/// A graph that grows by random events, coherent and with atomic updates as the explorer's choices keep it.
class RandomGraph {
public:
    explicit RandomGraph(std::uint32_t seed) : random_(seed), graph(lanes, Synchronisation::as_written) {
        locations_ = 1 + pick(3);
        mostly_ = pick(2) ? MemoryOrder::seq_cst : MemoryOrder::relaxed;
        for (std::uint32_t l = 0; l < locations_; ++l) graph.add_location(l, 0, false);
        fences_ = pick(3) != 0;
        threads_ = 2 + pick(3);
        for (ThreadId t = 1; t < threads_; ++t) {
            if (pick(3) == 0) fence(pick(t));
            create(t);
        }
        start_ = graph.size();
    }

    /// One event more. A read-modify-write is two, of which `half` says that the second is due.
    void add() {
        if (half_done_ != no_event) return finish_update();
        const auto t = ThreadId(pick(threads_));
        switch (pick(fences_ ? 6 : 4)) {
        case 0:
        case 1: return read(t, false);
        case 2: return write(t);
        case 3: return read(t, true);
        default: return fence(t);
        }
    }
    void remove() {
        const EventId last = graph.size() - 1;
        const Event& event = graph[last];
        half_done_ = event.is_write() && event.exclusive ? event.previous : no_event;
        if (event.is_read() && event.exclusive) half_done_ = no_event;
        graph.remove_last();
    }
    /// How many events there were at the beginning: creates, and fences before them.
    std::uint32_t start() const { return start_; }
    std::uint32_t pick(std::uint32_t n) { return std::uint32_t(random_() % n); }

private:
    Event event(ThreadId t, EventKind kind) {
        Event e;
        e.thread = std::uint16_t(t);
        e.kind = kind;
        e.order = pick(3) ? mostly_ : orders[pick(std::size(orders))];
        e.stamp = ++stamp_;
        return e;
    }
    void create(ThreadId t) {
        Event e = event(pick(t), EventKind::create);
        e.order = MemoryOrder::relaxed;
        e.child = t;
        graph.begin_thread(t, graph.add(e, 0));
    }
    void fence(ThreadId t) {
        Event e = event(t, EventKind::fence);
        if (pick(2)) e.order = MemoryOrder::seq_cst;
        graph.add(e, 0);
    }
    void read(ThreadId t, bool update) {
        Event e = event(t, EventKind::read);
        e.location = pick(locations_);
        const std::uint32_t bound = graph.coherence_bound(t, e.location);
        const auto size = std::uint32_t(graph.location(e.location).mo.size());
        std::vector<EventId> sources;
        for (std::uint32_t place = bound; place <= size; ++place)
            if (!update || graph.rmw_after(e.location, place) == no_event) sources.push_back(graph.write_at(e.location, place));
        if (sources.empty()) return fence(t);
        e.rf = pick(3) ? sources.front() : sources[pick(std::uint32_t(sources.size()))]; // old values make it interesting
        e.exclusive = e.update = update;
        const EventId added = graph.add(e, 0);
        if (update) half_done_ = added;
    }
    void finish_update() {
        const Event& reading = graph[half_done_];
        Event e = event(reading.thread, EventKind::write);
        e.order = reading.order;
        e.location = reading.location;
        e.exclusive = e.update = true;
        const std::uint32_t place = graph.mo_place(e.location, reading.rf);
        half_done_ = no_event;
        graph.add(e, place);
    }
    void write(ThreadId t) {
        Event e = event(t, EventKind::write);
        e.location = pick(locations_);
        const std::uint32_t bound = graph.coherence_bound(t, e.location);
        std::vector<std::uint32_t> places;
        for (std::uint32_t place = bound; place <= graph.location(e.location).mo.size(); ++place)
            if (graph.rmw_after(e.location, place) == no_event) places.push_back(place);
        graph.add(e, pick(3) ? places.front() : places[pick(std::uint32_t(places.size()))]);
    }

    std::mt19937 random_;
    std::uint32_t locations_ = 0, threads_ = 0, start_ = 0, stamp_ = 0;
    bool fences_ = false;
    MemoryOrder mostly_ = MemoryOrder::relaxed;
    EventId half_done_ = no_event;

public:
    ExecutionGraph graph;
};

/// Where psc+ of all pairs differs from what is computed whole: "a -> b", or nothing.
std::string difference(memory::PscOrder& order, const ExecutionGraph& graph) {
    const BitRelation whole = PscWhole(graph).closure();
    for (EventId a = 0; a < graph.size(); ++a)
        for (EventId b = 0; b < graph.size(); ++b)
            if (memory::is_seq_cst_event(graph[a]) && memory::is_seq_cst_event(graph[b]) && order.before(a, b) != whole.test(a, b))
                return std::to_string(a) + " -> " + std::to_string(b);
    return "";
}

} // namespace

TEST_CASE("psc event by event is what psc computed whole is") {
    std::uint32_t cycles = 0;
    for (std::uint32_t seed = 1; seed <= 6000; ++seed) {
        RandomGraph random(seed);
        memory::PscOrder order;
        const std::uint32_t wanted = 8 + seed % 14;
        for (std::uint32_t tries = 0; random.graph.size() < wanted && tries < 60; ++tries) {
            random.add();
            const bool acyclic = PscWhole(random.graph).acyclic();
            bool by_event = true;
            while (by_event && order.size() < random.graph.size()) by_event = order.add(random.graph);
            INFO("seed " << seed << ", event " << random.graph.size() - 1);
            REQUIRE(by_event == acyclic);
            cycles += !acyclic;
            // Back over what is inconsistent, and now and then over more.
            for (std::uint32_t back = !acyclic || random.pick(8) == 0; back-- > 0 && random.graph.size() > random.start();) {
                order.remove();
                random.remove();
            }
        }
        INFO("seed " << seed);
        REQUIRE(difference(order, random.graph) == "");
    }
    CHECK(cycles > 100); // it has been asked
}

TEST_CASE("psc of a beginning of the trail is the same when it is built later") {
    for (std::uint32_t seed = 1; seed <= 500; ++seed) {
        RandomGraph random(seed);
        memory::PscOrder late;
        while (random.graph.size() < 16) {
            random.add();
            if (PscWhole(random.graph).acyclic()) continue;
            random.remove();
            break;
        }
        INFO("seed " << seed);
        while (late.size() < random.graph.size()) REQUIRE(late.add(random.graph));
        REQUIRE(difference(late, random.graph) == "");
    }
}
