// heddle run: programs on real threads, watched by the race detector; one process a program, one more for each run.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <random>

#include <fnmatch.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/check_worker.hpp"
#include "cli/duration.hpp"
#include "cli/entry_runs.hpp"
#include "cli/expected_verdict.hpp"
#include "cli/in_order.hpp"
#include "cli/messages.hpp"
#include "cli/next_step.hpp"
#include "cli/positive.hpp"
#include "cli/predict.hpp"
#include "cli/report_files.hpp"
#include "cli/stop.hpp"
#include "cli/targets.hpp"
#include "cli/terminal.hpp"
#include "core/error.hpp"
#include "native/imports.hpp"
#include "process/death.hpp"
#include "program/compile.hpp"
#include "report/result_text.hpp"
#include "trace/report_json.hpp"

namespace heddle::cli {
namespace {

namespace fs = std::filesystem;
using trace::Result;
using trace::Runs;

struct RunArguments {
    RunPlan plan;
    std::vector<std::string> names, reports;
    bool one_program = false, predict = false;
    bool temporary = false; ///< the recording is for the prediction only
    unsigned jobs = 1;
};

std::vector<std::string> argv_of(const Target& target, const ExtraWords& extra) {
    std::vector<std::string> argv{target.sources.front().string()};
    argv.insert(argv.end(), extra.arguments.begin(), extra.arguments.end());
    return argv;
}

/// Of a program of which there are no runs.
Result not_run(const std::string& name, Verdict verdict, const std::string& reason) {
    Result result;
    result.file = name;
    result.verdict = verdict;
    result.reason = reason;
    Runs runs;
    runs.stopped = verdict == Verdict::inconclusive;
    result.of = std::move(runs);
    return result;
}

/// Builds the program, loads it into this process and runs each of its entries.
void run_entries(const Target& target, RunPlan plan, const MessageWriter& out) {
    native::use_native_imports();
    const program::BuildResult built = program::build({target.sources, plan.compiler, plan.extra.options});
    program::Module module(built.library);
    const auto tasks = fs::directory_iterator("/proc/self/task");
    if (std::distance(fs::begin(tasks), fs::end(tasks)) > 1)
        throw UserError(fmt::format("a library that {} uses starts threads as soon as it is loaded; `heddle run` cannot watch those", target.name));
    native::prepare_runs(module);
    EntryRuns runs(module, target, plan, out.sender().fd(), [&](const std::string& text) { out.progress(text); });
    const auto wanted = [&](const program::Pattern& pattern) {
        return plan.pattern.empty() || fnmatch(plan.pattern.c_str(), pattern.name.c_str(), 0) == 0;
    };
    if (std::ranges::count_if(module.patterns(), wanted) > 1) plan.several = true;
    if (module.patterns().empty()) {
        if (!module.has_main()) throw UserError(fmt::format("{} has neither a main nor patterns", target.name));
        return out.result(runs.run("main", {argv_of(target, plan.extra), nullptr}, Verdict::verified));
    }
    for (const program::Pattern& pattern : module.patterns()) {
        if (!wanted(pattern)) continue;
        out.result(runs.run(pattern.name, {{}, pattern.body}, expected_verdict(pattern.expected, Model::rc11, pattern.name)));
    }
}

/// In a process of its own.
void run_program(const Target& target, const RunPlan& plan, const MessageWriter& out) {
    try {
        run_entries(target, plan, out);
    } catch (const program::BuildError& refused) {
        Result result = not_run(target.name, Verdict::build_error, refused.what());
        result.diagnostics = refused.diagnostics;
        out.result(result);
    } catch (const UserError& problem) {
        out.result(not_run(target.name, Verdict::build_error, problem.what()));
    } catch (const std::exception& bug) {
        out.result(not_run(target.name, Verdict::failed, bug.what()));
    }
    std::fflush(nullptr);
}

/// For a recording that nobody asked to keep.
struct TemporaryFile {
    std::string path = (fs::temp_directory_path() / "heddle-recording-XXXXXX").string();
    TemporaryFile() {
        const int file = mkstemp(path.data());
        if (file < 0) throw UserError(fmt::format("cannot write to {}", fs::temp_directory_path().string()));
        close(file);
    }
    ~TemporaryFile() { unlink(path.c_str()); }
    TemporaryFile(const TemporaryFile&) = delete;
};

class RunCommand {
public:
    explicit RunCommand(RunArguments arguments) : arguments_(std::move(arguments)), style_(style_of(stdout)) {
        style_.verbose = plan().verbose;
    }

    ExitStatus run() {
        const Targets targets = find_targets(arguments_.names, arguments_.one_program);
        for (const BadName& problem : targets.problems) take(not_run(problem.name, Verdict::build_error, problem.sentence));
        stop_on_signals();
        plan().several = targets.programs.size() > 1;
        run_all(targets.programs);
        progress_.clear();
        if (!targets.programs.empty() && report_.results.empty() && status_ == ExitStatus::verified)
            take(not_run(arguments_.names.front(), Verdict::build_error, fmt::format("no pattern matches \"{}\"", plan().pattern)));
        if (plan().json) fmt::print("{}\n", trace::to_json(report_));
        save_reports(arguments_.reports, report_);
        return status_;
    }

private:
    RunPlan& plan() { return arguments_.plan; }

    void run_all(const std::vector<Target>& targets) {
        early_.resize(targets.size());
        InOrder line(targets.size(), stop_flag(),
                     {[&](std::size_t i) { begin(line, targets, i); }, [](std::size_t) { return InOrder::Results{}; },
                      [this](std::size_t, InOrder::Results results) {
                          for (Result& result : results) take(std::move(result));
                      }});
        line.run(arguments_.jobs);
    }

    void begin(InOrder& line, const std::vector<Target>& targets, std::size_t i) {
        process::Limits limits; // each run has its own, in its program's process
        limits.stop = std::chrono::seconds(10);
        line.pool().add(process::Child([&](process::Sender out) { run_program(targets[i], plan(), MessageWriter(out)); },
                                       process::Child::Group::ours),
                        limits,
                        {[this, &line, i](std::string_view bytes) { hear(line, i, Message(bytes)); },
                         [this, &line, &targets, i](const process::Ended& ended) {
                             if (ended.why != process::Why::by_itself || ended.status != 0)
                                 early_[i].push_back(not_run(targets[i].name, ended.why == process::Why::stopped ? Verdict::inconclusive : Verdict::failed,
                                                             fmt::format("the run of {} ended with {}", targets[i].name, process::death_of(ended.status))));
                             line.come(i, std::move(early_[i]));
                         }});
    }

    void hear(const InOrder& line, std::size_t i, const Message& message) {
        if (message.kind == "progress") progress_.show(std::string(message.payload));
        else if (line.is_next(i)) take(message.result());
        else early_[i].push_back(message.result());
    }

    void take(Result result) {
        progress_.clear();
        if (!result.diagnostics.empty()) fmt::print(stderr, "{}", result.diagnostics);
        if (!result.reason.empty())
            fmt::print(stderr, "heddle: {}{}\n", result.verdict == Verdict::failed ? "a bug of heddle itself: " : "", result.reason);
        if (result.verdict == Verdict::build_error) result.next = next_step_after(result);
        const std::string recording = result.verdict == Verdict::failed ? "" : std::get<Runs>(result.of).recording;
        if (arguments_.temporary) std::get<Runs>(result.of).recording.clear(); // it goes with the prediction
        if (!plan().json) fmt::print("{}", report::result_text(result, style_));
        std::fflush(stdout);
        if (arguments_.predict && !recording.empty()) predict_from(recording, result);
        status_ = graver(status_, trace::status_of(result));
        report_.results.push_back(std::move(result));
    }

    std::string next_step_after(const Result& result) {
        CheckPlan asked;
        asked.compiler = plan().compiler;
        asked.extra = plan().extra;
        return next_after_build_error(result, asked, "heddle run");
    }

    /// What the recorded run almost did.
    void predict_from(const std::string& recording, Result& result) {
        PredictionPlan asked;
        asked.recording = recording;
        for (const trace::Finding& finding : result.findings)
            if (finding.race.first) asked.known.push_back(finding.race);
        Result predicted = predict(asked);
        if (arguments_.temporary) fs::remove(recording);
        const bool met = result.expected != Verdict::verified && std::ranges::any_of(predicted.findings, [&](const trace::Finding& f) {
            return f.foretold->confirmed && f.trace.violation.kind == result.expected;
        });
        if (!plan().json) {
            if (met && !plan().verbose) fmt::print("  predicted and confirmed: {} (as expected)\n", name_of(result.expected));
            else fmt::print("{}", report::forecast_text(predicted, style_));
        }
        result.forecast = predicted.forecast;
        std::ranges::move(predicted.findings, std::back_inserter(result.findings));
    }

    RunArguments arguments_;
    report::TextStyle style_;
    ProgressLine progress_;
    std::vector<InOrder::Results> early_; ///< of each program, until it is its turn
    trace::Report report_{trace::Command::run, {}};
    ExitStatus status_ = ExitStatus::verified;
};

} // namespace

void add_run(CLI::App& app, Invocation& invocation) {
    auto arguments = std::make_shared<RunArguments>();
    CLI::App* command = app.add_subcommand("run", "Run programs on real threads under the race detector");
    command->footer("What follows `--` is as for `heddle check`: compiler options and the program's arguments.\n"
                    "A run that shows nothing proves nothing; --noise and --times look further, `heddle check` looks everywhere.");
    RunArguments& a = *arguments;
    command->add_option("names", a.names, "C and C++ files, folders, shared objects built with -fsanitize=thread")
        ->required()
        ->type_name("FILE|FOLDER|LIBRARY");
    command->add_flag("--one-program", a.one_program, "Link all the files together; else each is a program of its own");
    command->add_option("--pattern", a.plan.pattern, "Only the patterns whose name matches")->type_name("GLOB");
    command->add_option("--times", a.plan.times, "Run so often; the program's output is dropped when it is more than once")
        ->capture_default_str()
        ->check(positive())
        ->type_name("N");
    command->add_flag("--until-found", a.plan.until_found, "With --times: stop at the first run that shows something");
    command->add_flag("--noise", a.plan.noise, "Perturb the order of the threads");
    command->add_option("--seed", a.plan.seed, "Of the noise and of choices; a new one each time when not given")->type_name("N");
    command->add_option("--record", a.plan.record, "Write what the threads do into a file, for `heddle report` and `heddle predict`")
        ->type_name("FILE");
    command->add_flag("--predict", a.predict, "Search the recorded run for what almost happened, and execute that");
    command->add_option("--record-limit", a.plan.record_limit, "Largest size of the recording in MiB (32 for a million events)")
        ->capture_default_str()
        ->check(CLI::Range(1, 1 << 20))
        ->type_name("MIB");
    command->add_option("--hang-after", a.plan.hang_after, "End a run in which nothing moves for so long: 500ms, 60s, 5m")
        ->capture_default_str()
        ->type_name("TIME");
    command->add_option("--exit-status", a.plan.exit_status, "zero: a program that ends with another one has failed; any: it may")
        ->capture_default_str()
        ->check(CLI::IsMember({"zero", "any"}))
        ->type_name("WHAT");
    command->add_option("--time-limit", a.plan.time_limit, "End each run after so long")->type_name("TIME");
    command->add_option("--jobs", a.jobs, "Programs run at once; more than one disturb each other's timing")
        ->capture_default_str()
        ->check(positive())
        ->type_name("N");
    add_report_option(*command, a.reports);
    command->add_option("--compiler", a.plan.compiler, "Instead of $CXX and $CC, or g++ and gcc")->type_name("COMPILER");
    command->add_flag("--json", a.plan.json, "One JSON document on stdout and nothing else; the program's output goes to stderr");
    command->add_flag("--verbose", a.plan.verbose, "Tell expected findings in full, and show the program's output of every run");
    command->callback([arguments, command, &invocation] {
        require_known_formats(arguments->reports);
        if (command->count("--seed") == 0) arguments->plan.seed = std::random_device{}();
        duration_of(arguments->plan.hang_after);
        if (!arguments->plan.time_limit.empty()) duration_of(arguments->plan.time_limit);
        std::optional<TemporaryFile> temporary;
        if (arguments->predict && arguments->plan.record.empty()) {
            arguments->temporary = true;
            arguments->plan.record = temporary.emplace().path;
        }
        arguments->plan.extra = invocation.extra;
        invocation.status = RunCommand(*arguments).run();
    });
}

} // namespace heddle::cli
