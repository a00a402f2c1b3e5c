// Verdicts: their names, and what they mean as exit statuses.
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <algorithm>
#include <string>

#include "core/verdict.hpp"

using namespace heddle;

TEST_CASE("every verdict is found by its own name") {
    for (int i = 0; i <= static_cast<int>(Verdict::build_error); ++i) {
        const auto verdict = static_cast<Verdict>(i);
        INFO(std::string(name_of(verdict)));
        CHECK(verdict_named(name_of(verdict)) == verdict);
    }
}

TEST_CASE("verdicts may be written with blanks or underscores") {
    CHECK(verdict_named("data race") == Verdict::data_race);
    CHECK(verdict_named("data_race") == Verdict::data_race);
    CHECK_FALSE(verdict_named("data  race"));
    CHECK_FALSE(verdict_named(""));
}

TEST_CASE("only verified is exit status 0") {
    CHECK(exit_status_of(Verdict::verified) == ExitStatus::verified);
    CHECK(exit_status_of(Verdict::build_error) == ExitStatus::bad_input);
    CHECK(exit_status_of(Verdict::inconclusive) == ExitStatus::inconclusive);
    CHECK(exit_status_of(Verdict::unsupported) == ExitStatus::inconclusive);
    for (const Verdict bad :
         {Verdict::data_race, Verdict::deadlock, Verdict::livelock, Verdict::assertion, Verdict::invariant,
          Verdict::exception, Verdict::crash, Verdict::memory, Verdict::misuse, Verdict::nondeterminism})
        CHECK(exit_status_of(bad) == ExitStatus::violation);
}

TEST_CASE("the graver of two statuses does not depend on their order, and a violation is the gravest") {
    const ExitStatus by_gravity[]{ExitStatus::verified, ExitStatus::inconclusive, ExitStatus::bad_input,
                                  ExitStatus::internal_error, ExitStatus::violation};
    for (int i = 0; i < 5; ++i)
        for (int j = 0; j < 5; ++j) CHECK(graver(by_gravity[i], by_gravity[j]) == by_gravity[std::max(i, j)]);
}
