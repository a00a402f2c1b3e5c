#include "cli/check_worker.hpp"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <new>
#include <optional>

#include <fmt/format.h>
#include <fnmatch.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/expected_verdict.hpp"
#include "cli/stop.hpp"
#include "core/error.hpp"
#include "core/pulse.hpp"
#include "process/death.hpp"
#include "process/pool.hpp"
#include "program/compile.hpp"
#include "program/module.hpp"
#include "search/check.hpp"

namespace heddle::cli {
namespace {

namespace fs = std::filesystem;
using trace::Exploration;
using trace::Result;

constexpr std::chrono::milliseconds between_progress{100};

/// How long a program may be silent where no time limit is given; docs/LIMITS.md tells.
namespace limits_of_silence {
constexpr std::chrono::milliseconds asleep{10'000}; ///< without processor time: nobody can wake it
constexpr std::chrono::milliseconds busy{60'000};   ///< in code without hooks
} // namespace limits_of_silence

/// One check: an entry under a model.
struct Task {
    execution::Entry entry;
    Result result; ///< what is known before the check: file, pattern, model, expected verdict
};

std::vector<Task> tasks_of(const program::Module& module, const Target& target, const CheckPlan& plan) {
    if (module.patterns().empty() && !module.has_main())
        throw UserError(
            fmt::format("{} has neither a main nor a HEDDLE_PATTERN: there is nothing to check", target.name));
    std::vector<Task> tasks;
    const auto add = [&](const execution::Entry& entry, const std::string& expected) {
        if (!plan.pattern.empty() && ::fnmatch(plan.pattern.c_str(), entry.name.c_str(), 0) != 0) return;
        for (const Model model : plan.models) {
            Result result;
            result.file = target.name;
            result.pattern = entry.name;
            result.of = Exploration{model, {}};
            result.expected = expected_verdict(expected, model, entry.name);
            tasks.push_back({entry, std::move(result)});
        }
    };
    for (const program::Pattern& pattern : module.patterns()) add({pattern.name, {}}, pattern.expected);
    if (module.patterns().empty()) add({"main", plan.extra.arguments}, "verified");
    return tasks;
}

/// Executions, how many a second, how long it has taken and may take.
std::function<void(const search::Progress&)> progress_to(const MessageWriter& out, const std::string& what, std::chrono::milliseconds limit) {
    return [&out, what, limit, last = std::chrono::steady_clock::now()](const search::Progress& progress) mutable {
        const auto now = std::chrono::steady_clock::now();
        if (now - last < between_progress) return;
        last = now;
        const double rate = progress.seconds > 0 ? double(progress.complete + progress.blocked) / progress.seconds : 0;
        const std::string most = limit.count() ? fmt::format(" of {:g} s", double(limit.count()) / 1000) : "";
        out.progress(fmt::format("{}  {} executions, {} blocked, {:.0f}/s, {:.1f} s{}", what, progress.complete, progress.blocked, rate, progress.seconds, most));
    };
}

trace::Statistics& statistics_of(Result& result) { return std::get<Exploration>(result.of).statistics; }

Result check_entry(program::Module& module, const Task& task, const Target& target, const CheckPlan& plan, const MessageWriter& out) {
    Result result = task.result;
    Options options = plan.options;
    options.model = *result.model();
    const std::string what = fmt::format("{}: {} ({})", result.file, result.pattern, name_of(options.model));
    search::Listener listener;
    if (plan.progress) listener.progress = progress_to(out, what, plan.options.time_limit);
    listener.found = [&](Verdict verdict, const std::string& message) { out.found(verdict, message); };
    search::CheckResult checked = search::check(module, task.entry, options, stop_flag(), listener);
    result.verdict = checked.verdict;
    result.reason = checked.reason;
    statistics_of(result) = checked.statistics;
    if (!checked.trace) return result;
    trace::Finding& finding = result.findings.emplace_back();
    finding.trace = std::move(*checked.trace);
    finding.trace.build = build_of(target, plan.compiler, plan.extra);
    finding.trace.file = target.name;
    finding.trace.pattern = result.pattern;
    return result;
}

/// The clock of the parent: whatever the program does, it does not take longer.
process::Limits limits_of(const Options& options) {
    process::Limits limits;
    limits.time = options.time_limit;
    limits.telling = std::chrono::seconds(10);
    limits.asleep = limits_of_silence::asleep;
    limits.silent = limits_of_silence::busy;
    return limits;
}

/// What is said of a check that gave no answer by itself.
void explain_end(Result& result, const process::Ended& ended) {
    trace::Statistics& statistics = statistics_of(result);
    statistics.complete = ended.complete;
    statistics.blocked = ended.blocked;
    statistics.seconds = ended.seconds;
    const std::string covered = fmt::format(" after {} complete executions", ended.complete);
    const auto seconds = [](std::chrono::milliseconds time) { return fmt::format("{:g} s", double(time.count()) / 1000); };
    switch (ended.why) {
    case process::Why::stopped: return give_up(result, Verdict::inconclusive, "stopped" + covered);
    case process::Why::time_limit:
        return give_up(result, Verdict::inconclusive,
                       "the time limit was reached" + covered + ", in the middle of one that did not come to its end");
    case process::Why::asleep:
        return give_up(result, Verdict::inconclusive,
                       fmt::format("the program has waited for {} in a call into the operating system, which no other "
                                   "thread can end while it is explored;{} it was ended",
                                   seconds(limits_of_silence::asleep), covered));
    case process::Why::silent:
        return give_up(result, Verdict::inconclusive,
                       fmt::format("the program has run for {} without reaching an operation that heddle knows;{} it was ended",
                                   seconds(limits_of_silence::busy), covered));
    case process::Why::by_itself: break;
    }
    if (WIFSIGNALED(ended.status) && WTERMSIG(ended.status) == SIGKILL)
        return give_up(result, Verdict::inconclusive,
                       fmt::format("the process of the check was killed{}, for want of memory perhaps", covered));
    give_up(result, Verdict::failed, fmt::format("the check ended with {}", process::death_of(ended.status)));
}

/// The check itself, in a process of its own.
void work(program::Module& module, const Task& task, const Target& target, const CheckPlan& plan, const MessageWriter& out) {
    Result answer = task.result;
    try {
        answer = check_entry(module, task, target, plan, out);
    } catch (const UserError& problem) {
        give_up(answer, Verdict::build_error, problem.what());
    } catch (const std::bad_alloc&) {
        give_up(answer, Verdict::inconclusive, fmt::format("there was not enough memory for more than {} complete executions",
                                                           pulse->complete.load()));
        statistics_of(answer).complete = pulse->complete;
        statistics_of(answer).blocked = pulse->blocked;
    } catch (const std::exception& bug) {
        give_up(answer, Verdict::failed, bug.what());
    }
    out.result(answer);
}

/// Its death is an answer too, and so is that it does not end.
void check_apart(program::Module& module, const Task& task, const Target& target, const CheckPlan& plan,
                 const MessageWriter& out) {
    Result result = task.result;
    if (stop_flag()) {
        give_up(result, Verdict::inconclusive, "stopped before it was checked");
        return out.result(result);
    }
    bool answered = false;
    std::optional<Result> found;
    const auto heard = [&](std::string_view bytes) {
        const Message message(bytes);
        if (message.kind == "found") {
            const auto [verdict, sentence] = message.found();
            give_up(found.emplace(task.result), verdict, sentence);
            return;
        }
        answered |= message.kind == "result";
        out.pass_on(bytes);
    };
    const process::Ended ended = process::attend(
        process::Child([&](process::Sender sender) { work(module, task, target, plan, MessageWriter(sender)); }),
        limits_of(plan.options), stop_flag(), heard);
    if (answered) return;
    explain_end(result, ended);
    // What was found is worth more than that its story was not finished.
    if (found) {
        statistics_of(*found) = statistics_of(result);
        found->reason += fmt::format(" (it was not told how: {})", result.reason);
        result = std::move(*found);
    }
    out.result(result);
}

} // namespace

void give_up(Result& result, Verdict verdict, const std::string& reason) {
    result.verdict = verdict;
    result.reason = reason;
}

std::vector<Result> unchecked(const std::string& file, const CheckPlan& plan, Verdict verdict, const std::string& reason) {
    std::vector<Result> results;
    for (const Model model : plan.models) {
        Result& result = results.emplace_back();
        result.file = file;
        result.of = Exploration{model, {}};
        give_up(result, verdict, reason);
    }
    return results;
}

trace::Build build_of(const Target& target, const std::string& compiler, const ExtraWords& extra) {
    trace::Build build;
    bool all_c = true;
    for (const fs::path& source : target.sources) {
        build.sources.push_back(fs::absolute(source).lexically_normal().string());
        all_c = all_c && source.extension() == ".c";
    }
    // A replay started without this environment must get the same program.
    const char* from_environment = std::getenv(all_c ? "CC" : "CXX");
    build.compiler = compiler.empty() && from_environment ? from_environment : compiler;
    build.options = extra.options;
    build.arguments = extra.arguments;
    return build;
}

void check_program(const Target& target, const CheckPlan& plan, const MessageWriter& out) {
    try {
        out.phase("building");
        const program::BuildResult built = program::build({target.sources, plan.compiler, plan.extra.options, plan.options.plain});
        out.phase("loading");
        program::Module module(built.library);
        const std::vector<Task> tasks = tasks_of(module, target, plan);
        for (const Task& task : tasks) out.task(task.result);
        out.phase("checking");
        for (const Task& task : tasks) check_apart(module, task, target, plan, out);
        ::_exit(0); // the program's static destructors are no part of the check
    } catch (const program::BuildError& refused) {
        for (Result& result : unchecked(target.name, plan, Verdict::build_error, refused.what())) {
            result.diagnostics = refused.diagnostics;
            out.result(result);
        }
    } catch (const UserError& problem) {
        for (const Result& result : unchecked(target.name, plan, Verdict::build_error, problem.what()))
            out.result(result);
    }
}

} // namespace heddle::cli
