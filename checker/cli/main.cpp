// heddle: one subcommand a file, and what every one of them does when it fails.
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "core/error.hpp"
#include "core/printable.hpp"
#include "runtime/personality.hpp"

namespace {

using namespace heddle;

constexpr const char* examples = R"(Examples:
  heddle check queue.cpp                      every execution of its main or its patterns, under RC11
  heddle check patterns --jobs 2              every source file below a folder
  heddle check lock.c --model sc,tso,rc11     one result for each memory model
  heddle check a.cpp b.cpp --one-program      two files, linked into one program
  heddle check table.cpp -- -O2 -DSIZE=3 7    compiler options, and 7 as the program's argument
  heddle replay heddle-traces/queue.main.rc11.json
  heddle new my_pattern                       a first pattern to change

Exit status: 0 verified, 1 violation, 2 wrong input or usage, 3 inconclusive, 4 a bug of heddle.)";

ExitStatus run(std::vector<std::string> words) {
    cli::Invocation invocation;
    invocation.extra = cli::take_extra_words(words);

    CLI::App app("heddle checks concurrent C and C++: every order of the threads, every behaviour of the memory model.",
                 "heddle");
    app.footer(examples);
    app.set_version_flag("--version", fmt::format("heddle {}", cli::version));
    app.require_subcommand(1);
    app.get_formatter()->column_width(34);
    cli::add_check(app, invocation);
    cli::add_run(app, invocation);
    cli::add_predict(app, invocation);
    cli::add_replay(app, invocation);
    cli::add_report(app, invocation);
    cli::add_list(app, invocation);
    cli::add_new(app, invocation);
    cli::add_completions(app, invocation);
    try {
        std::vector<std::string> reversed(words.rbegin(), words.rend()); // as CLI11 wants them
        app.parse(std::move(reversed));
    } catch (const CLI::ParseError& problem) {
        return app.exit(problem) == 0 ? ExitStatus::verified : ExitStatus::bad_input;
    }
    return invocation.status;
}

ExitStatus run_and_explain(int argc, char** argv) {
    try {
        return run(std::vector<std::string>(argv + 1, argv + argc));
    } catch (const UserError& problem) {
        fmt::print(stderr, "heddle: {}\n", printable(problem.what()));
        return ExitStatus::bad_input;
    } catch (const std::exception& bug) {
        fmt::print(stderr, "heddle: a bug of heddle itself: {}\n", bug.what());
        return ExitStatus::internal_error;
    }
}

} // namespace

int main(int argc, char** argv) {
    heddle::runtime::disable_address_randomisation(argv); // a trace made by one process is replayed by another
    const ExitStatus status = run_and_explain(argc, argv);
    if (std::fflush(stdout) != 0 && status == ExitStatus::verified) return static_cast<int>(ExitStatus::bad_input);
    return static_cast<int>(status);
}
