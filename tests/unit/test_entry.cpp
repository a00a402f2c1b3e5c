// Which files can be checked by themselves: told from their text.
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

#include "program/compile.hpp"

namespace fs = std::filesystem;

namespace {

bool entry_in(const std::string& text) {
    const fs::path path = fs::temp_directory_path() / ("heddle-entry-" + std::to_string(::getpid()) + ".cpp");
    std::ofstream(path) << text;
    const bool found = heddle::program::has_entry(path);
    fs::remove(path);
    return found;
}

} // namespace

TEST_CASE("a main or a pattern is an entry") {
    CHECK(entry_in("int main() {}"));
    CHECK(entry_in("int main\n  (void) { return 0; }"));
    CHECK(entry_in("int /* here */ main /* it is */ (int argc, char** argv);"));
    CHECK(entry_in("HEDDLE_PATTERN(a, \"b\") {}"));
    CHECK_FALSE(entry_in(""));
    CHECK_FALSE(entry_in("int domain(); int main_loop(); int mainly; int main;"));
}

TEST_CASE("what stands in comments, strings and characters is no entry") {
    CHECK_FALSE(entry_in("// int main() {}"));
    CHECK_FALSE(entry_in("// a backslash joins \\\n int main() {}"));
    CHECK_FALSE(entry_in("/* HEDDLE_PATTERN(a, \"\") int main() */"));
    CHECK_FALSE(entry_in("const char* s = \"int main() \\\" HEDDLE_PATTERN\";"));
    CHECK_FALSE(entry_in("auto s = R\"x(int main() )\" {} )x\";"));
    CHECK_FALSE(entry_in("auto c = 'main('; // not even this"));
    CHECK_FALSE(entry_in("/* not ended int main() {}"));
}

TEST_CASE("quotes that open nothing do not hide an entry") {
    CHECK(entry_in("int n = 1'000'000; int main() {}"));
    CHECK(entry_in("char c = '\"'; int main() {} char d = '\"';"));
    CHECK(entry_in("char c = '\\''; auto u = u8'x'; auto l = L\"\"; int main() {}"));
    CHECK(entry_in("auto s = u8R\"(\")\"; int main() {}"));
}

TEST_CASE("source files are told by their extension") {
    for (const char* name : {"a.c", "a.cc", "a.cpp", "a.cxx", "a.C", "a.c++", "x.y/a.c"})
        CHECK(heddle::program::is_source_file(name));
    for (const char* name : {"a.h", "a.hpp", "a.so", "a", "c", "a.c.txt", ".c"})
        CHECK_FALSE(heddle::program::is_source_file(name));
}
