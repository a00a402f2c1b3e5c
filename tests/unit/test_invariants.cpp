// Invariants against the slow and obvious: every cut of a projection, every cut of every graph of generated programs. The same
// against every interleaving, by an explorer that knows nothing of graphs: tests/litmus/invariants.
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <sstream>

#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "search/explorer.hpp"
#include "execution/operations.hpp"
#include "program/compile.hpp"
#include "program/module.hpp"
#include "smt/invariant_solver.hpp"

namespace fs = std::filesystem;
using namespace heddle;
using smt::Chain;
using smt::Cut;
using smt::Finding;
using smt::Projection;

namespace {

using Random = std::mt19937;
int below(Random& random, int n) { return int(random() % unsigned(n)); }

// --- terms -----------------------------------------------------------------------------------------------------------

/// Builds random terms over `leaves` variables, at addresses 0, 8, ….
class RandomTerms {
public:
    RandomTerms(Terms& terms, Random& random, int leaves) : terms_(terms), random_(random), leaves_(leaves) {}

    TermId number(int depth) {
        if (depth == 0 || below(random_, 3) == 0)
            return below(random_, 3) ? leaf() : constant(below(random_, 7) - 2);
        switch (below(random_, 7)) {
        case 0: return make(TermKind::add, number(depth - 1), number(depth - 1));
        case 1: return make(TermKind::subtract, number(depth - 1), number(depth - 1));
        case 2: return make(TermKind::multiply, number(depth - 1), number(depth - 1));
        case 3: return make(TermKind::divide, number(depth - 1), constant(below(random_, 2) ? 2 : -3));
        case 4: return make(TermKind::remainder, number(depth - 1), constant(below(random_, 2) ? 3 : -2));
        case 5: return make(TermKind::if_else, condition(depth - 1), number(depth - 1), number(depth - 1));
        default: return condition(depth - 1);
        }
    }
    TermId condition(int depth) {
        if (depth == 0 || below(random_, 3) == 0)
            return make(std::array{TermKind::equal, TermKind::less, TermKind::less_equal}[std::size_t(below(random_, 3))],
                        number(1), number(1));
        switch (below(random_, 3)) {
        case 0: return make(TermKind::both, condition(depth - 1), condition(depth - 1));
        case 1: return make(TermKind::either, condition(depth - 1), condition(depth - 1));
        default: return make(TermKind::negation, condition(depth - 1));
        }
    }

private:
    TermId make(TermKind kind, TermId a, TermId b = 0, TermId c = 0) { return terms_.make({kind, a, b, c}); }
    TermId constant(int value) { return terms_.make({TermKind::constant, std::uint64_t(std::int64_t{value}), 1, 0}); }
    TermId leaf() { return terms_.make({TermKind::value, 8u * unsigned(below(random_, leaves_)), 8, 1}); }

    Terms& terms_;
    Random& random_;
    int leaves_;
};

} // namespace

TEST_CASE("the bounds of a term contain its values", "[invariant]") {
    for (unsigned seed = 0; seed < 400; ++seed) {
        INFO("seed " << seed);
        Random random(seed);
        Terms terms;
        const Formula formula(terms, RandomTerms(terms, random, 3).condition(3));
        std::vector<Interval> ranges;
        for (std::size_t i = 0; i < formula.leaves().size(); ++i) {
            const int low = below(random, 7) - 3;
            ranges.push_back({low, low + below(random, 4)});
        }
        const auto bounds = formula.bounds(ranges);
        REQUIRE(bounds);
        std::vector<Integer> values(ranges.size());
        const std::function<void(std::size_t)> all = [&](std::size_t i) {
            if (i == values.size()) {
                const auto value = formula.evaluate(values);
                REQUIRE(value);
                REQUIRE((bounds->low <= *value && *value <= bounds->high));
                return;
            }
            for (values[i] = ranges[i].low; values[i] <= ranges[i].high; ++values[i]) all(i + 1);
        };
        all(0);
    }
}

TEST_CASE("a number that needs more than 127 bits is no number", "[invariant]") {
    Terms terms;
    TermId product = terms.make({TermKind::value, 0, 8, 0});
    for (int i = 0; i < 2; ++i) product = terms.make({TermKind::multiply, product, product});
    const Formula formula(terms, product);
    CHECK_FALSE(formula.evaluate(std::vector<Integer>{Integer{~0ull}}));
    CHECK(formula.evaluate(std::vector<Integer>{3}) == Integer{81});
}

// --- projections -------------------------------------------------------------------------------------------------------

namespace {

/// A few threads that change a few quantities; some changes need what another thread has done.
Projection random_projection(Random& random, std::size_t leaves) {
    const int chains = 1 + below(random, 4);
    Projection projection;
    projection.constants.assign(leaves, 0);
    for (Integer& constant : projection.constants) constant = below(random, 3);
    projection.chains.resize(std::size_t(chains));
    Cut made(projection.chains.size());
    std::vector<std::vector<Cut>> needs(projection.chains.size(), std::vector<Cut>(1));
    for (Chain& chain : projection.chains) {
        chain.leaf = std::uint32_t(below(random, int(leaves)));
        chain.values.push_back(below(random, 4) - 1);
        chain.needs.emplace_back();
        chain.origins.push_back(0);
    }
    for (int n = 3 + below(random, 9); n > 0; --n) { // one change after the other: what each needs is transitive
        const auto u = std::size_t(below(random, chains));
        Chain& chain = projection.chains[u];
        Cut need = made[u] ? chain.needs[made[u]] : Cut(projection.chains.size());
        for (std::size_t v = 0; v < projection.chains.size(); ++v)
            if (v != u && made[v] && below(random, 4) == 0) {
                const Cut& other = projection.chains[v].needs[std::size_t(1 + below(random, made[v]))];
                for (std::size_t w = 0; w < need.size(); ++w) need[w] = std::max(need[w], other[w]);
            }
        need[u] = ++made[u];
        chain.values.push_back(below(random, 4) - 1);
        chain.needs.push_back(need);
        chain.origins.push_back(0);
        projection.order.push_back(std::uint32_t(u));
    }
    return projection;
}

/// Whether some cut violates the condition: tries every combination of counts.
bool violated_somewhere(const Projection& projection, const Formula& formula, std::size_t* cuts = nullptr) {
    Cut cut = projection.least();
    for (;;) {
        bool closed = true;
        for (std::size_t u = 0; u < cut.size(); ++u)
            for (std::size_t v = 0; cut[u] && v < cut.size(); ++v) closed &= projection.chains[u].needs[cut[u]][v] <= cut[v];
        if (closed) {
            if (cuts) ++*cuts;
            std::vector<Integer> leaves;
            projection.values_in(cut, leaves);
            if (!*formula.evaluate(leaves)) return true;
        }
        std::size_t i = 0;
        while (i < cut.size() && cut[i] == projection.chains[i].changes()) cut[i++] = 0;
        if (i == cut.size()) return false;
        ++cut[i];
    }
}

void require_violating(const Projection& projection, const Formula& formula, const Cut& cut) {
    for (std::size_t u = 0; u < cut.size(); ++u)
        for (std::size_t v = 0; cut[u] && v < cut.size(); ++v) REQUIRE(projection.chains[u].needs[cut[u]][v] <= cut[v]);
    std::vector<Integer> leaves;
    projection.values_in(cut, leaves);
    REQUIRE(*formula.evaluate(leaves) == 0);
}

} // namespace

TEST_CASE("walking, searching and Z3 agree with the enumeration of all cuts", "[invariant]") {
    smt::InvariantSolver solver(std::chrono::milliseconds(0));
    int violated = 0, only_off_the_order = 0;
    constexpr unsigned seeds = 600;
    for (unsigned seed = 0; seed < seeds; ++seed) {
        INFO("seed " << seed);
        Random random(seed);
        Terms terms;
        const Formula formula(terms, RandomTerms(terms, random, 3).condition(3));
        if (formula.leaves().empty()) continue;
        Projection projection = random_projection(random, formula.leaves().size());
        const bool truth = violated_somewhere(projection, formula);
        projection.simplify(); // takes no state away and adds none
        REQUIRE(violated_somewhere(projection, formula) == truth);
        const smt::Answered walked = walk(projection, formula), searched = smt::search(projection, formula, 100'000),
                            asked = solver.ask(projection, formula, seed);
        REQUIRE(searched.finding == (truth ? Finding::violated : Finding::holds));
        REQUIRE(asked.finding == (truth ? Finding::violated : Finding::holds));
        REQUIRE(walked.finding != Finding::holds);
        if (walked.finding == Finding::violated) REQUIRE(truth);
        for (const smt::Answered* found : {&walked, &searched, &asked}) {
            if (found->finding != Finding::violated) continue;
            require_violating(projection, formula, found->cut);
            const Cut small = shrunk(projection, formula, found->cut);
            require_violating(projection, formula, small);
            const auto cost = [](const Cut& cut) { return std::size_t(std::accumulate(cut.begin(), cut.end(), 0u)); };
            const Cut least = cheapest(projection, formula, small, cost, 100'000);
            require_violating(projection, formula, least);
            REQUIRE(cost(least) <= cost(small));
        }
        violated += truth;
        only_off_the_order += truth && walked.finding != Finding::violated;
    }
    // Neither answer is rare, nor are violations that the executed order does not pass through.
    CHECK(violated > int(seeds) / 10);
    CHECK(violated < int(seeds) * 9 / 10);
    CHECK(only_off_the_order >= 5);
}

TEST_CASE("a state through which the executed order does not pass is found", "[invariant]") {
    Terms terms;
    const TermId x = terms.make({TermKind::value, 0, 4, 1}), y = terms.make({TermKind::value, 8, 4, 1});
    const TermId one = terms.make({TermKind::constant, 1, 1, 0});
    const TermId both = terms.make({TermKind::both, terms.make({TermKind::equal, x, one, 0}),
                                    terms.make({TermKind::equal, y, one, 0}), 0});
    const Formula not_both(terms, terms.make({TermKind::negation, both, 0, 0}));
    Projection projection; // x = 1; x = 2 beside y = 1; y = 2, executed one thread after the other
    projection.constants = {0, 0};
    projection.chains = {{0, {0, 1, 2}, {{}, {1, 0}, {2, 0}}, {0, 0, 0}}, {1, {0, 1, 2}, {{}, {0, 1}, {0, 2}}, {0, 0, 0}}};
    projection.order = {0, 0, 1, 1};
    CHECK(walk(projection, not_both).finding == Finding::undecided);
    CHECK(smt::search(projection, not_both, 1000).cut == Cut{1, 1});
    smt::InvariantSolver solver(std::chrono::milliseconds(0));
    CHECK(solver.ask(projection, not_both, 0).cut == Cut{1, 1});
    CHECK(solver.calls() == 1);
}

TEST_CASE("an order with a circle has no state inside the circle", "[invariant]") {
    // Two changes that need each other: both or neither.
    Terms terms;
    const TermId x = terms.make({TermKind::value, 0, 4, 1}), y = terms.make({TermKind::value, 8, 4, 1});
    const Formula together(terms, terms.make({TermKind::equal, x, y, 0}));
    Projection projection;
    projection.constants = {0, 0};
    projection.chains = {{0, {0, 1}, {{}, {1, 1}}, {0, 0}}, {1, {0, 1}, {{}, {1, 1}}, {0, 0}}};
    projection.order = {0, 1};
    smt::InvariantSolver solver(std::chrono::milliseconds(0));
    CHECK(smt::search(projection, together, 1000).finding == Finding::holds);
    CHECK(solver.ask(projection, together, 0).finding == Finding::holds);
}

TEST_CASE("Z3's answer in doubt is no answer", "[invariant]") {
    // Nonlinear, and with values that make it hard: more than a millisecond's work.
    Terms terms;
    TermId sum = terms.make({TermKind::constant, 0, 1, 0});
    Projection projection;
    for (unsigned i = 0; i < 12; ++i) {
        const TermId v = terms.make({TermKind::value, 8 * i, 8, 1});
        const TermId cube = terms.make({TermKind::multiply, v, terms.make({TermKind::multiply, v, v, 0}), 0});
        sum = terms.make({TermKind::add, sum, cube, 0});
        projection.constants.push_back(0);
        Chain chain{i, {0}, {{}}, {0}};
        for (std::uint16_t k = 1; k < 30; ++k) {
            Cut need(12);
            need[i] = k;
            chain.values.push_back(int(i * 7919 + k * k * 104729) % 1000003), chain.needs.push_back(need), chain.origins.push_back(0);
        }
        projection.chains.push_back(chain);
    }
    const TermId target = terms.make({TermKind::constant, 982'451'653ull * 7, 1, 0});
    const Formula formula(terms, terms.make({TermKind::negation, terms.make({TermKind::equal, sum, target, 0}), 0, 0}));
    smt::InvariantSolver solver(std::chrono::milliseconds(1));
    const smt::Answered answered = solver.ask(projection, formula, 0);
    CHECK(answered.finding == Finding::undecided);
    CHECK(std::string(answered.why) == "Z3 gave no answer in time");
}

// --- programs ----------------------------------------------------------------------------------------------------------

namespace {

using namespace execution;
using namespace property;
using namespace search;
using graph::EventKind;

std::string random_statement(Random& random, bool& locked, bool& inside) {
    const char* orders[]{"std::memory_order_relaxed", "std::memory_order_seq_cst", "std::memory_order_release"};
    const char* load_orders[]{"std::memory_order_relaxed", "std::memory_order_seq_cst", "std::memory_order_acquire"};
    const char* v = below(random, 2) ? "x" : "y";
    switch (below(random, 9)) {
    case 0:
    case 1:
    case 2: return fmt::format("{}.store({}, {});", v, 1 + below(random, 3), orders[below(random, 3)]);
    case 3: return fmt::format("r = {}.load({});", v, load_orders[below(random, 3)]);
    case 4: return fmt::format("{}.store(r, {});", v, orders[below(random, 3)]);
    case 5: return fmt::format("r = {}.fetch_add(1, std::memory_order_relaxed);", v);
    case 6: return fmt::format("std::atomic_thread_fence(std::memory_order_seq_cst);");
    case 7:
        inside = !inside;
        return inside ? "heddle_region_enter(\"here\");" : "heddle_region_leave(\"here\");";
    default:
        locked = !locked;
        if (locked) return fmt::format("m.lock(); g = {};", below(random, 3));
        return fmt::format("g = g + {}; m.unlock();", below(random, 3));
    }
}

const char* const conditions[]{
    "value(x) + value(y) + value(g) <= 5", "!(value(x) == 1 && value(y) == 1)", "implies(value(x) > 1, value(y) < 2)",
    "at(\"here\") <= 1 || value(x) == 0",  "implies(!held(m), value(g) != 1)",   "value(g) <= value(x) || value(y) <= 2",
    "if_else(held(m), value(x), value(y)) < 3", "count(value(x) == 2, value(y) == 2, held(m), at(\"here\")) < 3"};

std::string random_pattern(unsigned seed) {
    Random random(seed);
    std::string text = fmt::format("HEDDLE_PATTERN(p{}, \"\") {{\n  std::atomic<int> x{{0}}, y{{0}}; std::mutex m; volatile int g = 0;\n"
                                   "  heddle::invariant i(\"generated\", {});\n",
                                   seed, conditions[std::size_t(below(random, std::size(conditions)))]);
    const int threads = 2 + (below(random, 3) == 0);
    for (int t = 0; t < threads; ++t) {
        bool locked = false, inside = false;
        text += fmt::format("  std::thread t{}([&] {{ int r = 0; (void)r;", t);
        for (int n = 2 + below(random, threads == 2 ? 4 : 2); n > 0; --n) text += " " + random_statement(random, locked, inside);
        if (locked) text += " g = g + 1; m.unlock();";
        if (inside) text += " heddle_region_leave(\"here\");";
        text += " });\n";
    }
    for (int t = 0; t < threads; ++t) text += fmt::format("  t{}.join();", t);
    return text + "\n}\n";
}

/// Every cut of the execution as it stands, found by trying every combination of how far the threads have come; whether
/// an active invariant is false in one. Uses the graph's relations and the recorded changes, nothing of property/cuts.
class EveryCut {
public:
    explicit EveryCut(const Execution& execution) : execution_(execution), graph_(execution.graph()) {
        items_.resize(execution.thread_count());
        for (ThreadId t = 0; t < items_.size(); ++t) list_items(t);
    }

    bool violated() {
        done_.assign(items_.size(), 0);
        for (;;) {
            if (closed() && !holds()) return true;
            std::size_t t = 0;
            while (t < done_.size() && done_[t] == items_[t].size()) done_[t++] = 0;
            if (t == done_.size()) return false;
            ++done_[t];
        }
    }

private:
    struct Item {
        EventId event = graph::no_event;
        const Change* change = nullptr;
    };

    void list_items(ThreadId t) {
        const Step* last = nullptr;
        const auto changes_of = [&](const Step* step) {
            if (step && step != last)
                for (std::uint32_t i = 0; i < step->change_count; ++i) items_[t].push_back({graph::no_event, &step->changes[i]});
            last = step;
        };
        for (EventId e = 0; e < graph_.size(); ++e) {
            if (graph_[e].thread != t) continue;
            changes_of(static_cast<const Step*>(graph_[e].step));
            items_[t].push_back({e, nullptr});
        }
        changes_of(execution_.next(t));
    }

    bool contains(EventId e) const {
        const auto& items = items_[graph_[e].thread];
        for (std::size_t i = 0; i < done_[graph_[e].thread]; ++i)
            if (items[i].event == e) return true;
        return false;
    }

    bool needed(EventId e) const { return e >= graph::no_event || contains(e); }

    bool closed() const {
        for (ThreadId t = 0; t < items_.size(); ++t) {
            if (done_[t])
                for (EventId e = 0; e < graph_.size(); ++e)
                    if (graph_[e].kind == EventKind::create && graph_[e].child == t && !contains(e)) return false;
            for (std::size_t i = 0; i < done_[t]; ++i) {
                const EventId e = items_[t][i].event;
                if (e == graph::no_event) continue;
                const graph::Event& event = graph_[e];
                if (event.is_read() && !needed(event.rf)) return false;
                if (!event.is_read() && !event.is_write() && !needed(event.partner)) return false;
                if (!event.is_write()) continue;
                for (const EventId w : graph_.location(event.location).mo) {
                    if (w == e) break;
                    if (!contains(w)) return false;
                }
            }
        }
        return true;
    }

    /// Of every invariant that is declared and not ended in this cut.
    bool holds() const {
        for (const auto& items : items_) {
            const auto t = std::size_t(&items - items_.data());
            const Change* active = nullptr;
            for (std::size_t i = 0; i < done_[t]; ++i) {
                if (!items[i].change) continue;
                if (items[i].change->kind == Change::Kind::begin) active = items[i].change;
                if (items[i].change->kind == Change::Kind::end) active = nullptr;
            }
            if (!active) continue;
            const Formula formula(runtime::terms(), runtime::declarations()[active->declaration].condition);
            std::vector<Integer> leaves;
            for (const TermId leaf : formula.leaves()) leaves.push_back(value_of(runtime::terms()[leaf]));
            if (!*formula.evaluate(leaves)) return false;
        }
        return true;
    }

    Integer value_of(const Term& term) const {
        if (term.kind == TermKind::value) return value_of_variable(term);
        Integer count = 0;
        for (ThreadId t = 0; t < items_.size(); ++t) {
            int depth = 0;
            for (std::size_t i = 0; i < done_[t]; ++i) {
                const auto& [e, change] = items_[t][i];
                if (term.kind == TermKind::at && change && change->subject == term.a)
                    depth += (change->kind == Change::Kind::enter) - (change->kind == Change::Kind::leave);
                if (term.kind != TermKind::held || e == graph::no_event) continue;
                const runtime::Operation& op = operation_of(graph_[e]);
                if (op.address != term.a) continue;
                const bool first = op.kind == OpKind::ticket && graph_[e].is_write() && graph_[graph_[e].previous].rf == graph::initial;
                depth += (first || op.kind == OpKind::grant) - (op.kind == OpKind::unlock);
            }
            count += term.kind == TermKind::at ? depth > 0 : depth;
        }
        return count;
    }

    /// These variables are either atomic after their initialisation or never: the last write in mo, else the last in the trail.
    Integer value_of_variable(const Term& term) const {
        for (graph::LocationId l = 0; l < graph_.location_count(); ++l) {
            if (execution_.slot_number(graph_.location(l).slot).address != term.a) continue;
            Value value = graph_.location(l).initial_value;
            for (const EventId w : graph_.location(l).mo)
                if (contains(w)) value = graph_[w].value;
            return Integer(std::int32_t(value));
        }
        std::uint64_t value = execution_.machine().word_at_start(term.a & ~7ull) >> (8 * (term.a & 7));
        // Of each change, the event before it in the trail; the trail follows happens-before.
        std::int64_t newest = -2;
        for (ThreadId t = 0; t < items_.size(); ++t) {
            std::int64_t before = -1;
            for (EventId e = 0; e < graph_.size(); ++e)
                if (graph_[e].kind == EventKind::create && graph_[e].child == t) before = e;
            for (std::size_t i = 0; i < done_[t]; ++i) {
                const auto& [e, change] = items_[t][i];
                if (e != graph::no_event) before = e;
                else if (change->kind == Change::Kind::write && change->subject == term.a && before >= newest)
                    newest = before, value = change->value;
            }
        }
        return Integer(std::int32_t(value));
    }

    const Execution& execution_;
    const ExecutionGraph& graph_;
    std::vector<std::vector<Item>> items_; ///< by thread
    std::vector<std::size_t> done_;        ///< by thread: the cut
};

struct Tally {
    int graphs = 0, violated = 0;
};

/// Explores the pattern and compares, graph by graph. Empty: they agree.
std::string compare(program::Module& module, const program::Pattern& pattern, Model model, bool remember, bool always_solve,
                    Tally& tally) {
    runtime::EntryPoint entry;
    entry.pattern = pattern.body;
    runtime::Machine machine(module, entry);
    Options options;
    options.model = model;
    options.remember = remember;
    options.always_solve = always_solve;
    Known known;
    Needs needs{known, 16, remember};
    for (;;) {
        Statistics statistics;
        const StopFlag stop{false};
        bool truth = false, found = false, missed = false;
        try {
            Execution execution(machine, options, needs);
            Explorer explorer(execution, options, statistics, stop, {});
            Verdict verdict = Verdict::verified;
            explorer.on_violation = [&](const Violation& violation) {
                verdict = violation.kind;
                found = violation.kind == Verdict::invariant;
                // What is left of the execution is the violating state itself: the cut of everything violates.
                if (found && !EveryCut(execution).violated()) missed = true;
                return true;
            };
            explorer.on_graph = [&] {
                missed = missed || truth; // the graph before was violated and the exploration went on
                truth = EveryCut(execution).violated();
                ++tally.graphs;
            };
            explorer.run();
            if (verdict != Verdict::verified && verdict != Verdict::invariant) return "verdict " + std::string(name_of(verdict));
        } catch (const NeedsMore&) {
            if (needs.remember != remember) return "what threads do cannot be remembered";
            continue;
        }
        tally.violated += found;
        if (missed || truth != found) return truth ? "a violating cut was missed" : "no cut violates what was reported";
        return "";
    }
}

/// In a child process, since a process loads one program only. @return what differed
std::string compare_programs(unsigned first, unsigned count, bool always_solve, Tally& tally) {
    char folder_name[] = "/tmp/heddle-invariants-XXXXXX";
    if (!mkdtemp(folder_name)) std::abort();
    const fs::path folder = folder_name;
    std::string text = "#include <atomic>\n#include <mutex>\n#include <thread>\n#include <heddle/heddle.hpp>\n"
                       "using heddle::value; using heddle::at; using heddle::held; using heddle::count;\n";
    for (unsigned seed = first; seed < first + count; ++seed) text += random_pattern(seed);
    std::ofstream(folder / "programs.cpp") << text;
    const pid_t child = fork();
    if (child == 0) {
        std::ofstream out(folder / "result");
        try {
            program::Module module(program::build({{folder / "programs.cpp"}, "", {}}).library);
            Tally all;
            std::ostringstream problems;
            for (const program::Pattern& pattern : module.patterns())
                for (const Model model : {Model::sc, Model::tso, Model::rc11})
                    for (const bool remember : {true, false})
                        if (const std::string problem = compare(module, pattern, model, remember, always_solve, all); !problem.empty())
                            problems << pattern.name << " under " << name_of(model) << (remember ? "" : ", nothing remembered") << ": "
                                     << problem << "\n";
            out << all.graphs << " " << all.violated << "\n" << problems.str();
        } catch (const std::exception& error) {
            out << "0 0\n" << error.what() << "\n";
        }
        out.close();
        std::_Exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    std::ifstream in(folder / "result");
    std::string problems;
    in >> tally.graphs >> tally.violated;
    std::getline(in, problems);
    std::getline(in, problems, '\0');
    if (status != 0) problems += fmt::format("the child ended with status {}\n", status);
    if (problems.empty()) fs::remove_all(folder);
    else problems += "the programs are in " + folder.string() + "\n";
    return problems;
}

} // namespace

TEST_CASE("every cut of every graph of generated programs: what the checker finds is what is there", "[invariant][generated]") {
    // Relaxed, release, acquire and seq_cst accesses; every memory model; with and without remembered behaviour.
    for (const bool always_solve : {false, true}) {
        Tally tally;
        const std::string problems = compare_programs(always_solve ? 1000 : 0, 120, always_solve, tally);
        INFO("seeds 0 to 119 and 1000 to 1119" << (always_solve ? " (the latter, by Z3)" : ""));
        CHECK(problems == "");
        CHECK(tally.graphs > 1000);
        CHECK(tally.violated > 100);
    }
}
