// heddle report: a saved trace, told again.
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/terminal.hpp"
#include "core/error.hpp"
#include "trace/json.hpp"

namespace heddle::cli {

void add_report(CLI::App& app, Invocation&) {
    struct Arguments {
        std::string trace, format = "text";
    };
    auto arguments = std::make_shared<Arguments>();
    CLI::App* command = app.add_subcommand("report", "Show a saved trace");
    command->add_option("trace", arguments->trace, "A trace saved by check")->required()->type_name("TRACE");
    command->add_option("--format", arguments->format, "text or json")->capture_default_str()->type_name("FORMAT");
    command->callback([arguments] {
        if (arguments->format != "text" && arguments->format != "json")
            throw UserError(fmt::format("no such format: {}; this version knows text and json", arguments->format));
        const trace::Trace trace = trace::read(arguments->trace);
        fmt::print("{}", arguments->format == "json" ? trace::to_json(trace) : report::text(trace, style_of(stdout)));
    });
}

} // namespace heddle::cli
