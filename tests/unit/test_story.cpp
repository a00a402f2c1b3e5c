// What is told of a violation: names of locals, heap objects and threads, the user's own lines, sentences, the steps that
// matter. Each program is compiled as check would, and checked in a child process, since a process loads one program only.
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

#include "search/check.hpp"
#include "program/compile.hpp"
#include "program/module.hpp"
#include "trace/json.hpp"

namespace fs = std::filesystem;
using namespace heddle;

namespace {

/// The trace of the program's first violation. `again`: of its replay.
trace::Trace story_of(const std::string& text, const std::vector<std::string>& options = {}, bool again = false) {
    char pattern[] = "/tmp/heddle-story-XXXXXX";
    if (!mkdtemp(pattern)) std::abort();
    const fs::path folder = pattern;
    std::ofstream(folder / "program.cpp") << text;
    const pid_t child = fork();
    if (child == 0) {
        try {
            program::Module module(program::build({{folder / "program.cpp"}, "", options}).library);
            StopFlag stop{false};
            trace::CheckResult result = search::check(module, {}, {}, stop);
            if (again && result.trace) result = search::replay(module, {}, *result.trace);
            if (result.trace) trace::write(*result.trace, folder / "trace.json");
        } catch (const std::exception& error) {
            std::fprintf(stderr, "%s\n", error.what());
        }
        std::_Exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    REQUIRE(status == 0);
    trace::Trace trace = trace::read(folder / "trace.json");
    fs::remove_all(folder);
    return trace;
}

bool tells(const trace::Trace& trace, int thread, const std::string& op, const std::string& object, const std::string& value) {
    return std::any_of(trace.steps.begin(), trace.steps.end(), [&](const trace::Step& s) {
        return s.thread == thread && name_of(s.op) == op && s.object == object && (s.old_value.empty() ? s.value : s.old_value + " -> " + s.value) == value;
    });
}

const std::string headers = "#include <atomic>\n#include <condition_variable>\n#include <mutex>\n#include <thread>\n#include <vector>\n";

const std::string race = headers + R"(
int main() {
    std::mutex m; int value = 0;
    std::thread a([&] { std::lock_guard g(m); ++value; });
    std::thread b([&] { ++value; });
    a.join(); b.join();
})";

} // namespace

TEST_CASE("a race names the local that a lambda has captured, both lines, and the mutex that only one holds", "[story]") {
    for (const char* level : {"-O0", "-O1"}) {
        INFO(level);
        const trace::Trace trace = story_of(race, {level});
        CHECK(trace.violation.message.find("`value`") != std::string::npos);
        REQUIRE(trace.violation.parts.size() == 2);
        for (const trace::Part& part : trace.violation.parts) CHECK(part.site.line == (part.thread == 1 ? 9 : 10));
        CHECK(trace.violation.hint.find("`m`") != std::string::npos);
        CHECK(trace.violation.hint.find("holds no mutex") != std::string::npos);
        CHECK(trace.threads.at(1).name == "a");
        // Both accesses at the end, one after the other.
        REQUIRE(trace.steps.size() >= 2);
        CHECK(trace.steps.back().object == "value");
        CHECK(trace.steps[trace.steps.size() - 2].object == "value");
    }
}

TEST_CASE("what the library allocates is called by what it is to the user", "[story]") {
    const trace::Trace trace = story_of("#include <memory>\n" + headers + R"(
struct Task { int id = 0, done = 0; };
int main() {
    auto task = std::make_shared<Task>();
    std::thread a([task] { task->done = 1; });
    std::thread b([task] { task->done = 2; });
    a.join(); b.join();
})");
    CHECK(trace.violation.message.find("`Task#1.done`") != std::string::npos);
    const auto has = [&](const char* object) {
        return std::any_of(trace.steps.begin(), trace.steps.end(), [&](const trace::Step& step) { return step.object == object; });
    };
    CHECK(has("use count of shared_ptr<Task>#1"));
}

TEST_CASE("the state of a promise is called by the call that made it, and what future and promise do with it is their calls'", "[story]") {
    const trace::Trace trace = story_of("#include <future>\n" + headers + R"(
std::promise<int> made() { return {}; }
int main() {
    std::promise<int> answer = made();
    std::thread asks([&] { answer.get_future().wait(); });
    asks.join();
})");
    CHECK(trace.violation.kind == Verdict::deadlock);
    CHECK(trace.violation.hint.find("A promise must be kept") == 0);
    CHECK(trace.violation.parts.at(0).waits_for->what == "promise state of made (program.cpp:8)");
    const auto inside = [](const trace::Step& step) { return step.call == "std::promise::get_future"; };
    CHECK(std::count_if(trace.steps.begin(), trace.steps.end(), inside) == 2); // its count, and that it was retrieved
}

TEST_CASE("a livelock tells every write to the object spun on, also one that came before the spinning thread's own", "[story]") {
    const trace::Trace trace = story_of(headers + R"(
std::atomic<int> turn{0};
int main() {
    std::thread a([] { turn.store(1, std::memory_order_relaxed); });
    std::thread b([] { turn.store(2, std::memory_order_relaxed); while (turn.load(std::memory_order_relaxed) != 1) {} });
    a.join(); b.join();
})");
    CHECK(trace.violation.kind == Verdict::livelock);
    CHECK(std::count_if(trace.steps.begin(), trace.steps.end(), [](const trace::Step& step) { return step.op == trace::Op::write && step.object == "turn"; }) == 2);
}

TEST_CASE("a use after free is told from the block's allocation on", "[story]") {
    const trace::Trace trace = story_of(headers + R"(
struct Node { int value = 1; };
int sum = 0;
int main() {
    Node* node = new Node;
    std::thread a([&] { delete node; sum += node->value; });
    a.join();
})");
    CHECK(trace.violation.kind == Verdict::memory);
    REQUIRE(trace.violation.parts.size() == 3);
    CHECK(trace.violation.parts[0].what == "allocates `Node#1`");
    CHECK(trace.violation.parts[0].site.line == 10);
    CHECK(trace.steps.at(0).op == trace::Op::allocate);
}

TEST_CASE("a replay tells the same story", "[story]") {
    const trace::Trace once = story_of(race), again = story_of(race, {}, true);
    CHECK(once.violation.message == again.violation.message);
    CHECK(once.violation.hint == again.violation.hint);
    CHECK(once.steps.size() == again.steps.size());
}

TEST_CASE("a deadlock is told as a circle, with who holds what since where", "[story]") {
    const trace::Trace trace = story_of(headers + R"(
int main() {
    std::mutex forks[2];
    auto dine = [&](int seat) {
        std::lock_guard left(forks[seat]);
        std::lock_guard right(forks[1 - seat]);
    };
    std::thread first(dine, 0), second(dine, 1);
    first.join(); second.join();
})");
    CHECK(trace.violation.kind == Verdict::deadlock);
    CHECK(trace.violation.message == "T1 waits for `forks[1]`, held by T2, which waits for `forks[0]`, held by T1");
    REQUIRE(trace.violation.parts.size() == 3);
    CHECK(trace.violation.parts[0].what == "waits for mutex `forks[1]`, held by T2 since program.cpp:10; holds `forks[0]`");
    CHECK(trace.violation.parts[2].what == "waits for T1 to end"); // not the cause: last
}

TEST_CASE("a lost signal is named as such", "[story]") {
    const trace::Trace trace = story_of(headers + R"(
class queue {
public:
    void put() { std::lock_guard g(m); changed.notify_one(); }
    void take() { std::unique_lock g(m); changed.wait(g); }
    std::mutex m; std::condition_variable changed;
};
int main() {
    queue q;
    std::thread a(&queue::put, &q), b(&queue::take, &q);
    a.join(); b.join();
})");
    CHECK(trace.violation.message == "lost signal: T1 signals `q.changed` at program.cpp:9 before T2 waits, and nobody signals again");
    CHECK(trace.threads.at(1).name == "queue::put");
    CHECK(trace.violation.parts.at(0).site.line == 10);
}

TEST_CASE("a livelock says what is spun on and who wrote it", "[story]") {
    const trace::Trace trace = story_of(headers + R"(
int main() {
    std::atomic<bool> locked{false};
    auto enter = [&] { while (locked.exchange(true)) {} };
    std::thread a(enter), b(enter);
    a.join(); b.join();
})");
    CHECK(trace.violation.kind == Verdict::livelock);
    CHECK(trace.violation.message ==
          "T2 spins on `locked`, which stays true, written by T1 at program.cpp:9, and no thread is left that would change it");
}

TEST_CASE("values are written as the user would: booleans, pointers to named objects, heap objects by their type", "[story]") {
    const trace::Trace trace = story_of(headers + R"(#include <cassert>
struct node { std::atomic<int> value{-1}; node* next = nullptr; };
int main() {
    node first;
    std::atomic<node*> top{nullptr}; std::atomic<bool> done{false};
    std::thread t([&] { top = &first; top = new node; done = true; });
    while (!done) {}
    t.join();
    assert(top.load()->value != -1);
})");
    CHECK(tells(trace, 1, "write", "top", "&first"));
    CHECK(tells(trace, 1, "write", "top", "&node#1"));
    CHECK(tells(trace, 1, "write", "done", "true"));
    CHECK(tells(trace, 0, "read", "node#1.value", "-1"));
    CHECK(std::find(trace.violation.values.begin(), trace.violation.values.end(), std::pair<std::string, std::string>("node#1.value", "-1")) !=
          trace.violation.values.end());
}

TEST_CASE("steps that do not lead to the violation are not told", "[story]") {
    const trace::Trace trace = story_of(headers + R"(#include <cassert>
int main() {
    std::atomic<int> x{0}, unrelated{0};
    std::thread bystander([&] { unrelated = 1; unrelated = 2; });
    std::thread t([&] { assert(x.load() == 1); });
    t.join(); bystander.join();
})");
    for (const trace::Step& step : trace.steps) CHECK(step.object != "unrelated");
    CHECK(trace.steps.back().op == trace::Op::violation);
}

TEST_CASE("what a thread-local variable or an object that library code allocated is called never hides the line", "[story]") {
    const trace::Trace trace = story_of(headers + R"(
static void add(std::vector<int>& v) { v[1] += 1; }
int main() {
    std::vector<int> v(3);
    std::thread a(add, std::ref(v)), b(add, std::ref(v));
    a.join(); b.join();
})", {"-O0"});
    REQUIRE(trace.violation.parts.size() == 2);
    for (const trace::Part& part : trace.violation.parts) CHECK(part.site.line == 7);
    CHECK(trace.threads.at(2).name == "add");
}
