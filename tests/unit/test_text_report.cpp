// The text report, compared with reviewed files in golden/. To accept a change after looking at it: HEDDLE_ACCEPT=1.
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "core/source_text.hpp"
#include "report/paint.hpp"
#include "report/phrase.hpp"
#include "report/text.hpp"

namespace fs = std::filesystem;
using namespace heddle;
using namespace heddle::report;
using trace::Step;
using trace::Trace;

namespace {

// Reports show source lines: the traces here name files of golden/, so that is where the tests stand.
struct InGolden {
    fs::path before = fs::current_path();
    InGolden() { fs::current_path(fs::path(HEDDLE_SOURCE_DIR) / "tests/unit/golden"); }
    ~InGolden() { fs::current_path(before); }
};

void check_golden(const std::string& name, const std::string& found) {
    fs::path path = name;
    if (std::getenv("HEDDLE_ACCEPT")) std::ofstream(path) << found;
    std::ostringstream expected;
    expected << std::ifstream(path).rdbuf();
    INFO("tests/unit/golden/" << name << " differs; to accept what is found: HEDDLE_ACCEPT=1 and the same test again\n" << found);
    CHECK((found == expected.str()));
}

SourceSite at(int line, int column, const char* function) { return {"message.cpp", line, column, function}; }

Step step(int thread, const char* op, const char* object = "", const char* value = "", SourceSite site = {}) {
    Step made;
    made.thread = thread;
    made.op = named<trace::Op>(op).value();
    made.object = object;
    made.value = value;
    made.site = std::move(site);
    return made;
}

Step with(Step made, const char* order, int reads_from = -1, bool stale = false) {
    made.order = order;
    made.reads_from = reads_from;
    made.stale = stale;
    return made;
}

Step noted(Step made, const char* note) {
    made.note = note;
    return made;
}

Trace message_passing() {
    Trace trace;
    trace.file = "message.cpp";
    trace.pattern = "main";
    trace.threads = {{0, "main", {}}, {1, "producer", at(18, 17, "main")}, {2, "consumer", at(18, 31, "main")}};
    trace.violation = {Verdict::assertion,
                       "data.load(std::memory_order_relaxed) == 1 && \"whoever sees the flag sees the data\"",
                       {{2, at(14, 5, "consumer"), "the condition is false"}},
                       {{"data", "0"}, {"ready", "1"}}};
    Step spin = with(step(2, "read", "ready", "0", at(13, 22, "consumer")), "acquire");
    trace.steps = {step(0, "create", "T1", "", at(18, 17, "main")),
                   step(0, "create", "T2", "", at(18, 31, "main")),
                   step(2, "start"),
                   spin,
                   spin,
                   spin,
                   step(1, "start"),
                   with(step(1, "write", "data", "1", at(8, 10, "producer")), "relaxed"),
                   with(step(1, "write", "ready", "1", at(9, 11, "producer")), "relaxed"),
                   step(1, "end"),
                   with(step(2, "read", "ready", "1", at(13, 22, "consumer")), "acquire", 8),
                   with(step(2, "read", "data", "0", at(14, 21, "consumer")), "relaxed", -1, true),
                   noted(step(2, "violation", "", "", at(14, 5, "consumer")), "the condition is false")};
    trace.output = "starting\n\x1b[31mred\xff\n";
    return trace;
}

Trace deadlock() {
    Trace trace;
    trace.file = "/elsewhere/bank.cpp";
    trace.pattern = "transfer";
    trace.model = Model::sc;
    SourceSite one{"/elsewhere/bank.cpp", 11, 0, "transfer::lambda"}, two{"/elsewhere/bank.cpp", 12, 0, "transfer::lambda"};
    trace.violation = {Verdict::deadlock,
                       "two threads wait for each other for ever",
                       {{1, two, "waits for mutex `b`, held by T2"}, {2, one, "waits for mutex `a`, held by T1"}},
                       {}};
    trace.threads = {{0, "", {}}, {1, "", {}}, {2, "", {}}};
    trace.steps = {step(0, "create", "", "T1"), step(0, "create", "", "T2"), step(1, "lock", "a", "", one), step(2, "lock", "b", "", two),
                   noted(step(2, "blocked", "a", "", one), "waits for mutex `a`, held by T1"),
                   noted(step(1, "blocked", "b", "", two), "waits for mutex `b`, held by T2")};
    return trace;
}

Trace many_threads() {
    Trace trace;
    trace.file = "many.cpp";
    trace.violation = {Verdict::data_race, "two accesses of `total` are not ordered", {}, {}};
    for (int t = 0; t < 12; ++t) {
        Step add = with(step(t, "rmw", "total", "", {"many.cpp", 5, 1, "add"}), "acq_rel", t - 1);
        add.old_value = std::to_string(t);
        add.value = std::to_string(t + 1);
        trace.steps.push_back(add);
    }
    trace.steps.push_back(step(11, "plain-write", "total", "7", {"many.cpp", 6, 1, "add"}));
    return trace;
}

int widest_line(const std::string& text) {
    std::istringstream in(text);
    int widest = 0;
    for (std::string line; std::getline(in, line);) widest = std::max(widest, width_of(line));
    return widest;
}

std::string without_escapes(const std::string& text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] == '\x1b') i = text.find('m', i);
        else plain += text[i];
    return plain;
}

std::string without_blanks(std::string text) {
    text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
    return text;
}

} // namespace

TEST_CASE("the report of a stale read: verdict, place, story, values, output", "[report]") {
    InGolden here;
    check_golden("message.txt", text(message_passing()));
}

TEST_CASE("a narrow terminal breaks the steps, and the report stays whole", "[report]") {
    InGolden here;
    check_golden("message_narrow.txt", text(message_passing(), {false, 70}));
    check_golden("message_colour.txt", text(message_passing(), {true, 100}));
}

TEST_CASE("the report of a deadlock, from a file that cannot be read", "[report]") {
    InGolden here;
    check_golden("deadlock.txt", text(deadlock()));
}

TEST_CASE("more than six threads share a column", "[report]") {
    InGolden here;
    check_golden("many_threads.txt", text(many_threads()));
}

TEST_CASE("why a read may be stale depends on the memory model", "[report]") {
    InGolden here;
    Trace trace = message_passing();
    CHECK(text(trace).find("acquire and release") != std::string::npos);
    trace.model = Model::tso;
    CHECK(text(trace).find("store buffer") != std::string::npos);
    trace.steps[11].stale = false;
    CHECK(text(trace).find("Stale") == std::string::npos);
}

TEST_CASE("no line is wider than the terminal", "[report]") {
    InGolden here;
    for (int width : {70, 80, 100, 120, 200})
        for (const Trace& trace : {message_passing(), deadlock(), many_threads()}) {
            INFO("width " << width << "\n" << text(trace, {false, width}));
            CHECK(widest_line(text(trace, {false, width})) <= width);
        }
}

TEST_CASE("colour changes no word", "[report]") {
    InGolden here;
    for (const Trace& trace : {message_passing(), deadlock(), many_threads()})
        CHECK(without_blanks(without_escapes(text(trace, {true, 100}))) == without_blanks(text(trace, {false, 100})));
}

TEST_CASE("an empty trace has a report", "[report]") {
    Trace trace;
    trace.violation.kind = Verdict::crash;
    CHECK(text(trace) == "✗ crash\n  memory model rc11\n");
    CHECK(text(Trace{}) == "✓ verified\n  memory model rc11\n");
}

TEST_CASE("source lines are given without their indentation, and nothing for what is not there", "[report]") {
    InGolden here;
    CHECK(source_line({"message.cpp", 13, 1, ""}) == "while (ready.load(std::memory_order_acquire) == 0) {}");
    CHECK(source_text({"message.cpp", 13, 1, ""}).indent == 1); // a tab
    CHECK(source_line({"message.cpp", 6, 1, ""}) == "");
    CHECK(source_line({"message.cpp", 6000, 1, ""}) == "");
    CHECK(source_line({"missing.cpp", 1, 1, ""}) == "");
    CHECK(source_line({}) == "");
}

TEST_CASE("widths are those of characters, not of bytes", "[report]") {
    CHECK(width_of("a→b") == 3);
    CHECK(trimmed("äöüß", 4) == "äöüß");
    CHECK(trimmed("äöüß", 3) == "äö…");
    CHECK(trimmed("word word", 6) == "word…");
    CHECK(trimmed("x", 0) == "");
    CHECK(padded("→", 3) == "→  ");
    CHECK(wrapped("one two  three", 7) == std::vector<std::string>{"one two", "three"});
    CHECK(wrapped("", 7).empty());
}
