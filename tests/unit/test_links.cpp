// What belongs together in a trace: arrows, bars, circles, and what can be folded.
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <string>
#include <vector>

#include "trace/folding.hpp"
#include "trace/links.hpp"

using namespace heddle;
using namespace heddle::trace;

namespace {

Step step(int thread, Op op, const std::string& object = "", const std::string& value = "", int reads_from = -1) {
    Step made;
    made.thread = thread;
    made.op = op;
    made.object = object;
    made.value = value;
    made.reads_from = reads_from;
    return made;
}

Step ordered(Step made, const char* order) {
    made.order = order;
    return made;
}

} // namespace

TEST_CASE("a value passed from a release to an acquire synchronises, one that is read too weakly is only read", "[trace]") {
    Trace trace;
    trace.steps = {ordered(step(1, Op::write, "f", "1"), "release"), ordered(step(2, Op::read, "f", "1", 0), "acquire"), ordered(step(3, Op::read, "f", "1", 0), "relaxed")};
    CHECK(links_of(trace) == std::vector<Link>{{0, 1, LinkKind::synchronises}, {0, 2, LinkKind::reads_from}});
}

TEST_CASE("a thread's first step is tied to its creation, and a join to its last", "[trace]") {
    Trace trace;
    trace.steps = {step(0, Op::create, "", "1"), step(1, Op::write, "x", "1"), step(1, Op::write, "x", "2"), step(0, Op::join, "", "1")};
    CHECK(links_of(trace) == std::vector<Link>{{0, 1, LinkKind::creates}, {2, 3, LinkKind::joins}});
}

TEST_CASE("a wait gives up its mutex, and is over when it is woken", "[trace]") {
    Trace trace;
    trace.steps = {step(1, Op::lock, "m"), step(1, Op::wait, "cv"), step(2, Op::signal, "cv"), step(1, Op::wake, "cv", "", 2), step(1, Op::lock, "m")};
    trace.steps[1].releases = "m";
    using enum Span::Kind;
    CHECK(spans_of(trace) == std::vector<Span>{{holds, 1, 0, 1, "m"}, {waits, 1, 1, 3, "cv"}, {holds, 1, 4, 5, "m"}});
    CHECK(links_of(trace) == std::vector<Link>{{2, 3, LinkKind::wakes}});
}

TEST_CASE("what is stuck waits to the end, once", "[trace]") {
    Trace trace;
    trace.steps = {step(1, Op::wait, "cv"), step(1, Op::blocked, "cv"), step(0, Op::blocked)};
    using enum Span::Kind;
    CHECK(spans_of(trace) == std::vector<Span>{{waits, 1, 0, 3, "cv"}, {waits, 0, 2, 3, ""}});
}

TEST_CASE("a circle is found wherever it begins, and no way that only leads to one is taken for it", "[trace]") {
    Violation violation;
    const auto waits = [](int thread, int holder) {
        Part part{thread, {}, "", {}, {}, WaitsFor{Op::lock, "m", holder}};
        return part;
    };
    violation.parts = {waits(0, 1), waits(1, 2), waits(2, 1)};
    CHECK(circle_of(violation) == std::vector<int>{1, 2});
    violation.parts.pop_back();
    CHECK(circle_of(violation).empty());
    violation.parts = {waits(4, 4)};
    CHECK(circle_of(violation) == std::vector<int>{4});
}

TEST_CASE("a long story folds what does not matter, never a marked step, its object or a thread's last lock", "[trace]") {
    Trace trace;
    trace.violation.kind = Verdict::data_race;
    trace.violation.parts = {{1, {"a.cpp", 3, 1, ""}, "", {}, {}}, {2, {"a.cpp", 4, 1, ""}, "", {}, {}}};
    trace.steps = {step(0, Op::create, "", "1"), step(0, Op::create, "", "2")};
    for (int i = 0; i < 20; ++i) trace.steps.push_back(step(0, Op::plain_write, "other", std::to_string(i)));
    trace.steps.push_back(step(1, Op::lock, "m"));
    Step one = step(1, Op::plain_write, "x", "1"), two = step(2, Op::plain_write, "x", "2");
    one.site = {"a.cpp", 3, 1, ""}, two.site = {"a.cpp", 4, 1, ""};
    one.note = two.note = "races";
    trace.steps.insert(trace.steps.end(), {one, two});
    CHECK(folds_of(trace) == std::vector<Fold>{{2, 20, ""}});
    CHECK(words_of(folds_of(trace)[0], trace) == "20 steps of T0");
}

TEST_CASE("what a library does inside a call becomes that call, in a short story too", "[trace]") {
    Trace trace;
    for (const char* order : {"relaxed", "acquire"}) {
        trace.steps.push_back(ordered(step(1, Op::read, "state", "1"), order));
        trace.steps.back().call = "std::future::get";
    }
    trace.steps.push_back(step(1, Op::violation));
    const std::vector<Fold> folds = folds_of(trace);
    CHECK(folds == std::vector<Fold>{{0, 2, "std::future::get"}});
    CHECK(words_of(folds[0], trace) == "T1 calls std::future::get: 2 steps");
}
