// Saved traces: what is written is what is read, and a file that is none ends in one sentence.
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>

#include "core/error.hpp"
#include "trace/json.hpp"

namespace fs = std::filesystem;
using namespace heddle;
using namespace heddle::trace;

namespace {

Trace sample() {
    Trace trace;
    trace.build = {{"/home/me/a.cpp", "/home/me/b.c"}, "clang++", {"-O2", "-DN=3"}, {"--fast"}};
    trace.file = "a.cpp";
    trace.pattern = "transfer";
    trace.model = Model::tso;
    trace.options.model = Model::tso;
    trace.options.plain = PlainAccesses::shared;
    trace.options.unroll = 7;
    trace.options.spurious_wakeups = true;
    trace.violation = {Verdict::data_race, "two at once", {{1, {"a.cpp", 3, 4, "main::lambda"}, "write of `x`"}}, {{"x", "1"}}};
    trace.threads = {{0, "main", {}}, {1, "worker", {"a.cpp", 9, 0, "main"}}};
    Step write{0, Op::write, "release", "x", 0xffff'ffff'ffff'fff0, 4, "1", -1, false, 1, {"a.cpp", 3, 4, "main"}, ""};
    Step read{1, Op::read, "acquire", "x", 0xffff'ffff'ffff'fff0, 4, "1", 0, true, 3, {}, "a note"};
    trace.steps = {write, read, {1, Op::end, "", "", 0, 0, "", -1, false, 1, {}, ""}};
    trace.decisions = {0, 1, std::numeric_limits<std::uint64_t>::max()};
    trace.output = "hello\n\"quoted\"\n";
    return trace;
}

std::string complaint(std::string_view text) {
    try {
        from_json(text);
    } catch (const UserError& error) {
        return error.what();
    }
    return "none";
}

struct Folder {
    fs::path path;
    Folder() {
        std::string name = (fs::temp_directory_path() / "heddle-trace-XXXXXX").string();
        path = mkdtemp(name.data());
    }
    ~Folder() { fs::remove_all(path); }
};

} // namespace

TEST_CASE("a trace read back is the one written, to the last field", "[trace]") {
    std::string text = to_json(sample());
    Trace back = from_json(text);
    CHECK(to_json(back) == text);
    CHECK(back.build.options == sample().build.options);
    CHECK(back.options.plain == PlainAccesses::shared);
    CHECK(back.options.model == Model::tso);
    CHECK(back.options.unroll == 7);
    CHECK(back.options.spurious_wakeups);
    CHECK(back.violation.kind == Verdict::data_race);
    CHECK(back.violation.parts.at(0).site.function == "main::lambda");
    CHECK(back.violation.values == sample().violation.values);
    CHECK(back.steps.at(0).address == 0xffff'ffff'ffff'fff0);
    CHECK(back.steps.at(1).reads_from == 0);
    CHECK(back.steps.at(1).stale);
    CHECK(back.steps.at(1).repeat == 3);
    CHECK(back.steps.at(1).site == SourceSite{});
    CHECK(back.threads.at(1).created_at.line == 9);
    CHECK(back.decisions == sample().decisions);
    CHECK(back.output == sample().output);
}

TEST_CASE("what is blocked says for what and for whom, and a change has both values, also one that was saved before these were apart", "[trace]") {
    Trace trace = sample();
    Step blocked{1, Op::blocked};
    blocked.waits_for = WaitsFor{Op::lock, "m", 2};
    Step change{0, Op::rmw};
    change.old_value = "a -> b"; // a text that the program chose
    change.value = "1";
    trace.steps = {blocked, change};
    trace.violation.parts[0].waits_for = WaitsFor{Op::join, "", 3};
    const std::string text = to_json(trace);
    const Trace back = from_json(text);
    CHECK(to_json(back) == text);
    CHECK(text.find("\"value\": \"a -> b -> 1\"") != std::string::npos);
    CHECK(back.steps[0].waits_for->op == Op::lock);
    CHECK(back.steps[0].waits_for->what == "m");
    CHECK(back.steps[0].waits_for->holder == 2);
    CHECK(back.violation.parts[0].waits_for->op == Op::join);
    CHECK(back.violation.parts[0].waits_for->holder == 3);
    CHECK(back.steps[1].old_value == "a -> b");
    CHECK(back.steps[1].value == "1");

    trace.steps[1].old_value = "0";
    std::string before = to_json(trace);
    const std::string field = "\"old_value\": \"0\"";
    REQUIRE(before.find(field) != std::string::npos);
    before.replace(before.find(field), field.size(), "\"size\": 4");
    const Trace old = from_json(before);
    CHECK(old.steps[1].old_value == "0");
    CHECK(old.steps[1].value == "1");
}

TEST_CASE("every kind of step has a word of its own", "[trace]") {
    for (const Name<Op>& name : names<Op>) CHECK(named<Op>(name.word) == name.value);
}

TEST_CASE("output that is not UTF-8 is replaced, never refused", "[trace]") {
    Trace trace = sample();
    trace.output = "caf\xe9 \xff\xfe \xc3\xa9";
    trace.violation.message = "\x80";
    Trace back = from_json(to_json(trace));
    CHECK(back.output == "caf\uFFFD \uFFFD\uFFFD \u00e9");
}

TEST_CASE("an output with a zero byte keeps its length", "[trace]") {
    Trace trace = sample();
    trace.output = std::string("a\0b", 3);
    CHECK(from_json(to_json(trace)).output == trace.output);
}

TEST_CASE("what is not a trace is refused in one sentence", "[trace]") {
    CHECK(complaint("") == "it is empty");
    CHECK(complaint("{\"schema\":") == "it is cut short (after 10 bytes)");
    CHECK(complaint("[]") == "it is JSON, but not a trace of heddle");
    CHECK(complaint("{}") == "it is JSON, but not a trace of heddle");
    CHECK(complaint(R"({"schema":"heddle.check/1"})") == "it is a \"heddle.check/1\" document, not a trace");
    CHECK(complaint(R"({"schema":"heddle.trace/2"})") ==
          "it has the format \"heddle.trace/2\", which this heddle does not know (it reads \"heddle.trace/1\")");
    CHECK(complaint(R"({"schema":"heddle.trace/1"})").starts_with("a field is missing or of the wrong kind: "));
    std::string head = R"({"schema":"heddle.trace/1","model":"sc","threads":[],"violation":{"kind":"crash"},)";
    CHECK(complaint(head + R"("steps":[]})") == "none");
    CHECK(complaint(head + R"("steps":[{"thread":0,"op":"read","reads_from":1}]})") == "a step reads from one that does not exist");
    CHECK(complaint(head + R"("steps":[{"thread":"0","op":"read"}]})").starts_with("a field is missing or of the wrong kind: "));
    // What became 0 let the first operation end the run, and replay crash.
    for (const char* unroll : {"0.5", "4294967296", "-1", "\"7\""})
        CHECK(complaint(head + R"("steps":[],"check_options":{"unroll":)" + unroll + "}}") ==
              "a field is missing or of the wrong kind: \"unroll\" must be a whole number that fits");
    CHECK(complaint(head + R"("steps":[],"check_options":{"unroll":0}})") == "\"unroll\" must be at least 1");
    CHECK(complaint(head + R"("steps":[],"decisions":"no"})").starts_with("a field is missing or of the wrong kind: "));
}

TEST_CASE("a trace is written whole, into folders that are made, and replaces the old one", "[trace]") {
    Folder folder;
    fs::path path = folder.path / "new" / "trace.json";
    write(sample(), path);
    Trace other = sample();
    other.pattern = "other";
    write(other, path);
    CHECK(read(path).pattern == "other");
    CHECK(std::distance(fs::directory_iterator(path.parent_path()), fs::directory_iterator()) == 1); // nothing left beside it
}

TEST_CASE("a file that cannot be used is named", "[trace]") {
    Folder folder;
    fs::path missing = folder.path / "none.json", torn = folder.path / "torn.json";
    std::ofstream(torn) << to_json(sample()).substr(0, 100);
    CHECK_THROWS_AS(read(missing), UserError);
    CHECK_THROWS_AS(read(folder.path), UserError);
    CHECK_THROWS_AS(write(sample(), "/proc/none/trace.json"), UserError);
    std::string sentence;
    try {
        read(torn);
    } catch (const UserError& error) {
        sentence = error.what();
    }
    CHECK(sentence == "cannot use the trace " + torn.string() + ": it is cut short (after 100 bytes)");
}
