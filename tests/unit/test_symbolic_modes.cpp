// Programs with symbolic values have the same executions whether what threads did is remembered or the program is run for
// each of them (Options::remember), and the same inputs are found.
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

#include "search/check.hpp"
#include "program/compile.hpp"
#include "program/module.hpp"

namespace fs = std::filesystem;
using namespace heddle;

namespace {

const char* const head = "#include <atomic>\n#include <mutex>\n#include <thread>\n#include <heddle/heddle.hpp>\n"
                         "using heddle::any; using heddle::symbolic;\n";

/// The verdict, the counts and the inputs of the program's check, in a child process, since a process loads one program only.
std::string outcome_of(const std::string& text, bool remember) {
    char pattern[] = "/tmp/heddle-symbolic-XXXXXX";
    if (!mkdtemp(pattern)) std::abort();
    const fs::path folder = pattern;
    std::ofstream(folder / "program.cpp") << head << text;
    const pid_t child = fork();
    if (child == 0) {
        try {
            program::Module module(program::build({{folder / "program.cpp"}, "", {}}).library);
            const StopFlag stop{false};
            Options options;
            options.remember = remember;
            const trace::CheckResult result = search::check(module, {}, options, stop);
            std::ofstream out(folder / "outcome");
            out << name_of(result.verdict) << ", " << result.statistics.complete << " complete, "
                << result.statistics.blocked << " blocked";
            if (result.trace)
                for (const InputValue& input : result.trace->inputs)
                    out << ", " << input.input.name << " = " << to_string(input.input.type, input.value);
        } catch (const std::exception& error) {
            std::ofstream(folder / "outcome") << error.what();
        }
        std::_Exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    std::string outcome;
    std::getline(std::ifstream(folder / "outcome"), outcome);
    fs::remove_all(folder);
    return outcome;
}

void require_outcome(const std::string& text, const std::string& outcome) {
    CHECK(outcome_of(text, true) == outcome);
    CHECK(outcome_of(text, false) == outcome);
}

} // namespace

TEST_CASE("symbolic programs have the same executions with and without remembered behaviour") {
    // Three critical sections: 3!.
    require_outcome("int main() { auto x = any<int>(\"x\"), y = any<int>(\"y\"); std::mutex m; symbolic<int> a = 1, b = 2;\n"
                    "auto move = [&](symbolic<int> n) { std::lock_guard g(m); a -= n; b += n; };\n"
                    "std::thread t(move, x), u(move, y); move(x + y); t.join(); u.join(); heddle::ensure(a + b == 3); }\n",
                    "verified, 6 complete, 0 blocked");
    // x <= 10: the load sees 0; x > 10: it sees 0 or 1.
    require_outcome("int main() { auto x = any<int>(\"x\"); std::atomic<int> seen{0};\n"
                    "std::thread t([&] { if (x > 10) seen.store(1); });\n"
                    "if (seen.load()) heddle::ensure(x > 10); t.join(); }\n",
                    "verified, 3 complete, 0 blocked");
    // Before the violation: the sum is not 84; it is, by wrapping around.
    require_outcome("int main() { auto x = any<int>(\"x\"); std::atomic<symbolic<int>> v{0};\n"
                    "std::thread t([&] { v.fetch_add(x); }); v.fetch_add(x); t.join();\n"
                    "heddle::ensure(v.load() != 84 || x < 0); }\n",
                    "assertion, 2 complete, 0 blocked, x = 42");
    // The waiting thread goes on for one value only; the other is met first.
    require_outcome("int main() { auto x = any<int>(\"x\", 3, 4); std::atomic<symbolic<int>> v{0};\n"
                    "std::thread t([&] { while (v.load() != 3) {} }); v.store(x); t.join(); }\n",
                    "livelock, 0 complete, 1 blocked, x = 4");
}
