// heddle replay: the program of a trace is built again and its recorded execution runs again, by itself or in gdb.
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/apart.hpp"
#include "cli/commands.hpp"
#include "cli/debugger.hpp"
#include "cli/terminal.hpp"
#include "core/error.hpp"
#include "explore/check.hpp"
#include "program/cache.hpp"
#include "program/compile.hpp"
#include "program/hash.hpp"
#include "program/module.hpp"
#include "trace/json.hpp"

namespace heddle::cli {
namespace {

program::BuildResult rebuild(const trace::Build& build) {
    return program::build({{build.sources.begin(), build.sources.end()}, build.compiler, build.options});
}

explore::CheckResult run_again(const trace::Trace& recorded) {
    program::Module module(rebuild(recorded.build).library);
    return explore::replay(module, {recorded.pattern, recorded.build.arguments}, recorded);
}

/// Whether the program built now is another one than the trace was recorded with.
bool has_changed(const trace::Trace& recorded) {
    const auto library = rebuild(recorded.build).library;
    return !recorded.program.empty() && program::hash_of(program::read_file(library)).hex() != recorded.program;
}

ExitStatus replay(const trace::Trace& recorded) {
    explore::CheckResult again = run_again(recorded);
    const bool changed = has_changed(recorded);
    const bool same = again.trace && again.verdict == recorded.violation.kind &&
                      (!changed || again.reason == recorded.violation.message);
    if (same) {
        again.trace->build = recorded.build;
        again.trace->file = recorded.file;
        again.trace->pattern = recorded.pattern;
        fmt::print("{}", report::text(*again.trace, style_of(stdout)));
    }
    if (same) {
        fmt::print("\nreplayed: the same {} again\n", name_of(again.verdict));
        return ExitStatus::violation;
    }
    if (changed) {
        fmt::print(stderr,
                   "heddle: the program has changed since the trace was recorded: the recorded {} did not happen again; "
                   "check it anew\n",
                   name_of(recorded.violation.kind));
        return ExitStatus::inconclusive;
    }
    fmt::print(stderr, "heddle: the recorded {} did not happen again ({}){}; was the program changed since?\n",
               name_of(recorded.violation.kind), name_of(again.verdict),
               again.reason.empty() ? "" : ": " + again.reason);
    return ExitStatus::inconclusive;
}

} // namespace

void add_replay(CLI::App& app, Invocation& invocation) {
    struct Arguments {
        std::string trace;
        bool gdb = false, quietly_here = false;
    };
    auto arguments = std::make_shared<Arguments>();
    CLI::App* command =
        app.add_subcommand("replay", "Run the execution of a trace again; exit status 1 when it ends the same way");
    command->add_option("trace", arguments->trace, "A trace saved by check")->required()->type_name("TRACE");
    command->add_flag("--gdb", arguments->gdb, "Stop in gdb where the violation happens");
    command->add_flag("--quietly-here", arguments->quietly_here)->group(""); // what gdb runs: no fork, no report
    command->callback([arguments, &invocation] {
        const trace::Trace recorded = trace::read(arguments->trace);
        if (arguments->gdb) debug(arguments->trace, recorded);
        if (arguments->quietly_here) run_again(recorded);
        else invocation.status = apart([&] { return replay(recorded); });
    });
}

} // namespace heddle::cli
