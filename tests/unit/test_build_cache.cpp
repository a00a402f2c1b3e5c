// The build cache: nothing is compiled twice, and nothing that has changed is taken from it.
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

#include "program/cache.hpp"
#include "program/compile.hpp"
#include "program/hash.hpp"

namespace fs = std::filesystem;
using namespace heddle;
using namespace heddle::program;

namespace {

/// A folder of its own for sources and cache, gone afterwards.
struct Workshop {
    Workshop() {
        std::string name = (fs::temp_directory_path() / "heddle-cache-test-XXXXXX").string();
        folder = ::mkdtemp(name.data());
        ::setenv("HEDDLE_CACHE", (folder / "cache").c_str(), 1);
    }
    ~Workshop() {
        ::unsetenv("HEDDLE_CACHE");
        fs::remove_all(folder);
    }
    fs::path write(const std::string& name, const std::string& text) const {
        std::ofstream(folder / name) << text;
        return folder / name;
    }
    fs::path folder;
};

bool was_cached(const BuildRequest& request) { return build(request).cached; }

} // namespace

TEST_CASE("the hash is MurmurHash3's, whose values are known") {
    CHECK(hash_of("").hex() == std::string(32, '0'));
    CHECK(hash_of("hello").hex() ==
          "5b1e906a48ae1d19cbd8a7b341bd9b02"); // as published implementations print it, high word first
    CHECK(hash_of("0123456789abcdef") != hash_of("0123456789abcdeg"));
    CHECK(KeyBuilder().add("ab").add("c").hash() != KeyBuilder().add("a").add("bc").hash());
}

TEST_CASE("a program is compiled once, until something it is made of changes") {
    const Workshop workshop;
    workshop.write("part.h", "#define VALUE 1\n");
    const fs::path source = workshop.write("a.c", "#include \"part.h\"\nint main(void) { return VALUE; }\n");
    CHECK_FALSE(was_cached({{source}, "", {}}));
    CHECK(was_cached({{source}, "", {}}));

    SECTION("the source") {
        workshop.write("a.c", "#include \"part.h\"\nint main(void) { return VALUE + 1; }\n");
        CHECK_FALSE(was_cached({{source}, "", {}}));
        workshop.write("a.c", "#include \"part.h\"\nint main(void) { return VALUE; }\n");
        CHECK(was_cached({{source}, "", {}}));
    }
    SECTION("a header") {
        workshop.write("part.h", "#define VALUE 2\n");
        CHECK_FALSE(was_cached({{source}, "", {}}));
        CHECK(was_cached({{source}, "", {}}));
    }
    SECTION("a header that only looks new") {
        workshop.write("part.h", "#define VALUE 1\n");
        CHECK(was_cached({{source}, "", {}}));
    }
    SECTION("the options") {
        CHECK_FALSE(was_cached({{source}, "", {"-O2"}}));
        CHECK(was_cached({{source}, "", {"-O2"}}));
    }
    SECTION("the library has gone from the cache") {
        fs::remove(build({{source}, "", {}}).library);
        CHECK_FALSE(was_cached({{source}, "", {}}));
    }
}

TEST_CASE("C and C++ sources are linked into one program") {
    const Workshop workshop;
    const fs::path c = workshop.write("part.c", "int from_c(void) { return 7; }\n");
    const fs::path cpp = workshop.write("main.cpp", "extern \"C\" int from_c();\nint main() { return from_c(); }\n");
    const BuildResult built = build({{cpp, c}, "", {}});
    CHECK(fs::exists(built.library));
    CHECK(was_cached({{cpp, c}, "", {}}));
}

TEST_CASE("the user's options come after ours") {
    const Workshop workshop;
    const fs::path source = workshop.write("old.cpp", "static_assert(__cplusplus == 201703L);\nint main() {}\n");
    CHECK_THROWS_AS(build({{source}, "", {}}), BuildError);
    CHECK_NOTHROW(build({{source}, "", {"-std=c++17"}}));
}

TEST_CASE("a file that does not compile is a BuildError with the compiler's words, and is not remembered") {
    const Workshop workshop;
    const fs::path source = workshop.write("bad.c", "int main(void) { return unknown_name; }\n");
    for (int i = 0; i < 2; ++i) {
        try {
            build({{source}, "", {}});
            FAIL("it compiled");
        } catch (const BuildError& error) {
            CHECK(std::string(error.what()) == source.string() + " does not compile");
            CHECK(error.diagnostics.find("unknown_name") != std::string::npos);
        }
    }
    for (const auto& left : fs::directory_iterator(workshop.folder / "cache"))
        CHECK(left.path().filename() == "nothing is left behind");
}

TEST_CASE("a user's mistake is one sentence") {
    const Workshop workshop;
    const auto sentence = [](const BuildRequest& request) -> std::string {
        try {
            build(request);
        } catch (const UserError& error) {
            return error.what();
        }
        return "none";
    };
    const fs::path source = workshop.write("a.c", "int main(void) {}\n");
    CHECK(sentence({{"/nowhere/x.cpp"}, "", {}}) == "no such file: /nowhere/x.cpp");
    CHECK(sentence({{workshop.folder}, "", {}}) == "not a file: " + workshop.folder.string());
    CHECK(sentence({{source}, "no-such-compiler", {}}) == "no such compiler: no-such-compiler");
}

TEST_CASE("a prebuilt library is taken as it is") {
    const Workshop workshop;
    const fs::path library = workshop.write("given.so", "");
    const BuildResult built = build({{library}, "", {}});
    CHECK(built.library == library);
    CHECK(built.cached);
}

TEST_CASE("builds of the same program at the same time do not disturb each other") {
    const Workshop workshop;
    const fs::path source = workshop.write("a.c", "int main(void) { return 3; }\n");
    std::vector<std::thread> builders;
    std::vector<int> good(4);
    for (int i = 0; i < 4; ++i)
        builders.emplace_back([&, i] { good[i] = fs::file_size(build({{source}, "", {}}).library) > 0; });
    for (std::thread& builder : builders) builder.join();
    CHECK(good == std::vector<int>(4, 1));
    CHECK(was_cached({{source}, "", {}}));
}

TEST_CASE("depfiles: names with blanks, joined lines, dollars") {
    const Workshop workshop;
    const fs::path depfile = workshop.write("d", "out.o: a.c \\\n /x/with\\ blank.h b$$c.h \\\n  c\\#d.h\n");
    CHECK(read_depfile(depfile) == std::vector<fs::path>{"a.c", "/x/with blank.h", "b$c.h", "c#d.h"});
}
