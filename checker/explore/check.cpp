#include "explore/check.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "explore/diagnosis.hpp"
#include "explore/entry_point.hpp"
#include "explore/explorer.hpp"
#include "explore/invariants.hpp"
#include "explore/story.hpp"
#include "program/module.hpp"
#include "runtime/machine.hpp"

namespace heddle::explore {
namespace {

/// What turned out on the way about how the program must be explored.
struct Needs {
    unsigned lanes = 16;
    bool remember = true;
};

class Check {
public:
    Check(program::Module& module, const Entry& entry, const Options& options, const StopFlag& stop,
          const std::function<void(const Progress&)>& progress)
        : module_(module), options_(options), stop_(stop), progress_(progress),
          machine_(module, entry_point(module, entry)) {
        machine_.set_watchdog(unsigned(options.watchdog.count()));
        prepare(machine_, options, shared_);
    }

    CheckResult run() {
        const auto begin = std::chrono::steady_clock::now();
        Needs needs;
        needs.remember = options_.remember;
        while (!attempt(needs)) {
        }
        result_.statistics.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        return std::move(result_);
    }

private:
    /// False: the program needs more than was given it; again from the start.
    bool attempt(Needs& needs) {
        result_ = {};
        Execution execution(machine_, options_, needs.lanes, needs.remember, shared_, tracked_);
        try {
            Explorer explorer(execution, options_, result_.statistics, stop_, progress_);
            explorer.on_violation = [&](const Violation& violation) { note(execution, violation); };
            conclude(explorer, explorer.run());
        } catch (const Execution::TooManyThreads&) {
            if (needs.lanes >= 256) return give_up(Verdict::unsupported, "more than 250 threads");
            needs.lanes *= 2;
            return false;
        } catch (const Execution::FoundShared&) {
            return false;
        } catch (const Execution::FoundTracked&) {
            return false;
        } catch (const Execution::Opaque& opaque) {
            if (!needs.remember) return give_up(Verdict::unsupported, "memory is written by " + opaque.function);
            needs.remember = false;
            return false;
        } catch (const Unsupported& error) {
            return give_up(Verdict::unsupported, error.what());
        } catch (const Nondeterminism& error) {
            return give_up(Verdict::nondeterminism, error.what());
        }
        result_.statistics.native_runs = execution.native().runs();
        result_.statistics.native_operations = machine_.operations();
        return true;
    }

    bool give_up(Verdict verdict, std::string reason) {
        result_.verdict = verdict;
        result_.reason = std::move(reason);
        return true;
    }

    void note(const Execution& execution, const Violation& violation) {
        if (result_.trace) return;
        result_.trace = tell(execution, violation, module_, options_);
        result_.trace->output = machine_.output();
        result_.verdict = violation.kind;
        result_.reason = result_.trace->violation.message;
    }

    void conclude(const Explorer& explorer, Ended ended) {
        if (result_.trace) return;
        const auto covered = [&] { return fmt::format(" after {} complete executions", result_.statistics.complete); };
        switch (ended) {
        case Ended::violation:
        case Ended::complete: break;
        case Ended::stopped: give_up(Verdict::inconclusive, "stopped" + covered()); return;
        case Ended::time_limit: give_up(Verdict::inconclusive, "the time limit was reached" + covered()); return;
        case Ended::execution_limit:
            give_up(Verdict::inconclusive, "the limit of executions was reached" + covered());
            return;
        }
        if (explorer.unroll_bound_hit())
            give_up(Verdict::inconclusive,
                    fmt::format("a loop went round more than {} times (--unroll sets the bound)", options_.unroll));
        else if (result_.statistics.complete + result_.statistics.by_failure_order + result_.statistics.blocked == 0)
            throw InternalError("the exploration ended without a single execution");
        else if (result_.statistics.complete + result_.statistics.by_failure_order == 0)
            give_up(Verdict::inconclusive, "no execution runs to its end: every one is dropped by an assumption");
        else if (const auto doubt = explorer.invariants().doubt()) give_up(Verdict::inconclusive, *doubt);
    }

    program::Module& module_;
    const Options options_;
    const StopFlag& stop_;
    const std::function<void(const Progress&)>& progress_;
    runtime::Machine machine_;
    SharedStack shared_;
    TrackedMemory tracked_;
    CheckResult result_;
};

} // namespace

CheckResult check(program::Module& module, const Entry& entry, const Options& options, const StopFlag& stop,
                  const std::function<void(const Progress&)>& progress) {
    return Check(module, entry, options, stop, progress).run();
}

CheckResult replay(program::Module& module, const Entry& entry, const trace::Trace& recorded) {
    CheckResult result;
    runtime::Machine machine(module, entry_point(module, entry));
    machine.set_watchdog(unsigned(recorded.options.watchdog.count()));
    Options options = recorded.options;
    options.model = recorded.model;
    SharedStack shared;
    TrackedMemory tracked;
    prepare(machine, options, shared);
    for (;;) {
        Execution execution(machine, options, 256, false, shared, tracked);
        try {
            const Added added = play(execution, recorded.decisions);
            Violation violation = execution.violation();
            Statistics statistics;
            if (auto broken = Invariants(execution, options, statistics).look()) {
                violation = std::move(*broken);
                if (violation.breach) reduce(execution, *violation.breach);
            } else if (added != Added::violation) {
                const Diagnosis diagnosis = diagnose(execution);
                if (diagnosis.outcome != Outcome::stuck)
                    throw Nondeterminism("the recorded execution does not end in its violation this time");
                violation = diagnosis.violation;
            }
            result.trace = tell(execution, violation, module, options);
            result.trace->output = machine.output();
            result.verdict = violation.kind;
            result.reason = result.trace->violation.message;
            return result;
        } catch (const Execution::FoundShared&) {
            continue; // again, with that known
        } catch (const Execution::FoundTracked&) {
            continue;
        } catch (const Nondeterminism& error) {
            result.verdict = Verdict::nondeterminism;
            result.reason = error.what();
            return result;
        }
    }
}

} // namespace heddle::explore
