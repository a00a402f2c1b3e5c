// The subcommands: each file adds its own to the application and leaves the exit status.
#pragma once

#include <string>
#include <vector>

#include "core/verdict.hpp"

namespace CLI {
class App;
}

namespace heddle::cli {

inline constexpr const char* version = "0.1.0"; // the same as CMake's PROJECT_VERSION: a test compares them

/// What was given after `--`.
struct ExtraWords {
    std::vector<std::string> options;   ///< for the compiler
    std::vector<std::string> arguments; ///< for the program's main
};

struct Invocation {
    ExtraWords extra;
    ExitStatus status = ExitStatus::verified;
};

/// Takes `--` and all that follows out of `words`. Up to a second `--`, words with a leading `-` (and the value of one
/// that stands apart: `-I folder`) are compiler options and all others are the program's arguments; after the second
/// `--` everything is a program argument.
ExtraWords take_extra_words(std::vector<std::string>& words);

void add_check(CLI::App& app, Invocation& invocation);
void add_run(CLI::App& app, Invocation& invocation);
void add_predict(CLI::App& app, Invocation& invocation);
void add_replay(CLI::App& app, Invocation& invocation);
void add_report(CLI::App& app, Invocation& invocation);
void add_list(CLI::App& app, Invocation& invocation);
void add_new(CLI::App& app, Invocation& invocation);
void add_completions(CLI::App& app, Invocation& invocation);

} // namespace heddle::cli
