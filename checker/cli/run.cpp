// heddle run: programs on real threads, watched by the race detector; one process a program, one more for each run.
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <random>

#include <fnmatch.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/duration.hpp"
#include "cli/next_step.hpp"
#include "cli/predict.hpp"
#include "cli/positive.hpp"
#include "cli/result.hpp"
#include "cli/stop.hpp"
#include "cli/targets.hpp"
#include "cli/terminal.hpp"
#include "cli/worker.hpp"
#include "core/error.hpp"
#include "native/imports.hpp"
#include "native/run.hpp"
#include "native/telling.hpp"
#include "program/cache.hpp"
#include "program/compile.hpp"
#include "program/hash.hpp"
#include "report/text.hpp"
#include "trace/json.hpp"

namespace heddle::cli {
namespace {

namespace fs = std::filesystem;

struct RunArguments {
    std::vector<std::string> names;
    std::string pattern, compiler, record, hang_after = "10s", time_limit, exit_status = "zero";
    bool several = false; ///< entries are run: each gets a recording of its own
    bool one_program = false, predict = false, temporary = false, noise = false, json = false, verbose = false, until_found = false;
    std::uint64_t times = 1, seed = 0, record_limit = 1024;
};

/// One kind of thing that went wrong, in how many of the runs.
struct Finding {
    native::Told told;
    std::uint64_t runs = 0, first_seed = 0;
    std::uint64_t last_run = 0; ///< the number of the last one that showed it
};

/// All runs of one entry.
struct RunSummary {
    std::string file, pattern;
    Verdict expected = Verdict::verified;
    std::vector<Finding> findings;
    std::uint64_t runs = 0, clean = 0, seed = 0;
    std::uint64_t suppressed = 0; ///< findings that the program itself does not want to be told
    std::map<std::string, std::uint64_t> endings; ///< other than by itself with status 0
    std::vector<std::string> limits;
    std::string recording;
    double seconds = 0;
    std::uint64_t memory_kib = 0; ///< of the run that needed most
    std::uint64_t left_running = 0; ///< processes that runs left behind
    bool stopped = false; ///< not all runs came to their end: Ctrl-C, or the time limit
};

std::uint64_t seed_of_run(std::uint64_t seed, std::uint64_t run) { return seed + run * 0x9e3779b97f4a7c15; }

std::string ending_of(const native::RunResult& result) {
    if (result.stopped) return "stopped";
    if (result.out_of_time) return "ended after its time limit";
    if (result.stuck != native::Stuck::no) return "";
    if (result.signal) return fmt::format("killed: {}", strsignal(result.signal));
    return result.status ? fmt::format("exit status {}", result.status) : "";
}

class EntryRuns {
public:
    EntryRuns(program::Module& module, const Target& target, const RunArguments& arguments, const ExtraWords& extra,
              int channel, std::function<void(const std::string&)> progress)
        : module_(module), target_(target), arguments_(arguments), extra_(extra), channel_(channel), progress_(std::move(progress)) {}

    RunSummary run(const std::string& name, const native::RunEntry& entry, Verdict expected) {
        summary_ = {};
        summary_.file = target_.name;
        summary_.pattern = name;
        summary_.expected = expected;
        summary_.seed = arguments_.seed;
        for (std::uint64_t i = 0; i < arguments_.times && !stop_flag(); ++i) {
            once(entry, i);
            if (arguments_.until_found && !summary_.findings.empty()) break;
            if (arguments_.times > 1)
                progress_(fmt::format("{}: run {} of {}, {} with findings", name == "main" ? target_.name : name, summary_.runs,
                                      arguments_.times, summary_.runs - summary_.clean));
        }
        if (stop_flag() && summary_.runs < arguments_.times) summary_.stopped = true;
        return summary_;
    }

private:
    /// As the user said; of several entries FILE.EXTENSION becomes FILE.SOURCE.PATTERN.EXTENSION.
    std::string recording_path() const {
        if (!arguments_.several) return arguments_.record;
        const fs::path given = arguments_.record;
        const std::string name = fmt::format("{}.{}.{}{}", given.stem().string(), fs::path(target_.name).stem().string(), summary_.pattern,
                                             given.extension().string());
        return (given.parent_path() / name).string();
    }

    void once(const native::RunEntry& entry, std::uint64_t i) {
        native::RunOptions options;
        options.noise = arguments_.noise;
        options.seed = seed_of_run(arguments_.seed, i);
        options.hang_after = duration_of(arguments_.hang_after);
        if (!arguments_.time_limit.empty()) options.time_limit = duration_of(arguments_.time_limit);
        if (arguments_.times > 1) options.lingers = std::chrono::milliseconds(100);
        options.stop = &stop_flag();
        options.not_the_programs = channel_;
        if (arguments_.times > 1 && !arguments_.verbose) options.output = native::ProgramOutput::dropped;
        else if (arguments_.json) options.output = native::ProgramOutput::to_stderr;
        std::optional<trace::RecordingFile> file;
        // The recording of the first run that shows something stays; else the last one's.
        if (!arguments_.record.empty() && summary_.findings.empty()) {
            summary_.recording = recording_path();
            file.emplace(trace::RecordingFile::create(summary_.recording, arguments_.record_limit << 20, about(options.seed)));
            file->set_base(module_.begin());
            options.recording = &*file;
        }
        const native::RunResult result = native::run_once(module_, entry, options);
        if (file) {
            if (const std::uint64_t lost = file->header()->lost)
                summary_.limits.push_back(fmt::format("the recording is full: {} events are missing (see --record-limit)", lost));
            file->finish(result.exited);
        }
        ++summary_.runs;
        if (result.stopped || result.out_of_time) summary_.stopped = true;
        summary_.seconds += result.seconds;
        summary_.left_running += result.left_running;
        summary_.memory_kib = std::max(summary_.memory_kib, result.memory_kib);
        if (const std::string ending = ending_of(result); !ending.empty()) ++summary_.endings[ending];
        std::vector<native::Told> told = native::tell(result, module_);
        summary_.suppressed += std::erase_if(told, [](const native::Told& one) { return one.suppressed; });
        if (told.empty() && says_failed(result)) told.push_back(failed(result.status));
        if (told.empty() && !result.stopped && !result.out_of_time) ++summary_.clean;
        for (native::Told& one : told) take(std::move(one), options.seed);
        for (const std::string& limit : native::limits_of(result))
            if (std::ranges::find(summary_.limits, limit) == summary_.limits.end()) summary_.limits.push_back(limit);
    }

    /// The program's own word that something is wrong; not when heddle's runtime has ended it, for lack of something.
    bool says_failed(const native::RunResult& result) const {
        return arguments_.exit_status == "zero" && result.exited && result.status != 0 && native::limits_of(result).empty();
    }

    static native::Told failed(int status) {
        native::Told told;
        told.violation.kind = Verdict::assertion;
        told.violation.message = fmt::format("the program ended with exit status {}: it says that it failed (see --exit-status)", status);
        told.key = told.violation.message;
        return told;
    }

    void take(native::Told told, std::uint64_t seed) {
        for (Finding& known : summary_.findings)
            if (known.told.key == told.key) {
                if (known.last_run != summary_.runs) ++known.runs;
                known.last_run = summary_.runs;
                return;
            }
        summary_.findings.push_back({std::move(told), 1, seed, summary_.runs});
    }

    trace::Recording about(std::uint64_t seed) const {
        trace::Recording about;
        const trace::Build build = build_of(target_, arguments_.compiler, extra_);
        about.library = module_.path();
        about.program = program::hash_of(program::read_file(module_.path())).hex();
        about.file = target_.name;
        about.pattern = summary_.pattern;
        about.sources = build.sources;
        about.options = build.options;
        about.arguments = build.arguments;
        about.compiler = build.compiler;
        about.seed = seed;
        return about;
    }

    program::Module& module_;
    const Target& target_;
    const RunArguments& arguments_;
    const ExtraWords& extra_;
    int channel_; ///< to the process that tells; not the program's
    std::function<void(const std::string&)> progress_;
    RunSummary summary_;
};

// --- what is shown ---

ExitStatus status_of(const RunSummary& summary) {
    ExitStatus status = ExitStatus::verified;
    bool met = summary.expected == Verdict::verified;
    for (const Finding& finding : summary.findings) {
        const Verdict kind = finding.told.violation.kind;
        if (kind == summary.expected) met = true;
        else status = graver(status, exit_status_of(kind));
    }
    if (summary.expected != Verdict::verified && met) return ExitStatus::verified; // a broken twin, caught
    if (!met || summary.stopped || !summary.limits.empty()) status = graver(status, ExitStatus::inconclusive);
    return status;
}

std::string verdict_of(const RunSummary& summary) {
    for (const Finding& finding : summary.findings)
        if (finding.told.violation.kind == summary.expected) return std::string(name_of(summary.expected));
    if (!summary.findings.empty()) return std::string(name_of(summary.findings[0].told.violation.kind));
    // What did not come to its end, or was not seen whole, says nothing about what it would have shown.
    return summary.stopped || !summary.limits.empty() ? std::string(name_of(Verdict::inconclusive)) : "nothing-found";
}

trace::Trace trace_of(const RunSummary& summary, const Finding& finding) {
    trace::Trace trace;
    trace.file = summary.file;
    trace.pattern = summary.pattern;
    trace.on_real_threads = true;
    trace.violation = finding.told.violation;
    trace.threads = finding.told.threads;
    return trace;
}

Json json_of(const RunSummary& summary) {
    Json findings = Json::array(), endings = Json::object();
    for (const Finding& finding : summary.findings) {
        const trace::Violation& violation = finding.told.violation;
        Json one = {{"verdict", std::string(name_of(violation.kind))}, {"runs", finding.runs}, {"seed", finding.first_seed}};
        Json told = violation_json(violation);
        for (std::size_t i = 0; i < violation.parts.size(); ++i) {
            const auto frames = [](const std::vector<SourceSite>& sites) {
                Json all = Json::array();
                for (const SourceSite& site : sites) all.push_back({{"file", site.file}, {"line", site.line}, {"function", site.function}});
                return all;
            };
            told["threads"][i]["inside"] = frames(violation.parts[i].inside);
            told["threads"][i]["stack"] = frames(violation.parts[i].stack);
        }
        one.update(told);
        findings.push_back(one);
    }
    for (const auto& [ending, runs] : summary.endings) endings[ending] = runs;
    return {{"file", summary.file},       {"pattern", summary.pattern},
            {"verdict", verdict_of(summary)}, {"expected", std::string(name_of(summary.expected))},
            {"runs", summary.runs},       {"clean", summary.clean},
            {"seed", summary.seed},       {"seconds", summary.seconds},
            {"memory_kib", summary.memory_kib},
            {"findings", findings},       {"endings", endings},
            {"suppressed", summary.suppressed}, {"left_running", summary.left_running},
            {"limits", summary.limits},   {"recording", summary.recording.empty() ? Json(nullptr) : Json(summary.recording)}};
}

std::string text_of(const RunSummary& summary, const RunArguments& arguments, const report::TextStyle& style) {
    std::string text;
    for (const Finding& finding : summary.findings) {
        if (finding.told.violation.kind == summary.expected && !arguments.verbose) continue;
        text += report::text(trace_of(summary, finding), style) + "\n";
    }
    const std::string name = summary.pattern == "main" ? summary.file : fmt::format("{}: {}", summary.file, summary.pattern);
    const ExitStatus status = status_of(summary);
    const int colour = status == ExitStatus::verified ? 32 : status == ExitStatus::inconclusive ? 33 : 31;
    std::string verdict = verdict_of(summary) == "nothing-found" ? "nothing found" : verdict_of(summary);
    text += style.colour ? fmt::format("\033[{};1m{}\033[0m", colour, verdict) : verdict;
    text += fmt::format("  {}  {} run{}", name, summary.runs, summary.runs == 1 ? "" : "s");
    if (summary.runs > 1) text += fmt::format(", {} of them clean", summary.clean);
    text += fmt::format(", {:.3f} s", summary.seconds);
    if (arguments.noise) text += fmt::format(", seed {}", summary.seed);
    if (summary.expected != Verdict::verified)
        text += verdict_of(summary) == name_of(summary.expected) ? "  (as expected)" : fmt::format("  (expected: {})", name_of(summary.expected));
    text += "\n";
    if (summary.runs > 1)
        for (const Finding& finding : summary.findings)
            text += fmt::format("  in {} run{}: {} (first with --seed {} --times 1)\n", finding.runs, finding.runs == 1 ? "" : "s",
                                finding.told.violation.message, finding.first_seed);
    for (const auto& [ending, runs] : summary.endings)
        text += summary.runs == 1 ? fmt::format("  the program ended: {}\n", ending) : fmt::format("  in {} run{} the program ended: {}\n", runs, runs == 1 ? "" : "s", ending);
    if (summary.left_running)
        text += fmt::format("  {} process{} that the program left running {} ended with it\n", summary.left_running,
                            summary.left_running == 1 ? "" : "es", summary.left_running == 1 ? "was" : "were");
    if (summary.suppressed)
        text += fmt::format("  {} finding{} suppressed by the program\n", summary.suppressed, summary.suppressed == 1 ? "" : "s");
    for (const std::string& limit : summary.limits) text += fmt::format("  limit: {}\n", limit);
    if (!summary.recording.empty() && !arguments.temporary) text += fmt::format("  recording: {}\n", summary.recording);
    return text;
}

// --- a program's process, and the one that waits for it ---

class Lines {
public:
    explicit Lines(int descriptor) : file_(fdopen(descriptor, "w")) {}
    int descriptor() const { return fileno(file_); }
    void send(const Json& message) const {
        const std::string line = message.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
        std::fwrite(line.data(), 1, line.size(), file_);
        std::fflush(file_);
    }

private:
    std::FILE* file_;
};

std::vector<std::string> argv_of(const Target& target, const ExtraWords& extra) {
    std::vector<std::string> argv{target.sources.front().string()};
    argv.insert(argv.end(), extra.arguments.begin(), extra.arguments.end());
    return argv;
}

/// In a process of its own.
void run_program(const Target& target, RunArguments arguments, const ExtraWords& extra, const report::TextStyle& style,
                 const Lines& out) {
    native::use_native_imports();
    const program::BuildResult built = program::build({target.sources, arguments.compiler, extra.options});
    program::Module module(built.library);
    const auto tasks = fs::directory_iterator("/proc/self/task");
    if (std::distance(fs::begin(tasks), fs::end(tasks)) > 1)
        throw UserError(fmt::format("a library that {} uses starts threads as soon as it is loaded; `heddle run` cannot watch those", target.name));
    native::prepare_runs(module);
    EntryRuns runs(module, target, arguments, extra, out.descriptor(), [&](const std::string& text) { out.send({{"progress", text}}); });
    const auto publish = [&](const RunSummary& summary) {
        Json races = Json::array();
        for (const Finding& finding : summary.findings)
            if (finding.told.race.first) races.push_back(finding.told.race);
        out.send({{"json", json_of(summary)},
                  {"text", text_of(summary, arguments, style)},
                  {"status", static_cast<int>(status_of(summary))},
                  {"races", races}});
    };
    const auto wanted = [&](const program::Pattern& pattern) {
        return arguments.pattern.empty() || fnmatch(arguments.pattern.c_str(), pattern.name.c_str(), 0) == 0;
    };
    if (std::ranges::count_if(module.patterns(), wanted) > 1) arguments.several = true;
    if (module.patterns().empty()) {
        if (!module.has_main()) throw UserError(fmt::format("{} has neither a main nor patterns", target.name));
        publish(runs.run("main", {argv_of(target, extra), nullptr}, Verdict::verified));
        return;
    }
    for (const program::Pattern& pattern : module.patterns()) {
        if (!wanted(pattern)) continue;
        publish(runs.run(pattern.name, {{}, pattern.body}, expected_verdict(pattern.expected, Model::rc11, pattern.name)));
    }
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
    explicit RunCommand(RunArguments arguments) : arguments_(std::move(arguments)) {}

    ExitStatus run(const ExtraWords& extra) {
        extra_ = &extra;
        const Targets targets = find_targets(arguments_.names, arguments_.one_program);
        for (const BadName& problem : targets.problems) did_not_run(problem.name, Verdict::build_error, problem.sentence);
        stop_on_signals();
        arguments_.several = targets.programs.size() > 1;
        for (const Target& target : targets.programs)
            if (!stop_flag()) one(target, extra);
        progress_.clear();
        if (!targets.programs.empty() && results_.empty() && status_ == ExitStatus::verified)
            did_not_run(arguments_.names.front(), Verdict::build_error, fmt::format("no pattern matches \"{}\"", arguments_.pattern));
        if (arguments_.json) fmt::print("{}\n", Json({{"schema", "heddle.run/1"}, {"results", results_}}).dump());
        return status_;
    }

private:
    void complain(const std::string& sentence, ExitStatus status) {
        progress_.clear();
        fmt::print(stderr, "heddle: {}\n", sentence);
        status_ = graver(status_, status);
    }

    /// An input of which there are no runs has an entry all the same.
    void did_not_run(const std::string& name, Verdict verdict, const std::string& reason) {
        complain(verdict == Verdict::failed ? "a bug of heddle itself: " + reason : reason, exit_status_of(verdict));
        RunSummary summary;
        summary.file = name;
        summary.pattern = "main";
        if (verdict == Verdict::build_error && !arguments_.json) fmt::print("  next: {}\n", next_step_after(name, reason));
        Json entry = json_of(summary);
        entry["verdict"] = std::string(name_of(verdict));
        entry["reason"] = reason;
        results_.push_back(entry);
    }

    std::string next_step_after(const std::string& name, const std::string& reason) const {
        Result result;
        result.file = name;
        result.pattern = "main";
        result.reason = reason;
        CheckPlan plan;
        plan.compiler = arguments_.compiler;
        if (extra_) plan.extra = *extra_;
        return next_after_build_error(result, plan, "heddle run");
    }

    void one(const Target& target, const ExtraWords& extra) {
        int ends[2];
        if (pipe(ends) != 0) throw UserError("cannot make a pipe");
        const report::TextStyle style = arguments_.json ? report::TextStyle{} : style_of(stdout);
        std::fflush(nullptr);
        const pid_t process = fork();
        if (process == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            close(ends[0]);
            const int high = fcntl(ends[1], F_DUPFD_CLOEXEC, 950); // out of the program's way
            const Lines out(high >= 0 ? high : ends[1]);
            if (high >= 0) close(ends[1]);
            try {
                run_program(target, arguments_, extra, style, out);
            } catch (const program::BuildError& refused) {
                out.send({{"diagnostics", refused.diagnostics}, {"problem", refused.what()}});
            } catch (const UserError& problem) {
                out.send({{"problem", problem.what()}});
            } catch (const std::exception& bug) {
                out.send({{"bug", bug.what()}});
            }
            std::fflush(nullptr);
            _exit(0);
        }
        close(ends[1]);
        if (process < 0) throw UserError("cannot start a process");
        std::FILE* lines = fdopen(ends[0], "r");
        char* line = nullptr;
        std::size_t room = 0;
        for (;;) {
            const ssize_t size = getline(&line, &room, lines);
            if (size < 0 && errno == EINTR && std::ferror(lines)) {
                std::clearerr(lines);
                pass_on_stop(process);
                continue;
            }
            if (size < 0) break;
            take(target, Json::parse(std::string(line, static_cast<std::size_t>(size))));
        }
        std::free(line);
        std::fclose(lines);
        int status = 0;
        while (waitpid(process, &status, 0) < 0 && errno == EINTR) {}
        if (status != 0) did_not_run(target.name, Verdict::failed, fmt::format("the run of {} ended with {}", target.name, death_of(status)));
    }

    void take(const Target& target, const Json& message) {
        if (message.contains("progress")) return progress_.show(message["progress"]);
        if (message.contains("diagnostics")) progress_.clear(), fmt::print(stderr, "{}", message["diagnostics"].get<std::string>());
        if (message.contains("problem")) return did_not_run(target.name, Verdict::build_error, message["problem"]);
        if (message.contains("bug")) return did_not_run(target.name, Verdict::failed, message["bug"]);
        progress_.clear();
        if (!arguments_.json) fmt::print("{}", message["text"].get<std::string>());
        std::fflush(stdout);
        Json result = message["json"];
        auto status = static_cast<ExitStatus>(message["status"].get<int>());
        if (arguments_.predict && result["recording"].is_string()) status = predict_from(result, message["races"], status);
        status_ = graver(status_, status);
        results_.push_back(result);
    }

    /// What the recorded run almost did. @return the status of both together
    ExitStatus predict_from(Json& result, const Json& races, ExitStatus status) {
        PredictionPlan plan;
        plan.recording = result["recording"].get<std::string>();
        plan.style = arguments_.json ? report::TextStyle{} : style_of(stdout);
        plan.known = races.get<std::vector<std::pair<std::uint64_t, std::uint64_t>>>();
        const PredictionResult predicted = predict(plan);
        if (arguments_.temporary) { // it was only for this
            fs::remove(plan.recording);
            result["recording"] = nullptr;
        }
        result["predicted"] = json_of(predicted);
        const std::string expected = result["expected"];
        const bool met = std::ranges::any_of(predicted.findings, [&](const PredictedFinding& f) { return f.confirmed && f.kind == expected; });
        if (!arguments_.json) {
            if (met && !arguments_.verbose) fmt::print("  predicted and confirmed: {} (as expected)\n", expected);
            else fmt::print("{}", text_of(predicted));
        }
        if (expected != name_of(Verdict::verified)) return met ? ExitStatus::verified : status;
        return graver(status, status_of(predicted));
    }

    RunArguments arguments_;
    const ExtraWords* extra_ = nullptr;
    ProgressLine progress_;
    Json results_ = Json::array();
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
    command->add_option("--pattern", a.pattern, "Only the patterns whose name matches")->type_name("GLOB");
    command->add_option("--times", a.times, "Run so often; the program's output is dropped when it is more than once")
        ->capture_default_str()
        ->check(positive())
        ->type_name("N");
    command->add_flag("--until-found", a.until_found, "With --times: stop at the first run that shows something");
    command->add_flag("--noise", a.noise, "Perturb the order of the threads");
    command->add_option("--seed", a.seed, "Of the noise and of choices; a new one each time when not given")->type_name("N");
    command->add_option("--record", a.record, "Write what the threads do into a file, for `heddle report` and `heddle predict`")
        ->type_name("FILE");
    command->add_flag("--predict", a.predict, "Search the recorded run for what almost happened, and execute that");
    command->add_option("--record-limit", a.record_limit, "Largest size of the recording in MiB (32 for a million events)")
        ->capture_default_str()
        ->check(CLI::Range(1, 1 << 20))
        ->type_name("MIB");
    command->add_option("--hang-after", a.hang_after, "End a run in which nothing moves for so long: 500ms, 60s, 5m")
        ->capture_default_str()
        ->type_name("TIME");
    command->add_option("--exit-status", a.exit_status, "zero: a program that ends with another one has failed; any: it may")
        ->capture_default_str()
        ->check(CLI::IsMember({"zero", "any"}))
        ->type_name("WHAT");
    command->add_option("--time-limit", a.time_limit, "End each run after so long")->type_name("TIME");
    command->add_option("--compiler", a.compiler, "Instead of $CXX and $CC, or g++ and gcc")->type_name("COMPILER");
    command->add_flag("--json", a.json, "One JSON document on stdout and nothing else; the program's output goes to stderr");
    command->add_flag("--verbose", a.verbose, "Tell expected findings in full, and show the program's output of every run");
    command->callback([arguments, command, &invocation] {
        if (command->count("--seed") == 0) arguments->seed = std::random_device{}();
        duration_of(arguments->hang_after);
        if (!arguments->time_limit.empty()) duration_of(arguments->time_limit);
        std::optional<TemporaryFile> temporary;
        if (arguments->predict && arguments->record.empty()) {
            arguments->temporary = true;
            arguments->record = temporary.emplace().path;
        }
        invocation.status = RunCommand(*arguments).run(invocation.extra);
    });
}

} // namespace heddle::cli
