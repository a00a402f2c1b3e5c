// heddle run: real threads, race detection, a recorded trace. Not there yet.
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/commands.hpp"
#include "core/error.hpp"

namespace heddle::cli {

void add_run(CLI::App& app, Invocation&) {
    CLI::App* command = app.add_subcommand("run", "Run on real threads (not in this version yet)");
    command->prefix_command();
    command->callback(
        [] { throw UserError("`heddle run` is not in this version yet; `heddle check` explores all executions"); });
}

} // namespace heddle::cli
