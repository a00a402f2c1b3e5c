// An exploration cut in parts, anywhere and again and again, counts what it counts in one piece; parts are bytes on the way.
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <deque>
#include <random>

#include <fmt/format.h>

#include "core/error.hpp"
#include "execution/entry_point.hpp"
#include "program/module.hpp"
#include "program_in_child.hpp"
#include "search/explorer.hpp"

using namespace heddle;
using namespace heddle::execution;
using namespace heddle::search;
using tests::in_child;
using tests::Library;

namespace {

const std::string head = R"(
#include <atomic>
#include <barrier>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <heddle/heddle.hpp>
std::atomic<int> x, y, z;
std::mutex m, n;
template <class... Bodies> void run(Bodies... bodies) {
    std::thread threads[]{std::thread(bodies)...};
    for (auto& t : threads) t.join();
}
)";

const char* const programs[] = {
    // reads, writes and updates of every order, revisited by each other
    R"(int main() { run([] { x.store(1, std::memory_order_release); y.store(1, std::memory_order_relaxed); },
                        [] { x.fetch_add(1); z = y.load(std::memory_order_acquire); },
                        [] { y.fetch_add(2, std::memory_order_acq_rel); x.load(std::memory_order_relaxed); z.load(); }); })",
    // queues, and threads that start threads: numbers of threads depend on the way
    R"(int main() { run([] { std::lock_guard g(m); std::thread([] { x = 1; }).join(); },
                        [] { if (m.try_lock()) { std::thread([] { x = 2; }).join(); m.unlock(); } else y = 1; },
                        [] { std::lock_guard g(n); std::lock_guard h(m); x.load(); }); })",
    // waiting: reads that wait in the graph, signals, and what is chosen
    R"(std::condition_variable c; int ready;
       int main() { run([] { std::unique_lock g(m); c.wait(g, [] { return ready != 0; }); },
                        [] { std::unique_lock g(m); c.wait(g, [] { return ready != 0; }); },
                        [] { { std::lock_guard g(m); ready = 1 + int(heddle::choose(2)); } c.notify_all(); while (!x) {} },
                        [] { y = 1; x = 1; }); })",
    // loops that retry, and rounds that give back
    R"(int main() { run([] { int e = 0; while (!x.compare_exchange_weak(e, e + 1)) {} },
                        [] { int e = 0; while (!x.compare_exchange_weak(e, e + 1)) {} },
                        [] { while (!m.try_lock()) std::this_thread::yield(); y = 1; m.unlock(); },
                        [] { std::lock_guard g(m); y.load(); }); })",
    // conditions on inputs
    R"(int main() { const auto a = heddle::any<int>("a", 0, 5);
                    run([=] { if (a > 3) x = 1; else y = 1; }, [=] { if (a > 1) y = 2; x.load(); }); })",
};

struct Counts {
    trace::Statistics statistics;
    unsigned parts = 1;
    std::string text() const {
        const trace::Statistics& s = statistics;
        return fmt::format("complete {} by failure order {} blocked {} wasted {}", s.complete, s.by_failure_order, s.blocked, s.wasted);
    }
};

/// Explores; before a graph is counted, with that probability, part of what is left is put aside, as bytes.
Counts explore(runtime::Machine& machine, Needs& needs, const Options& options, double probability, unsigned seed) {
    const StopFlag stop{false};
    std::mt19937 random(seed);
    Counts counts;
    const auto none = with_needs([&] {
        counts = {};
        std::deque<std::string> waiting{bytes_of({})};
        while (!waiting.empty()) {
            const WorkItem item = work_item_of(waiting.front());
            waiting.pop_front();
            // Nothing but the bytes goes from one part to the next.
            Execution execution(machine, options, needs);
            trace::Statistics statistics;
            Explorer explorer(execution, options, statistics, stop, {});
            explorer.on_violation = [](const Violation& violation) -> bool { throw InternalError(violation.message); };
            explorer.on_graph = [&] {
                if (std::uniform_real_distribution<>()(random) >= probability) return;
                if (const auto part = explorer.split()) waiting.push_back(bytes_of(*part)), ++counts.parts;
            };
            explorer.run(item);
            counts.statistics += statistics;
        }
        return true;
    });
    if (none) throw InternalError(none->reason);
    return counts;
}

} // namespace

TEST_CASE("the parts of an exploration count what the whole counts", "[work]") {
    for (const char* const program : programs) {
        const Library library(head + program, ".cpp");
        const std::string told = in_child([&](std::ostream& out) {
            program::Module module(library.path());
            for (const Model model : {Model::sc, Model::tso, Model::rc11}) {
                Options options;
                options.model = model;
                options.unroll = 8;
                runtime::Machine machine(module, entry_point(module, {}));
                Known known;
                prepare(machine, options, known.shared);
                Needs needs{known};
                const Counts whole = explore(machine, needs, options, 0, 0);
                if (whole.statistics.complete < 4) out << "only " << whole.text() << '\n';
                unsigned parts = 0;
                for (unsigned seed = 1; seed <= 12; ++seed) {
                    const Counts sum = explore(machine, needs, options, seed % 3 == 0 ? 1.0 : 0.3, seed);
                    parts += sum.parts;
                    if (sum.text() != whole.text()) out << fmt::format("{}: {}, in {} parts: {}\n", int(model), whole.text(), sum.parts, sum.text());
                }
                if (parts < 24) out << "only " << parts << " parts\n";
            }
        });
        INFO(program);
        CHECK(told == "");
    }
}

TEST_CASE("a part of an exploration is the same after it was bytes, and damaged bytes are refused", "[work]") {
    WorkItem item;
    item.children = {{{0, 0}, 1}, {{1, 0}, 300}};
    Decision decision;
    decision.thread = 300;
    decision.choice.rf = graph::initial;
    decision.choice.stamp = 70'000;
    decision.choice.wait = decision.choice.again = true;
    decision.is_write = true;
    item.decisions = {decision, {}};
    Alternative revisit;
    revisit.kind = Alternative::Kind::revisit;
    revisit.read = 5;
    revisit.fails = 2;
    item.open = {revisit, {}};
    item.revisits = true;
    item.revisiting = {7, decision.choice};
    const std::string bytes = bytes_of(item);
    const WorkItem again = work_item_of(bytes);
    CHECK(bytes_of(again) == bytes);
    CHECK(again.children == item.children);
    CHECK(again.decisions[0].choice.rf == graph::initial);
    CHECK(again.decisions[1].choice.rf == graph::no_event);
    CHECK(again.open[0].read == 5);
    CHECK(again.open[0].fails == 2);
    CHECK(again.open[1].read == graph::no_event);
    CHECK(again.revisiting.reading.stamp == 70'000);
    for (std::size_t size = 0; size < bytes.size(); ++size) CHECK_THROWS_AS(work_item_of(bytes.substr(0, size)), UserError);
    CHECK_THROWS_AS(work_item_of(bytes + "x"), UserError);
    CHECK_THROWS_AS(work_item_of(std::string(20, '\xff')), UserError);
}
