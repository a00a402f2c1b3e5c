// Text from elsewhere on a terminal and in a shell.
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#else
#include <catch2/catch.hpp>
#endif
#include "core/printable.hpp"

using namespace heddle;

TEST_CASE("no control character gets through, and nothing else is changed") {
    CHECK(printable_line("plain") == "plain");
    CHECK(printable_line("\x1b[31mred\x07") == "\\x1b[31mred\\x07");
    CHECK(printable_line("a\nb\tc") == "a\\x0ab\\x09c");
    CHECK(printable("a\nb\tc") == "a\nb\tc");
    CHECK(printable_line("grün → ok") == "grün → ok");
    CHECK(printable_line("\xc2\x9b" "31m") == "\\xc2\\x9b31m"); // the one-byte CSI: it is no UTF-8 any more
    CHECK(printable_line("\x9b" "31m") == "\\x9b31m");
    CHECK(printable_line(std::string_view("\0x", 2)) == "\\x00x");
}

TEST_CASE("a quoted word is one word, and the same, for a shell") {
    CHECK(quoted_for_shell("a/b.cpp") == "a/b.cpp");
    CHECK(quoted_for_shell("") == "''");
    CHECK(quoted_for_shell("two words") == "'two words'");
    CHECK(quoted_for_shell("$(rm x)") == "'$(rm x)'");
    CHECK(quoted_for_shell("it's") == "'it'\\''s'");
    CHECK(quoted_for_shell("~x") == "'~x'");
}
