// What the command line means, and what becomes of expectations.
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "cli/expected_verdict.hpp"
#include "core/error.hpp"

using namespace heddle;
using namespace heddle::cli;

using Words = std::vector<std::string>;

TEST_CASE("after -- come compiler options and the program's arguments") {
    Words words{"check", "a.c", "--", "-O2", "-I", "include", "-DN=3", "7", "--param", "x=1", "--", "-v", "--", "file"};
    const ExtraWords extra = take_extra_words(words);
    CHECK(words == Words{"check", "a.c"});
    CHECK(extra.options == Words{"-O2", "-I", "include", "-DN=3", "--param", "x=1"});
    CHECK(extra.arguments == Words{"7", "-v", "--", "file"});
}

TEST_CASE("without -- nothing is taken") {
    Words words{"check", "a.c", "--json"};
    const ExtraWords extra = take_extra_words(words);
    CHECK(words.size() == 3);
    CHECK(extra.options.empty());
    CHECK(extra.arguments.empty());
}

TEST_CASE("a pattern's expectation holds for all models, or is listed by model") {
    CHECK(expected_verdict("", Model::sc, "p") == Verdict::verified);
    CHECK(expected_verdict("data race", Model::sc, "p") == Verdict::data_race);
    CHECK(expected_verdict("tso: assertion, rc11: data race", Model::sc, "p") == Verdict::verified);
    CHECK(expected_verdict("tso: assertion, rc11: data race", Model::tso, "p") == Verdict::assertion);
    CHECK(expected_verdict("tso: assertion, rc11: data race", Model::rc11, "p") == Verdict::data_race);
    CHECK_THROWS_AS(expected_verdict("a surprise", Model::sc, "p"), UserError);
    CHECK_THROWS_AS(expected_verdict("arm: assertion", Model::sc, "p"), UserError);
}

TEST_CASE("--version is the project's version") { CHECK(std::string(version) == HEDDLE_PROJECT_VERSION); }
