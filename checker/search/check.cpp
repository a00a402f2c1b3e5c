#include "search/check.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/pulse.hpp"
#include "execution/decisions.hpp"
#include "property/diagnosis.hpp"
#include "execution/entry_point.hpp"
#include "search/explorer.hpp"
#include "property/list.hpp"
#include "states/explorer.hpp"
#include "story/story.hpp"
#include "story/telling.hpp"
#include "program/module.hpp"
#include "runtime/invariants.hpp"
#include "runtime/machine.hpp"

namespace heddle::search {

using namespace execution;
using namespace property;
using namespace story;
namespace {

/// The program may only be slow.
struct NeedsPatience {};
constexpr std::chrono::milliseconds impatient{400};

/// The trace of an execution that has been played, whose last event went so.
trace::Trace told(Execution& execution, Added added, const program::Module& module, const Options& options) {
    Statistics statistics;
    const Properties properties(execution, options, statistics);
    std::optional<Violation> violation = properties.look({});
    if (violation) {
        if (violation->breach) reduce(execution, *violation->breach);
    } else if (added == Added::violation) {
        violation = execution.violation();
    } else {
        require_the_end(execution);
        const Diagnosis diagnosis = diagnose(execution);
        violation = properties.look({.leaf = &diagnosis});
        if (!violation) throw Nondeterminism("after its last step the recorded execution does not end in its violation this time");
    }
    const std::vector<InputValue> inputs = execution.machine().inputs_given();
    trace::Trace trace = tell(execution, *violation, module, options);
    name_inputs(trace, inputs);
    return trace;
}

class Check {
public:
    Check(program::Module& module, const Entry& entry, const Options& options, const StopFlag& stop,
          const Listener& listener)
        : module_(module), options_(options), stop_(stop), listener_(listener),
          machine_(module, entry_point(module, entry)) {
        prepare(machine_, options, known_.shared);
        needs_.remember = options.remember;
    }

    CheckResult run() {
        begin_ = std::chrono::steady_clock::now();
        if (const auto none = with_needs([&] { return attempt(); })) give_up(none->verdict, none->reason);
        result_.statistics.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
        return std::move(result_);
    }

private:
    /// False: once more from the start, with a higher bound or with more patience.
    bool attempt() {
        result_ = {};
        machine_.give_inputs(nullptr);
        patient_ = patient_ || options_.watchdog <= impatient;
        machine_.set_watchdog(unsigned((patient_ ? options_.watchdog : impatient).count()));
        Options options = options_;
        options.unroll = std::min(unroll_, options_.unroll);
        if (states_first_) {
            options.unroll = options_.unroll;
            return explore_states(options) || options_.explore == Explore::states || go_back_to_graphs();
        }
        Execution execution(machine_, options, needs_);
        Explorer explorer(execution, options, result_.statistics, stop_, listener_.progress);
        explorer.count_time_from(begin_);
        if (options.unroll < options_.unroll) explorer.try_only(executions_before_deeper());
        explorer.on_violation = [&](const Violation& violation) { return note(execution, violation); };
        try {
            if (may_be_explored_by_states()) explorer.pause_after(executions_before_states, options.unroll >= rounds_before_states);
            Ended ended = explorer.run();
            if (ended == Ended::paused) {
                execution.native().abandon();
                states_first_ = true; // also when more turns out to be needed
                if (explore_states(options_)) return true;
                states_first_ = false, graphs_only_ = true;
                execution.native().abandon();
                ended = explorer.go_on();
            }
            if (ended == Ended::complete && explorer.unroll_bound_hit() && options.unroll < options_.unroll) {
                unroll_ = deeper(unroll_);
                return false;
            }
            if (ended == Ended::complete && !result_.trace && execution.ran_long()) run_long(execution);
            conclude(explorer, execution, ended);
        } catch (const NeedsPatience&) {
            patient_ = true;
            return false;
        }
        result_.statistics.solver_calls = execution.solver_effort().calls;
        result_.statistics.solver_seconds = execution.solver_effort().seconds;
        result_.statistics.native_runs = execution.native().runs();
        result_.statistics.native_operations = machine_.operations();
        return true;
    }

    /// What is looked at in every execution, or asked of every execution, is not what states keep.
    bool may_be_explored_by_states() const {
        return options_.explore == Explore::automatic && !graphs_only_ && !options_.keep_going && !options_.max_executions && options_.remember &&
               options_.plain == PlainAccesses::race && runtime::declarations().empty() && expressions().inputs().empty();
    }

    bool go_back_to_graphs() {
        states_first_ = false, graphs_only_ = true;
        return false;
    }

    /// False: states do not tell, graphs may.
    bool explore_states(const Options& options) {
        CheckResult before = std::move(result_);
        result_ = {};
        Execution execution(machine_, options, needs_);
        states::Explorer explorer(execution, options, result_.statistics, stop_);
        explorer.count_time_from(begin_);
        if (options_.explore == Explore::automatic) explorer.try_only(states_before_graphs);
        explorer.on_violation = [&](const Violation& violation) { note(execution, violation); };
        std::string doubt;
        try {
            if (options.plain != PlainAccesses::race) throw states::OutOfReach("plain accesses that count as atomic are explored by graphs");
            // What it keeps between calls is in no state.
            if (!needs_.remember) throw states::OutOfReach("a library function is called whose effect on memory is not known: that is explored by graphs");
            const Ended ended = explorer.run();
            if (!runtime::declarations().empty()) throw states::OutOfReach("invariants are explored by graphs");
            if (result_.trace) return true;
            doubt = doubt_of(explorer, ended);
            if (doubt.empty() || ended == Ended::stopped || ended == Ended::complete) { // graphs would not tell more
                if (!doubt.empty()) give_up(Verdict::inconclusive, doubt);
                return true;
            }
        } catch (const states::OutOfReach& reason) {
            doubt = reason.what();
        }
        if (options_.explore == Explore::states) give_up(Verdict::inconclusive, doubt);
        else result_ = std::move(before);
        return false;
    }

    /// Why states have not verified the program; empty: they have.
    std::string doubt_of(const states::Explorer& explorer, Ended ended) const {
        const std::string covered = fmt::format(" after {} states", result_.statistics.states);
        switch (ended) {
        case Ended::stopped: return "stopped" + covered;
        case Ended::time_limit: return "the time limit was reached" + covered;
        case Ended::memory_limit: return "the memory limit was reached" + covered;
        case Ended::execution_limit: return "the limit was reached" + covered;
        case Ended::complete:
        case Ended::violation:
        case Ended::paused: break;
        }
        if (explorer.unroll_bound_hit()) return fmt::format("a loop went round more than {} times (--unroll sets the bound)", options_.unroll);
        const auto rounds = explorer.rounds();
        const auto any = [&](states::Explorer::Round::Kind kind) {
            return std::any_of(rounds.begin(), rounds.end(), [&](const states::Explorer::Round& round) { return round.kind == kind; });
        };
        if (any(states::Explorer::Round::livelock)) return "threads can go round for ever, and none of them gets anywhere";
        if (any(states::Explorer::Round::unclear)) return "threads go round for ever in loops that no execution leaves";
        if (any(states::Explorer::Round::starving)) return "a thread can go round for ever while others do their work: it may starve";
        if (!explorer.completes() && !explorer.serves()) return explorer.dropped_any() ? "nothing was checked: the assumptions contradict each other, so that every execution is dropped" : "no execution runs to its end";
        return {};
    }

    void give_up(Verdict verdict, std::string reason) {
        result_.verdict = verdict;
        result_.reason = std::move(reason);
    }

    /// False: no inputs lead there after all (Z3 could not tell before).
    bool note(Execution& execution, const Violation& violation) {
        if (result_.trace) return true;
        if (violation.kind == Verdict::livelock && execution.ran_long()) run_long(execution);
        pulse->telling = true;
        if (expressions().inputs().empty()) {
            if (listener_.found) listener_.found(violation.kind, violation.message);
            result_.trace = tell(execution, violation, module_, options_);
        } else {
            const smt::PathSolver::Solution solution = execution.inputs_for(violation.also);
            if (solution.answer != smt::Answer::satisfiable) {
                pulse->telling = false;
                return false;
            }
            result_.trace = run_with(solution.values, encode_for_given_inputs(execution));
            execution.native().abandon();
        }
        result_.trace->output = machine_.output();
        result_.verdict = result_.trace->violation.kind;
        result_.reason = result_.trace->violation.message;
        pulse->telling = false;
        return true;
    }

    [[noreturn]] void run_long(const Execution& execution) const {
        if (!patient_) throw NeedsPatience{};
        const std::uint64_t pc = execution.ran_long();
        const SourceSite site = module_.symbols().user_site(std::span(&pc, 1));
        throw OutOfResources(fmt::format("a thread ran for {:.3g} s without a visible operation{}: it may be computing, or never come back",
                                         double(options_.watchdog.count()) / 1000,
                                         site.known() ? " at " + short_place(site) : std::string()));
    }

    /// The execution with values for the inputs: nothing is reported that the program does not do when it gets them.
    trace::Trace run_with(const std::vector<InputValue>& values, const std::vector<std::uint64_t>& encoded) {
        machine_.give_inputs(&values);
        Needs needs{known_, std::max(256u, needs_.lanes), false};
        for (bool found_shared = false;;) {
            Execution execution(machine_, options_, needs);
            try {
                trace::Trace trace = told(execution, play(execution, encoded, true), module_, options_);
                machine_.give_inputs(nullptr);
                // What was explored until now was explored without knowing it.
                if (found_shared && options_.keep_going) throw NeedsMore{.of_shared_memory = true};
                return trace;
            } catch (const NeedsMore& more) { // again, with that known
                if (found_shared && options_.keep_going && more.of_shared_memory) throw;
                found_shared |= more.of_shared_memory;
            } catch (const Nondeterminism& error) {
                throw Nondeterminism(fmt::format("with values for its inputs the program does something else than with "
                                                 "symbolic ones: {}; does it look at the bytes of a heddle::symbolic?",
                                                 error.what()));
            }
        }
    }

    /// Which loop reached the bound, and why its rounds are not taken for waiting.
    std::string cut_loop(const Execution& execution) const {
        using Changes = Execution::CutLoop::Changes;
        const Execution::CutLoop& loop = execution.cut_loop();
        const SourceSite site = module_.symbols().user_site(loop.place);
        if (!site.known()) return {};
        std::string text = ": the one at " + short_place(site);
        if (loop.changes == Changes::nothing) return text + ", each round of which changes variables of its own";
        const std::string name = module_.contains(loop.address) ? module_.symbols().object_at(loop.address) : std::string();
        const SourceSite change = module_.symbols().user_site(std::span(&loop.pc, 1));
        text += fmt::format(", each round of which changes {}", name.empty() ? "memory" : "`" + name + "`");
        if (change.known() && !program::is_library_file(change.file) && change.line != site.line)
            text += fmt::format(" in line {}", change.line);
        return text;
    }

    void conclude(const Explorer& explorer, const Execution& execution, Ended ended) {
        if (result_.trace) return;
        const smt::Effort effort = execution.solver_effort();
        const auto covered = [&] { return fmt::format(" after {} complete executions", result_.statistics.complete); };
        switch (ended) {
        case Ended::violation:
        case Ended::complete: break;
        case Ended::stopped: give_up(Verdict::inconclusive, "stopped" + covered()); return;
        case Ended::memory_limit:
        case Ended::paused: throw InternalError("graphs take no memory, and a pause is no end");
        case Ended::time_limit: give_up(Verdict::inconclusive, "the time limit was reached" + covered()); return;
        case Ended::execution_limit:
            give_up(Verdict::inconclusive, "the limit of executions was reached" + covered());
            return;
        }
        if (effort.unknown)
            give_up(Verdict::inconclusive,
                    fmt::format("Z3 did not answer {} of {} questions about the inputs within {:.3g} s "
                                "(--solver-limit sets the time)",
                                effort.unknown, effort.calls, double(options_.solver_limit.count()) / 1000));
        else if (explorer.unroll_bound_hit())
            give_up(Verdict::inconclusive,
                    fmt::format("a loop went round more than {} times (--unroll sets the bound)", options_.unroll) +
                        cut_loop(execution));
        else if (result_.statistics.complete + result_.statistics.by_failure_order + result_.statistics.blocked == 0)
            throw InternalError("the exploration ended without a single execution");
        else if (result_.statistics.complete + result_.statistics.by_failure_order == 0)
            give_up(Verdict::inconclusive,
                    explorer.dropped_any() ? "nothing was checked: the assumptions contradict each other, so that every "
                                             "execution is dropped"
                                           : "no execution runs to its end");
        else if (explorer.looked_back())
            give_up(Verdict::inconclusive,
                    "two loops change something and take it back, and read what the other one changes by loads that are not "
                    "seq_cst: what the next round of each may see of the last one of the other is not followed");
        else if (const auto doubt = explorer.properties().doubt()) give_up(Verdict::inconclusive, *doubt);
    }

    /// A bound below the last is there to find soon what goes wrong soon; it must not take the time of the last one.
    std::uint64_t executions_before_deeper() const {
        constexpr std::uint64_t most = 10'000;
        return options_.max_executions ? std::min(most, options_.max_executions / 8 + 1) : most;
    }
    /// 2, 4, 16, 64, … rounds.
    static std::uint32_t deeper(std::uint32_t unroll) { return unroll < 4 ? 4 : unroll > ~0u / 4 ? ~0u : 4 * unroll; }

    /// So many graphs, and a program is tried by states: by then, on one core, a tenth of a second to a second has passed.
    static constexpr std::uint64_t executions_before_states = 20'000;
    /// Or a loop has gone round so often.
    static constexpr std::uint32_t rounds_before_states = 64;
    /// So many states, and it goes on by graphs: some 300 MB.
    static constexpr std::uint64_t states_before_graphs = 2'000'000;

    program::Module& module_;
    std::chrono::steady_clock::time_point begin_;
    const Options options_;
    const StopFlag& stop_;
    const Listener& listener_;
    runtime::Machine machine_;
    Known known_;
    Needs needs_{known_};
    /// The bound of unrolling deepens: what goes wrong in the second round of a loop is told without the thousand that could
    /// come before. An exploration that meets no bound is complete, whatever the bound was.
    std::uint32_t unroll_ = 2;
    /// First a thread is soon taken for one that never comes back, and others go on: who waits in vain for a plain flag races
    /// with the one who sets it, and that is told at once. Any violation counts but that a thread does not come back.
    bool patient_ = false;
    bool states_first_ = options_.explore == Explore::states, graphs_only_ = options_.explore == Explore::graphs;
    CheckResult result_;
};

} // namespace

CheckResult check(program::Module& module, const Entry& entry, const Options& options, const StopFlag& stop,
                  const Listener& listener) {
    return Check(module, entry, options, stop, listener).run();
}

CheckResult replay(program::Module& module, const Entry& entry, const trace::Trace& recorded) {
    CheckResult result;
    const auto ends = [&](Verdict verdict, std::string reason) {
        result.verdict = verdict;
        result.reason = std::move(reason);
        return result;
    };
    runtime::Machine machine(module, entry_point(module, entry));
    machine.set_watchdog(unsigned(recorded.options.watchdog.count()));
    Options options = recorded.options;
    options.model = recorded.model;
    Known known;
    prepare(machine, options, known.shared);
    machine.give_inputs(&recorded.inputs);
    Needs needs{known, 256, false};
    const auto none = with_needs([&] {
        Execution execution(machine, options, needs);
        result.trace = told(execution, play(execution, recorded.decisions), module, options);
        return true;
    });
    if (none) return ends(none->verdict, none->reason);
    result.trace->output = machine.output();
    return ends(result.trace->violation.kind, result.trace->violation.message);
}

} // namespace heddle::search
