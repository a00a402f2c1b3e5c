#include "cli/next_step.hpp"

#include <fmt/format.h>

#include "core/printable.hpp"

namespace heddle::cli {
namespace {

/// `heddle COMMAND OPTIONS FILE -- …`, as this check was called.
std::string command(const std::string& start, const trace::Result& result, const CheckPlan& plan, const std::string& more = {}) {
    std::string text = start;
    if (result.pattern != "main") text += " --pattern " + quoted_for_shell(result.pattern);
    if (!plan.compiler.empty()) text += " --compiler " + quoted_for_shell(plan.compiler);
    text += " " + quoted_for_shell(result.file) + more;
    if (!plan.extra.options.empty() || !plan.extra.arguments.empty()) text += " --";
    for (const std::string& option : plan.extra.options) text += " " + quoted_for_shell(option);
    for (const std::string& argument : plan.extra.arguments) text += " " + quoted_for_shell(argument);
    return printable_line(text);
}

std::string on_real_threads(const trace::Result& result, const CheckPlan& plan) {
    return command("heddle run --noise --times 100", result, plan) + "  (on real threads, watched by a race detector)";
}

std::string after_build_error(const trace::Result& result, const CheckPlan& plan, const std::string& asked) {
    const auto says = [&](const char* words) { return result.reason.find(words) != std::string::npos; };
    if (says("does not compile"))
        return command(asked, result, plan) + (plan.extra.options.empty() ? " -- -I FOLDER -std=c++23" : "") +
               "  (after `--` stand options for the compiler)";
    if (says("does not link") || says("is defined nowhere"))
        return command(asked + " --one-program", result, plan, " OTHER.cpp") + "  (or `-- -lNAME` for a library)";
    if (says("neither a main nor")) return "heddle new my_pattern  (a first pattern to change)";
    return "heddle list .  (what can be checked in this folder)";
}

CheckPlan without_compiler(CheckPlan plan) {
    plan.compiler.clear();
    return plan;
}

std::string after_inconclusive(const trace::Result& result, const CheckPlan& plan) {
    const auto starts = [&](const char* words) { return result.reason.starts_with(words); };
    if (starts("a loop went round"))
        return command(fmt::format("heddle check --unroll {}", std::uint64_t{plan.options.unroll} * 10), result, plan) +
               "  (or fewer threads and rounds)";
    if (starts("the time limit") || starts("a static constructor of the program has not") || starts("the compiler has not"))
        return command(fmt::format("heddle check --time-limit {}ms", plan.options.time_limit.count() * 10), result, plan) +
               "  (or fewer threads and rounds)";
    if (starts("the limit of executions"))
        return command(fmt::format("heddle check --max-executions {}", plan.options.max_executions * 10), result, plan);
    if (starts("Z3")) return command("heddle check --solver-limit 10m", result, plan);
    if (starts("stopped")) return command("heddle check --time-limit 10m", result, plan) + "  (it can be left alone)";
    return on_real_threads(result, plan);
}

} // namespace

std::string next_after_build_error(const trace::Result& result, const CheckPlan& plan, const std::string& asked) {
    return after_build_error(result, plan, asked);
}

std::string next_step(const trace::Result& result, const CheckPlan& plan) {
    if (result.met()) return {};
    switch (result.verdict) {
    case Verdict::build_error: return after_build_error(result, plan, "heddle check");
    case Verdict::inconclusive: return after_inconclusive(result, plan);
    case Verdict::unsupported:
        if (result.reason.find("left without a hook") != std::string::npos) return command("heddle check --plain-accesses shared --compiler g++", result, without_compiler(plan));
        return on_real_threads(result, plan);
    case Verdict::failed:
        return command("heddle run", result, plan) + "  (and please report this, with the file and `heddle --version`)";
    default: return {};
    }
}

} // namespace heddle::cli
