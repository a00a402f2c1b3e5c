// heddle list: the patterns of files and folders, with what they are about and the verdict they expect.
#include <algorithm>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/apart.hpp"
#include "cli/commands.hpp"
#include "cli/targets.hpp"
#include "program/compile.hpp"
#include "program/module.hpp"

namespace heddle::cli {
namespace {

/// Patterns are registered by static constructors: the program has to be built and loaded.
ExitStatus list_program(const Target& target, const std::string& compiler, const ExtraWords& extra) {
    program::Module module(program::build({target.sources, compiler, extra.options}).library);
    fmt::print("{}\n", target.name);
    std::size_t widest = 4;
    for (const program::Pattern& pattern : module.patterns()) widest = std::max(widest, pattern.name.size());
    for (const program::Pattern& pattern : module.patterns())
        fmt::print("  {:<{}}  {}{}\n", pattern.name, widest, pattern.description,
                   pattern.expected.empty() || pattern.expected == "verified"
                       ? ""
                       : fmt::format("  (expected: {})", pattern.expected));
    if (module.patterns().empty()) fmt::print("  {}\n", module.has_main() ? "main" : "(neither a main nor a pattern)");
    return ExitStatus::verified;
}

} // namespace

void add_list(CLI::App& app, Invocation& invocation) {
    struct Arguments {
        std::vector<std::string> names;
        std::string compiler;
    };
    auto arguments = std::make_shared<Arguments>();
    CLI::App* command = app.add_subcommand("list", "List patterns, with their descriptions and expected verdicts");
    command->add_option("names", arguments->names, "Files and folders")->required()->type_name("FILE|FOLDER");
    command->add_option("--compiler", arguments->compiler, "Instead of $CXX and $CC, or g++ and gcc")
        ->type_name("COMPILER");
    command->callback([arguments, &invocation] {
        const Targets targets = find_targets(arguments->names, false);
        for (const BadName& problem : targets.problems) {
            fmt::print(stderr, "heddle: {}\n", problem.sentence);
            invocation.status = ExitStatus::bad_input;
        }
        for (const Target& target : targets.programs)
            invocation.status = graver(
                invocation.status, apart([&](process::Sender) { return list_program(target, arguments->compiler, invocation.extra); }));
    });
}

} // namespace heddle::cli
