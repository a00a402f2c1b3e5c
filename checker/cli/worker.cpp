#include "cli/worker.hpp"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>

#include <fmt/format.h>
#include <fnmatch.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "cli/stop.hpp"
#include "core/error.hpp"
#include "program/compile.hpp"
#include "program/module.hpp"
#include "trace/json.hpp"

namespace heddle::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds between_progress{100};

/// One check: an entry under a model.
struct Task {
    explore::Entry entry;
    Result result; ///< what is known before the check: file, pattern, model, expected verdict
};

std::vector<Task> tasks_of(const program::Module& module, const Target& target, const CheckPlan& plan) {
    if (module.patterns().empty() && !module.has_main())
        throw UserError(
            fmt::format("{} has neither a main nor a HEDDLE_PATTERN: there is nothing to check", target.name));
    std::vector<Task> tasks;
    const auto add = [&](const explore::Entry& entry, const std::string& expected) {
        if (!plan.pattern.empty() && ::fnmatch(plan.pattern.c_str(), entry.name.c_str(), 0) != 0) return;
        for (const Model model : plan.models) {
            Result result;
            result.file = target.name;
            result.pattern = entry.name;
            result.model = model;
            result.expected = expected_verdict(expected, model, entry.name);
            tasks.push_back({entry, std::move(result)});
        }
    };
    for (const program::Pattern& pattern : module.patterns()) add({pattern.name, {}}, pattern.expected);
    if (module.patterns().empty()) add({"main", plan.extra.arguments}, "verified");
    return tasks;
}

std::function<void(const explore::Progress&)> progress_to(const MessageWriter& out, const std::string& what) {
    return [&out, what, last = std::chrono::steady_clock::now()](const explore::Progress& progress) mutable {
        const auto now = std::chrono::steady_clock::now();
        if (now - last < between_progress) return;
        last = now;
        out.progress(what, progress);
    };
}

void add_trace(Result& result, trace::Trace& trace, const Target& target, const CheckPlan& plan,
               const std::string& stem) {
    trace.build = build_of(target, plan.compiler, plan.extra);
    trace.file = target.name;
    trace.pattern = result.pattern;
    result.violation = violation_json(trace.violation);
    result.report = report::text(trace, plan.style);
    const fs::path path = plan.trace_folder / fmt::format("{}.{}.{}.json", stem, result.pattern, name_of(result.model));
    try {
        trace::write(trace, path);
        result.trace = path.string();
    } catch (const UserError& problem) { // the verdict is worth more than its trace
        result.report += fmt::format("\nThe trace was not saved: {}\n", problem.what());
    }
}

Result check_entry(program::Module& module, const Task& task, const Target& target, const CheckPlan& plan,
                   const std::string& stem, const MessageWriter& out) {
    Result result = task.result;
    Options options = plan.options;
    options.model = result.model;
    const std::string what = fmt::format("{}: {} ({})", result.file, result.pattern, name_of(result.model));
    std::function<void(const explore::Progress&)> progress;
    if (plan.progress) progress = progress_to(out, what);
    explore::CheckResult checked = explore::check(module, task.entry, options, stop_flag(), progress);
    result.verdict = checked.verdict;
    result.reason = checked.reason;
    result.statistics = checked.statistics;
    if (checked.trace) add_trace(result, *checked.trace, target, plan, stem);
    else if (result.verdict != Verdict::verified) result.violation = message_json(result.reason);
    return result;
}

int wait_or_pass_on_stop(pid_t process) {
    int status = 0;
    bool passed = false;
    for (;;) {
        if (stop_flag() && !passed) {
            pass_on_stop(process);
            passed = true;
        }
        if (::waitpid(process, &status, 0) >= 0 || errno != EINTR) return status;
    }
}

/// The check in a process of its own; its death is an answer too.
void check_apart(program::Module& module, const Task& task, const Target& target, const CheckPlan& plan,
                 const std::string& stem, const MessageWriter& out) {
    Result failed = task.result;
    if (stop_flag()) {
        failed.verdict = Verdict::inconclusive;
        failed.reason = "stopped before it was checked";
        failed.violation = message_json(failed.reason);
        out.send(to_message(failed));
        return;
    }
    const pid_t process = ::fork();
    if (process == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        try {
            out.send(to_message(check_entry(module, task, target, plan, stem, out)));
        } catch (const UserError& problem) {
            out.user_error(problem.what());
        } catch (const std::exception& bug) {
            failed.error = bug.what();
            out.send(to_message(failed));
        }
        ::_exit(0);
    }
    if (process < 0) failed.error = fmt::format("cannot start a process: {}", std::strerror(errno));
    const int status = process < 0 ? 0 : wait_or_pass_on_stop(process);
    if (status != 0) failed.error = fmt::format("the check ended with {}", death_of(status));
    if (failed.error.empty()) return;
    failed.verdict = Verdict::inconclusive;
    out.send(to_message(failed));
}

} // namespace

std::string death_of(int status) {
    if (WIFSIGNALED(status)) return ::strsignal(WTERMSIG(status));
    return fmt::format("exit status {}", WEXITSTATUS(status));
}

std::vector<Result> unchecked(const Target& target, const CheckPlan& plan, Verdict verdict, const std::string& reason) {
    std::vector<Result> results;
    for (const Model model : plan.models) {
        Result& result = results.emplace_back();
        result.file = target.name;
        result.pattern = "main";
        result.model = model;
        result.verdict = verdict;
        result.reason = reason;
        result.violation = message_json(reason);
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

void check_program(const Target& target, const CheckPlan& plan, const std::string& trace_stem, MessageWriter out) {
    try {
        out.phase("building");
        const program::BuildResult built = program::build({target.sources, plan.compiler, plan.extra.options});
        out.phase("loading");
        program::Module module(built.library);
        out.phase("checking");
        for (const Task& task : tasks_of(module, target, plan))
            check_apart(module, task, target, plan, trace_stem, out);
        ::_exit(0); // the program's static destructors are no part of the check
    } catch (const program::BuildError& refused) {
        // Ctrl-C ends the compiler too; that is not the program's fault.
        const bool stopped = stop_flag();
        const std::string reason = stopped ? "stopped before it was built" : refused.what();
        for (Result& result : unchecked(target, plan, stopped ? Verdict::inconclusive : Verdict::build_error, reason)) {
            if (!stopped) result.report = refused.diagnostics;
            out.send(to_message(result));
        }
    } catch (const UserError& problem) {
        out.user_error(problem.what());
    }
}

} // namespace heddle::cli
