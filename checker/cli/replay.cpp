// heddle replay: the program of a trace is built again and its recorded execution runs again, by itself or in gdb.
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/apart.hpp"
#include "cli/commands.hpp"
#include "cli/debugger.hpp"
#include "cli/messages.hpp"
#include "cli/report_files.hpp"
#include "cli/terminal.hpp"
#include "cli/trust.hpp"
#include "core/error.hpp"
#include "core/printable.hpp"
#include "report/result_text.hpp"
#include "search/check.hpp"
#include "story/reenactment.hpp"
#include "program/cache.hpp"
#include "program/compile.hpp"
#include "program/hash.hpp"
#include "program/module.hpp"
#include "trace/json.hpp"

namespace heddle::cli {
namespace {

std::filesystem::path rebuild(const trace::Build& build, PlainAccesses plain) {
    return program::build({{build.sources.begin(), build.sources.end()}, build.compiler, build.options, plain}).library;
}

trace::CheckResult run_again(const std::filesystem::path& library, const trace::Trace& recorded) {
    program::Module module(library);
    return search::replay(module, {recorded.pattern, recorded.build.arguments}, recorded);
}

/// The next thing to do, when the trace is of no use any more.
std::string check_command(const trace::Trace& recorded) {
    std::string command = "heddle check";
    if (recorded.pattern != "main") command += " --pattern " + quoted_for_shell(recorded.pattern);
    if (recorded.model != Model::rc11) command += " --model " + std::string(name_of(recorded.model));
    if (recorded.options.plain != PlainAccesses::race) command += " --plain-accesses " + std::string(name_of(recorded.options.plain));
    for (const std::string& source : recorded.build.sources) command += " " + quoted_for_shell(source);
    if (recorded.build.sources.size() > 1) command += " --one-program";
    if (!recorded.build.options.empty() || !recorded.build.arguments.empty()) command += " --";
    for (const std::string& option : recorded.build.options) command += " " + quoted_for_shell(option);
    for (const std::string& argument : recorded.build.arguments) command += " " + quoted_for_shell(argument);
    return printable_line(command);
}

/// In a process of its own.
trace::Result replay(const trace::Trace& recorded) {
    const std::filesystem::path library = rebuild(recorded.build, recorded.options.plain);
    trace::Replay how;
    how.model = recorded.model;
    how.changed = !recorded.program.empty() && program::hash_of(program::read_file(library)).hex() != recorded.program;
    search::CheckResult again = run_again(library, recorded);
    how.same = again.trace && again.verdict == recorded.violation.kind && (!how.changed || again.reason == recorded.violation.message);
    trace::Result result;
    result.file = recorded.file;
    result.pattern = recorded.pattern;
    result.verdict = again.verdict;
    result.expected = recorded.violation.kind;
    result.reason = again.reason;
    result.of = how;
    if (!how.same) return result;
    trace::Trace& trace = result.findings.emplace_back().trace;
    trace = std::move(*again.trace);
    trace.build = recorded.build;
    trace.file = recorded.file;
    trace.pattern = recorded.pattern;
    return result;
}

/// Why it did not end in the same way, and what to do.
void explain(const trace::Result& again, const trace::Trace& recorded) {
    const bool changed = std::get<trace::Replay>(again.of).changed;
    const std::string reason = again.reason.empty() ? std::string() : ": " + printable_line(again.reason);
    if (changed && again.verdict == Verdict::nondeterminism)
        fmt::print(stderr, "heddle: the program has changed{}\n", reason);
    else if (changed) fmt::print(stderr, "heddle: the program has changed, and this time it ends with {}{}\n", name_of(again.verdict), reason);
    else if (again.verdict == Verdict::nondeterminism)
        fmt::print(stderr, "heddle: the program is the recorded one, but does something else, or the trace is damaged{}\n", reason);
    else fmt::print(stderr, "heddle: this time it ends with {}{}\n", name_of(again.verdict), reason);
    fmt::print(stderr, "heddle: the recorded {} did not happen again; next: {}\n", name_of(recorded.violation.kind), again.next);
}

ExitStatus replay_and_tell(const trace::Trace& recorded, const std::vector<std::string>& files) {
    trace::Report report{trace::Command::replay, {}};
    const ExitStatus status = apart(
        [&](process::Sender out) {
            MessageWriter(out).result(replay(recorded));
            return ExitStatus::verified;
        },
        [&](std::string_view bytes) { report.results.push_back(Message(bytes).result()); });
    if (report.results.empty()) return status; // it has said why
    trace::Result& result = report.results.front();
    if (trace::status_of(result) == ExitStatus::violation) fmt::print("{}", report::result_text(result, style_of(stdout)));
    else {
        result.next = check_command(recorded);
        explain(result, recorded);
    }
    save_reports(files, report);
    return trace::status_of(result);
}

} // namespace

void add_replay(CLI::App& app, Invocation& invocation) {
    struct Arguments {
        std::string trace;
        std::vector<std::string> reports;
        bool gdb = false, quietly_here = false, trust = false;
    };
    auto arguments = std::make_shared<Arguments>();
    CLI::App* command =
        app.add_subcommand("replay", "Run the execution of a trace again; exit status 1 when it ends the same way");
    command->add_option("trace", arguments->trace, "A trace saved by check")->required()->type_name("TRACE");
    add_report_option(*command, arguments->reports);
    command->add_flag("--gdb", arguments->gdb, "Stop in gdb where the violation happens");
    command->add_flag("--trust", arguments->trust, "Build and run what the trace names, whatever compiler and options these are");
    command->add_flag("--quietly-here", arguments->quietly_here)->group(""); // what gdb runs: no fork, no report
    command->callback([arguments, &invocation] {
        require_known_formats(arguments->reports);
        const trace::Trace recorded = trace::read(arguments->trace);
        require_trust(recorded.build, arguments->trace, "replay", arguments->trust);
        if (arguments->gdb) debug(arguments->trace, recorded);
        if (arguments->quietly_here && recorded.stop) story::mark_for_debugger(recorded.stop->thread, recorded.stop->segment);
        if (arguments->quietly_here) run_again(rebuild(recorded.build, recorded.options.plain), recorded);
        else invocation.status = replay_and_tell(recorded, arguments->reports);
    });
}

} // namespace heddle::cli
