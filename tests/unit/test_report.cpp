// Results as values: what they mean, and that they are the same wherever they have been.
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "report/formats.hpp"
#include "report/result_text.hpp"
#include "trace/report.hpp"
#include "trace/report_json.hpp"

using namespace heddle;
using namespace heddle::trace;

namespace {

using Words = std::vector<std::string>;
using Json = nlohmann::ordered_json;

Finding race() {
    Finding finding;
    Trace& trace = finding.trace;
    trace.file = "a.cpp";
    trace.pattern = "main";
    trace.violation.kind = Verdict::data_race;
    trace.violation.message = "T1 and T2 write `x`, which is not UTF-8: \xff";
    trace.violation.parts = {{1, {"a.cpp", 3, 5, "one"}, "writes x | y", {}, {}}, {2, {"a.cpp", 4, 5, "two"}, "writes x", {}, {}}};
    trace.violation.values = {{"x", "1"}};
    trace.threads = {{0, "main", {}}, {1, "one", {}}, {2, "two", {}}};
    trace.decisions = {1, 2, ~std::uint64_t{0}};
    trace.output = "\xfe\x1b[31m";
    Step step;
    step.thread = 1;
    step.op = Op::plain_write;
    step.object = "x";
    step.value = "1";
    step.site = {"a.cpp", 3, 5, "one"};
    trace.steps = {step};
    finding.saved = "t.json";
    finding.race = {0x1234, 0x5678};
    return finding;
}

Result explored(Verdict verdict, Verdict expected = Verdict::verified) {
    Result result;
    result.file = "a.cpp";
    result.pattern = "p";
    result.verdict = verdict;
    result.expected = expected;
    Exploration exploration{Model::tso, {}};
    exploration.statistics.complete = 12345678901;
    exploration.statistics.revisits = 7;
    exploration.statistics.invariants = InvariantStatistics{1, 2, 3, 0.5};
    result.of = exploration;
    if (verdict != Verdict::verified) result.reason = "because";
    if (verdict == Verdict::data_race) result.findings.push_back(race());
    return result;
}

Result ran(Verdict expected = Verdict::verified) {
    Result result;
    result.file = "a.cpp";
    result.expected = expected;
    Runs runs;
    runs.runs = 3;
    runs.clean = 1;
    runs.seed = 77;
    runs.noise = true;
    runs.endings = {{"exit status 3", 2}};
    result.of = runs;
    Finding finding = race();
    finding.trace.on_real_threads = true;
    finding.trace.violation.parts[0].stack = {{"a.cpp", 9, 0, "caller"}};
    finding.seen = Seen{2, 78};
    result.findings.push_back(finding);
    result.verdict = verdict_of_runs(result);
    return result;
}

void predict(Result& result, bool confirmed) {
    result.forecast = Forecast{};
    result.forecast->events = 10;
    result.forecast->complete = false;
    Finding finding;
    if (confirmed) finding = race();
    finding.trace.violation.kind = Verdict::deadlock;
    finding.foretold = Foretold{confirmed, true, "a circle", "why", {{"a.cpp", 1, 0, "f"}}, {}};
    result.findings.push_back(finding);
}

Result replayed(bool same) {
    Result result = explored(same ? Verdict::data_race : Verdict::nondeterminism, Verdict::data_race);
    result.of = Replay{Model::sc, same, true};
    return result;
}

std::string document(Command command, const Result& result) { return to_json({command, {result}}); }

} // namespace

TEST_CASE("an expectation that is met is exit status 0, and verified where a bug was expected is a violation", "[report]") {
    CHECK(status_of(explored(Verdict::deadlock, Verdict::deadlock)) == ExitStatus::verified);
    CHECK(status_of(explored(Verdict::verified, Verdict::deadlock)) == ExitStatus::violation);
    CHECK(status_of(explored(Verdict::inconclusive, Verdict::deadlock)) == ExitStatus::inconclusive);
    CHECK(status_of(explored(Verdict::failed, Verdict::failed)) == ExitStatus::internal_error);
}

TEST_CASE("runs are what was expected of them, else their first finding, and nothing found in runs cut short is inconclusive", "[report]") {
    Result result = ran(Verdict::data_race);
    CHECK(result.verdict == Verdict::data_race);
    CHECK(status_of(result) == ExitStatus::verified);
    CHECK(status_of(ran(Verdict::deadlock)) == ExitStatus::violation);
    result = ran();
    CHECK(status_of(result) == ExitStatus::violation);
    result.findings.clear();
    CHECK(verdict_of_runs(result) == Verdict::verified);
    CHECK(status_of(result) == ExitStatus::verified);
    std::get<Runs>(result.of).limits = {"something was not seen"};
    CHECK(verdict_of_runs(result) == Verdict::inconclusive);
    CHECK(status_of(result) == ExitStatus::inconclusive);
}

TEST_CASE("what is predicted and confirmed is a violation, or the expected one; without a confirmation it is inconclusive", "[report]") {
    for (const bool confirmed : {false, true}) {
        Result result = ran(Verdict::deadlock);
        result.findings.clear();
        predict(result, confirmed);
        CHECK(status_of(result) == (confirmed ? ExitStatus::verified : ExitStatus::inconclusive));
        result.expected = Verdict::verified;
        CHECK(status_of(result) == (confirmed ? ExitStatus::violation : ExitStatus::inconclusive));
        result.of = Recorded{"a.rec"};
        CHECK(status_of(result) == (confirmed ? ExitStatus::violation : ExitStatus::inconclusive));
    }
}

TEST_CASE("a check's document has exactly the keys that are promised, and is valid whatever the program says", "[report]") {
    const Json json = Json::parse(document(Command::check, explored(Verdict::data_race)));
    CHECK(json.at("schema") == "heddle.check/1");
    Words keys;
    for (const auto& [key, value] : json.at("results").at(0).items()) keys.push_back(key);
    CHECK(keys == Words{"file", "pattern", "model", "verdict", "expected", "complete", "blocked", "wasted", "seconds", "violation",
                        "trace", "effort", "explored", "invariants"});
    CHECK(json.at("results").at(0).at("violation").at("threads").at(0).at("name") == "one");
}

TEST_CASE("a result survives the way between processes, to the byte", "[report]") {
    Result with_prediction = ran(), recorded;
    predict(with_prediction, true);
    recorded.of = Recorded{"a.rec"};
    recorded.file = "a.cpp";
    predict(recorded, false);
    Result unbuilt = explored(Verdict::build_error);
    unbuilt.diagnostics = "a.cpp:1: error: \xff";
    unbuilt.next = "heddle new";
    for (const Result& result : {explored(Verdict::data_race), explored(Verdict::verified), unbuilt, ran(), with_prediction, recorded,
                                 replayed(true), replayed(false)}) {
        const Result received = result_from_bytes(to_bytes(result));
        CHECK(to_bytes(received) == to_bytes(result));
        CHECK(status_of(received) == status_of(result));
        CHECK(received.diagnostics == result.diagnostics);
        if (result.findings.empty()) continue;
        CHECK(received.findings[0].trace.output == result.findings[0].trace.output);
        CHECK(received.findings[0].trace.decisions == result.findings[0].trace.decisions);
        CHECK(received.findings[0].race == result.findings[0].race);
    }
}

TEST_CASE("what a document tells can be read back", "[report]") {
    Result with_prediction = ran();
    predict(with_prediction, true);
    Result recorded;
    recorded.of = Recorded{};
    predict(recorded, false);
    const std::pair<Command, Result> all[]{{Command::check, explored(Verdict::data_race)}, {Command::check, explored(Verdict::inconclusive)},
                                           {Command::run, with_prediction}, {Command::prediction, recorded}, {Command::replay, replayed(true)}};
    for (const auto& [command, result] : all) {
        const std::string text = document(command, result);
        CHECK(to_json(report_from_json(text)) == text);
    }
    CHECK_THROWS_AS(report_from_json("{}"), UserError);
    CHECK_THROWS_AS(report_from_json("[1"), UserError);
    CHECK_THROWS_AS(report_from_json(R"({"schema": "heddle.check/1", "results": [{"file": 1}]})"), UserError);
}

TEST_CASE("every format tells of every result, and colours nothing", "[report]") {
    Result with_prediction = ran();
    predict(with_prediction, true);
    Result recorded;
    recorded.of = Recorded{};
    predict(recorded, false);
    const Report reports[]{{Command::check, {explored(Verdict::data_race), explored(Verdict::verified)}},
                           {Command::run, {with_prediction}},
                           {Command::prediction, {recorded}},
                           {Command::replay, {replayed(true)}}};
    for (const report::Format& format : report::formats())
        for (const Report& report : reports) {
            const std::string text = format.render(report, {});
            INFO(format.extension << "\n" << text);
            CHECK(text.ends_with("\n"));
            CHECK(text.find('\x1b') == std::string::npos);
            if (report.command != Command::prediction) CHECK(text.find("a.cpp") != std::string::npos);
            CHECK(text.find(report.command == Command::prediction ? "a circle" : "data-race") != std::string::npos);
        }
    CHECK(report::format_for("out.pdf") == nullptr);
    CHECK(report::format_for("a.md/out.json")->extension == ".json");
    CHECK(report::names_of_formats() == ".txt, .perfetto.json, .json, .html, .md, .sarif, .xml, .dot and .github");
}

TEST_CASE("SARIF: what a build should fail for fails, what was expected passes, and what nobody could decide is open", "[report]") {
    const Result unsupported = explored(Verdict::unsupported);
    const Report report{Command::check, {explored(Verdict::data_race), explored(Verdict::data_race, Verdict::data_race), unsupported, explored(Verdict::verified)}};
    const Json results = Json::parse(report::format_for("r.sarif")->render(report, {})).at("runs").at(0).at("results");
    REQUIRE(results.size() == 3);
    CHECK(results[0].at("kind") == "fail");
    CHECK(results[0].at("level") == "error");
    CHECK(results[1].at("kind") == "pass");
    CHECK(results[1].at("level") == "none");
    CHECK(results[2].at("kind") == "open");
    CHECK(results[0].at("ruleId") == "data-race");
    CHECK(results[0].at("locations").at(0).at("physicalLocation").at("region").at("startLine") == 3);
    CHECK(results[0].at("relatedLocations").size() == 2);
    CHECK(results[0].at("codeFlows").at(0).at("threadFlows").at(0).at("locations").at(0).at("executionOrder") == 1);
}

TEST_CASE("a fingerprint is the same after lines have moved, and another for another violation", "[report]") {
    Result result = explored(Verdict::data_race);
    const auto print = [&] {
        const Report report{Command::check, {result}};
        return Json::parse(report::format_for("r.sarif")->render(report, {})).at("runs").at(0).at("results").at(0).at("partialFingerprints").dump();
    };
    const std::string before = print();
    Violation& violation = result.findings[0].trace.violation;
    violation.parts[0].site.line += 10;
    violation.message = "words may be improved";
    CHECK(print() == before);
    violation.parts[0].site.function = "three";
    CHECK(print() != before);
}

TEST_CASE("JUnit: nothing undecided passes, and text is only text", "[report]") {
    Result race = explored(Verdict::data_race);
    race.reason = "<&\"> \x1b";
    const Report report{Command::check, {race, explored(Verdict::inconclusive), explored(Verdict::verified), explored(Verdict::data_race, Verdict::data_race)}};
    const std::string text = report::format_for("r.xml")->render(report, {});
    CHECK(text.find("tests=\"4\" failures=\"1\" errors=\"1\"") != std::string::npos);
    CHECK(text.find("message=\"&lt;&amp;&quot;&gt; \\x1b\"") != std::string::npos);
}

TEST_CASE("annotations for GitHub are one line each, whatever is in them", "[report]") {
    Result result = explored(Verdict::data_race);
    result.findings[0].trace.violation.message = "100 %\n::error::no";
    result.findings[0].trace.violation.parts[0].site.file = "a,b:c.cpp";
    const std::string text = report::format_for("r.github")->render({Command::check, {result}}, {});
    CHECK(text == "::error file=a%2Cb%3Ac.cpp,line=3,col=5,title=data-race::100 %25%0A::error::no (a.cpp: p [tso])\n");
}

TEST_CASE("what the program says is only text in Markdown", "[report]") {
    Result result = explored(Verdict::data_race);
    result.findings[0].trace.violation.message = "<script>`*_[x](y)|";
    const std::string text = report::format_for("r.md")->render({Command::check, {result}}, {});
    CHECK(text.find("\\<script\\>\\`\\*\\_\\[x\\](y)\\|") != std::string::npos);
    CHECK(text.find("writes x \\| y") != std::string::npos);
}

TEST_CASE("the statistics that are counted are shown", "[report]") {
    const std::string text = report::result_text(explored(Verdict::verified), {false, 100, true});
    CHECK(text.find("12345678901 executions, 0 blocked") != std::string::npos);
    CHECK(text.find("invariants: 1 graphs, 2 projections, 3 solver calls, 0.500 s") != std::string::npos);
    CHECK(text.find("7 revisits") != std::string::npos);
    CHECK(report::result_text(explored(Verdict::verified), {}).find("revisits") == std::string::npos);
}
