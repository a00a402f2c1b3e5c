// The order a counterexample is told in: always possible, and with as few changes of thread as any possible order has.
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <algorithm>
#include <random>
#include <vector>

#include "core/error.hpp"
#include "trace/linearise.hpp"

using namespace heddle;
using namespace heddle::trace;

namespace {

bool possible(const std::vector<Item>& items, const std::vector<int>& order) {
    if (order.size() != items.size()) return false;
    std::vector<int> place(items.size(), -1);
    for (std::size_t i = 0; i < order.size(); ++i) place[order[i]] = static_cast<int>(i);
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (place[i] < 0) return false;
        for (int before : items[i].after)
            if (place[before] > place[i]) return false;
        for (std::size_t earlier = 0; earlier < i; ++earlier)
            if (items[earlier].thread == items[i].thread && place[earlier] > place[i]) return false;
    }
    return true;
}

int switches(const std::vector<Item>& items, const std::vector<int>& order) {
    int count = 0;
    for (std::size_t i = 1; i < order.size(); ++i) count += items[order[i]].thread != items[order[i - 1]].thread;
    return count;
}

// All permutations: only for very few items.
int fewest_switches(const std::vector<Item>& items) {
    std::vector<int> order(items.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int>(i);
    int best = 1 << 20;
    do
        if (possible(items, order)) best = std::min(best, switches(items, order));
    while (std::next_permutation(order.begin(), order.end()));
    return best;
}

// Edges go from earlier to later items only, so there is no cycle.
std::vector<Item> random_items(std::mt19937& random, int count, int threads, int edges) {
    std::vector<Item> items(count);
    for (Item& item : items) item.thread = static_cast<int>(random() % threads);
    for (int i = 0; i < edges && count > 1; ++i) {
        int to = 1 + static_cast<int>(random() % (count - 1));
        items[to].after.push_back(static_cast<int>(random() % to));
    }
    return items;
}

Step spin(int thread, const char* object, const char* value, int line) {
    return {thread, Op::read, "acquire", object, 0, 4, value, -1, false, 1, {"a.cpp", line, 0, "f"}, ""};
}

} // namespace

TEST_CASE("nothing has the empty order", "[linearise]") { CHECK(linearise({}).empty()); }

TEST_CASE("independent threads are told one after the other", "[linearise]") {
    std::vector<Item> items{{1, {}}, {0, {}}, {1, {}}, {0, {}}};
    CHECK(linearise(items) == std::vector<int>{1, 3, 0, 2});
}

TEST_CASE("thread numbers may have gaps", "[linearise]") {
    std::vector<Item> items{{40, {}}, {-3, {0}}, {40, {1}}};
    CHECK(linearise(items) == std::vector<int>{0, 1, 2});
}

TEST_CASE("the wrong first choice is not taken: looking ahead saves a switch", "[linearise]") {
    // Thread 0 stops at its second item until 1 and 2 are done; starting with it costs a switch more.
    std::vector<Item> items{{0, {}}, {0, {3}}, {1, {}}, {2, {2}}};
    CHECK(switches(items, linearise(items)) == 2);
    CHECK(linearise(items) == std::vector<int>{2, 3, 0, 1});
}

TEST_CASE("no possible order has fewer switches (compared with all permutations)", "[linearise]") {
    for (unsigned seed = 1; seed <= 150; ++seed) {
        INFO("seed " << seed);
        std::mt19937 random(seed);
        auto items = random_items(random, 1 + seed % 7, 1 + seed % 4, seed % 8);
        auto order = linearise(items);
        REQUIRE(possible(items, order));
        REQUIRE(switches(items, order) == fewest_switches(items));
    }
}

TEST_CASE("long traces of many threads are ordered quickly, and possible", "[linearise]") {
    std::mt19937 random(7);
    auto items = random_items(random, 2000, 9, 1500);
    auto order = linearise(items);
    CHECK(possible(items, order));
}

TEST_CASE("a cycle or a stranger is a bug of the caller", "[linearise]") {
    std::vector<Item> cycle{{0, {1}}, {1, {0}}}, backwards{{0, {1}}, {0, {}}}, stranger{{0, {5}}};
    CHECK_THROWS_AS(linearise(cycle), InternalError);
    CHECK_THROWS_AS(linearise(backwards), InternalError);
    CHECK_THROWS_AS(linearise(stranger), InternalError);
}

TEST_CASE("iterations of a spin become one step with a count", "[linearise]") {
    Trace trace;
    trace.steps = {spin(0, "flag", "0", 3), spin(0, "flag", "0", 3), spin(0, "flag", "0", 3), spin(0, "flag", "1", 3)};
    collapse_spins(trace);
    REQUIRE(trace.steps.size() == 2);
    CHECK(trace.steps[0].repeat == 3);
    CHECK(trace.steps[1].repeat == 1);
    collapse_spins(trace); // once more changes nothing
    CHECK(trace.steps[0].repeat == 3);
}

TEST_CASE("a spin on two flags is folded too, and later steps read from where they did", "[linearise]") {
    Trace trace;
    Step write{1, Op::write, "release", "a", 0, 4, "1", -1, false, 1, {}, ""};
    trace.steps = {spin(0, "a", "0", 3), spin(0, "b", "0", 4), spin(0, "a", "0", 3), spin(0, "b", "0", 4), write, spin(0, "a", "1", 3)};
    trace.steps[5].reads_from = 4;
    collapse_spins(trace);
    REQUIRE(trace.steps.size() == 4);
    CHECK(trace.steps[0].repeat == 2);
    CHECK(trace.steps[1].repeat == 2);
    CHECK(trace.steps[3].reads_from == 2);
}

TEST_CASE("equal writes are not folded: each is something that happened", "[linearise]") {
    Trace trace;
    Step write{1, Op::write, "release", "a", 0, 4, "1", -1, false, 1, {}, ""};
    trace.steps = {write, write};
    collapse_spins(trace);
    CHECK(trace.steps.size() == 2);
}
