// heddle check: what the command line asks for, and what is printed of the answers.
#include <cstdio>
#include <memory>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/duration.hpp"
#include "cli/next_step.hpp"
#include "cli/check_pool.hpp"
#include "cli/positive.hpp"
#include "cli/report_files.hpp"
#include "cli/stop.hpp"
#include "cli/terminal.hpp"
#include "core/error.hpp"
#include "report/result_text.hpp"
#include "trace/report_json.hpp"

namespace heddle::cli {
namespace {

using trace::Result;

struct CheckArguments {
    std::vector<std::string> names, models{"rc11"}, reports;
    std::string pattern, plain = "race", exit_status = "zero", time_limit, solver_limit, compiler, trace_folder = "heddle-traces";
    bool one_program = false, keep_going = false, json = false, spurious_wakeups = false, verbose = false,
         always_solve = false, check_overflow = false, unfold = false, ascii = false, quiet = false;
    std::string explore = "auto";
    std::uint64_t memory_limit = 0; ///< MiB
    std::uint32_t unroll = Options{}.unroll;
    std::uint64_t max_executions = 0;
    unsigned jobs = std::max(1u, std::thread::hardware_concurrency());
};

CheckPlan plan_of(const CheckArguments& arguments, const ExtraWords& extra) {
    require_known_formats(arguments.reports);
    CheckPlan plan;
    plan.models.clear();
    for (const std::string& name : arguments.models) {
        const auto model = named<Model>(name);
        if (!model) throw UserError(fmt::format("no such memory model: {} ({})", name, all_names<Model>()));
        if (std::ranges::find(plan.models, *model) == plan.models.end()) plan.models.push_back(*model);
    }
    plan.options.plain = *named<PlainAccesses>(arguments.plain); // the parser takes no other
    plan.options.any_exit_status = arguments.exit_status == "any";
    plan.options.explore = *named<Explore>(arguments.explore); // the parser takes no other
    plan.options.memory_limit = arguments.memory_limit << 20;
    plan.options.unroll = arguments.unroll;
    plan.options.max_executions = arguments.max_executions;
    if (!arguments.time_limit.empty()) plan.options.time_limit = duration_of(arguments.time_limit);
    if (!arguments.solver_limit.empty()) plan.options.solver_limit = duration_of(arguments.solver_limit);
    plan.options.check_overflow = arguments.check_overflow;
    plan.options.keep_going = arguments.keep_going;
    plan.options.spurious_wakeups = arguments.spurious_wakeups;
    plan.options.always_solve = arguments.always_solve;
    plan.pattern = arguments.pattern;
    plan.compiler = arguments.compiler;
    plan.extra = extra;
    plan.trace_folder = arguments.trace_folder;
    return plan;
}

constexpr std::size_t many_results = 8; ///< after which what is not as expected is listed once more

class CheckRun {
public:
    explicit CheckRun(const CheckArguments& arguments) : arguments_(arguments), style_(style_of(stdout)), progress_(arguments.quiet) {
        style_.verbose = arguments.verbose;
        style_.unfolded = arguments.unfold;
        style_.ascii |= arguments.ascii;
    }

    ExitStatus run(const ExtraWords& extra) {
        CheckPlan plan = plan_of(arguments_, extra);
        plan.progress = progress_.wanted();
        const Targets targets = find_targets(arguments_.names, arguments_.one_program);
        for (const BadName& problem : targets.problems)
            take(plan, unchecked(problem.name, plan, Verdict::build_error, problem.sentence));
        stop_on_signals();
        check_all(targets.programs, plan, std::max(1u, arguments_.jobs),
                  {[&](std::vector<Result> results) { take(plan, std::move(results)); },
                   [this, &targets](const std::string& text) { progress_.show(so_far(targets.programs.size()) + text); }});
        progress_.clear();
        if (!targets.programs.empty() && report_.results.empty() && status_ == ExitStatus::verified)
            complain(fmt::format("no pattern matches \"{}\"", arguments_.pattern));
        if (arguments_.json) fmt::print("{}\n", trace::to_json(report_));
        else if (report_.results.size() > 1) fmt::print("{}{}", report::totals(report_), report_.results.size() > many_results ? report::unmet(report_) : "");
        save_reports(arguments_.reports, report_);
        return status_;
    }

private:
    /// "[3 of 20, 1 violation] "
    std::string so_far(std::size_t programs) const {
        if (programs < 2) return {};
        const auto violations = std::ranges::count_if(report_.results, [](const Result& r) { return status_of(r) == ExitStatus::violation; });
        return fmt::format("[{} of {} programs{}] ", taken_, programs, violations == 0 ? "" : fmt::format(", {} violation{}", violations, violations == 1 ? "" : "s"));
    }

    void complain(const std::string& sentence) {
        progress_.clear();
        fmt::print(stderr, "heddle: {}\n", sentence);
        status_ = graver(status_, ExitStatus::bad_input);
    }

    void take(const CheckPlan& plan, std::vector<Result> results) {
        progress_.clear();
        ++taken_;
        std::string said; // the same for every model
        for (Result& result : results) {
            status_ = graver(status_, status_of(result));
            result.next = next_step(result, plan);
            if (result.verdict == Verdict::build_error && result.diagnostics + result.reason != said) {
                said = result.diagnostics + result.reason;
                fmt::print(stderr, "{}heddle: {}\n", result.diagnostics, result.reason);
            }
            if (result.verdict == Verdict::failed)
                fmt::print(stderr, "heddle: a bug of heddle itself: {}: {}\n", result.file, result.reason);
            if (!arguments_.json) fmt::print("{}", report::result_text(result, style_));
            report_.results.push_back(std::move(result));
        }
        std::fflush(stdout);
    }

    const CheckArguments& arguments_;
    report::TextStyle style_;
    ProgressLine progress_;
    std::size_t taken_ = 0; ///< programs that have their answer
    trace::Report report_{trace::Command::check, {}};
    ExitStatus status_ = ExitStatus::verified;
};

} // namespace

void add_check(CLI::App& app, Invocation& invocation) {
    auto arguments = std::make_shared<CheckArguments>();
    CLI::App* command = app.add_subcommand("check", "Explore every execution of programs");
    command->footer(
        "After `--` come compiler options (words with a leading -, and the value of one like -I folder) and the\n"
        "program's arguments (all other words); after a second `--` everything is a program argument:\n"
        "  heddle check table.cpp -- -O2 -I include -DSIZE=3 7 -- --verbose");
    CheckArguments& a = *arguments;
    command->add_option("names", a.names, "C and C++ files, folders, shared objects built with -fsanitize=thread")
        ->required()
        ->type_name("FILE|FOLDER|LIBRARY");
    command->add_flag("--one-program", a.one_program, "Link all the files together; else each is a program of its own");
    command->add_option("--pattern", a.pattern, "Only the patterns whose name matches")->type_name("GLOB");
    command->add_option("--model", a.models, fmt::format("Memory models: {} (the default is rc11)", all_names<Model>()))
        ->delimiter(',')
        ->type_name("LIST");
    command
        ->add_option("--explore", a.explore,
                     "graphs: each execution graph once, with exact counts; states: what of them can still matter, once, also of endless loops; "
                     "auto: graphs, and states where there are many")
        ->capture_default_str()
        ->check(CLI::IsMember({"graphs", "states", "auto"}))
        ->type_name("WHAT");
    command->add_option("--memory-limit", a.memory_limit, "MiB that explored states may take")->check(positive())->type_name("N");
    command->add_option("--unroll", a.unroll, "Visits of one operation by one thread before its run is cut")
        ->capture_default_str()
        ->check(positive())
        ->type_name("N");
    command
        ->add_option("--plain-accesses", a.plain,
                     "race: unordered plain accesses are a data race; shared: they are relaxed atomics; volatile: those to volatile objects are")
        ->capture_default_str()
        ->check(CLI::IsMember({"race", "shared", "volatile"}))
        ->type_name("WHAT");
    command
        ->add_option("--exit-status", a.exit_status,
                     "zero: a program whose main returns something else has failed; any: it may")
        ->capture_default_str()
        ->check(CLI::IsMember({"zero", "any"}))
        ->type_name("WHAT");
    command->add_option("--max-executions", a.max_executions, "Stop after so many executions")
        ->check(positive())
        ->type_name("N");
    command->add_option("--time-limit", a.time_limit, "Stop each check after so long: 500ms, 60s, 5m")
        ->type_name("TIME");
    command->add_flag("--check-overflow", a.check_overflow,
                      "Signed overflow and shifts out of range of symbolic values are violations");
    command->add_option("--solver-limit", a.solver_limit, "For each question to Z3: 500ms, 10s, 5m (the default is 10s)")
        ->type_name("TIME");
    command->add_flag("--keep-going", a.keep_going, "Explore on after the first violation");
    command->add_flag("--spurious-wakeups", a.spurious_wakeups, "Condition variables may wake without a signal");
    command->add_flag("--always-solve", a.always_solve,
                      "Invariants: ask Z3 even where looking through the states is cheaper (for tests)");
    command->add_option("--jobs", a.jobs, "Programs checked at once")
        ->capture_default_str()
        ->check(positive())
        ->type_name("N");
    command->add_option("--compiler", a.compiler, "Instead of $CXX and $CC, or g++ and gcc")->type_name("COMPILER");
    add_report_option(*command, a.reports);
    command->add_option("--trace-dir", a.trace_folder, "Where the traces of violations are saved")
        ->capture_default_str()
        ->type_name("FOLDER");
    command->add_flag("--json", a.json, "One JSON document on stdout and nothing else");
    command->add_flag("--ascii", a.ascii, "No other signs than those of ASCII");
    command->add_flag("--quiet", a.quiet, "No progress on stderr");
    command->add_flag("--unfold", a.unfold, "Show the steps of a story that do not matter to its end, too");
    command->add_flag("--verbose", a.verbose, "Tell expected violations in full too, and what the exploration cost");
    command->callback([arguments, &invocation] {
        try {
            invocation.status = CheckRun(*arguments).run(invocation.extra);
        } catch (const UserError&) {
            if (arguments->json) fmt::print("{}\n", trace::to_json(trace::Report{}));
            throw;
        }
    });
}

} // namespace heddle::cli
