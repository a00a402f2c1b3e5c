#include "property/diagnosis.hpp"

#include <algorithm>
#include <optional>

#include "execution/queue.hpp"

namespace heddle::property {

using namespace execution;
using namespace graph;
using runtime::Operation;
using runtime::OpKind;

namespace {

/// The step at which the thread waits: its next one, or the update whose value leads it nowhere.
const Step* waiting_step(const Execution& execution, ThreadId t) {
    if (execution.next(t)) return execution.next(t);
    return static_cast<const Step*>(execution.graph()[execution.graph().last_of(t)].step);
}

/// Stands at an operation, or goes round in a loop, that others may let go on with another value.
bool looking(const Step& step) { return may_spin(step.operation.kind) || step.round; }

/// Stands at an assumption that does not hold.
bool refused(const Execution& execution, ThreadId t, const Step& step) {
    if (step.operation.kind == OpKind::assume) return true;
    return step.operation.kind == OpKind::assume_that && !execution.next(t) &&
           execution.graph()[execution.graph().last_of(t)].value == 0;
}

/// It has been looked at when it could have been later, and was not.
bool waits_for_later(const Step& clock, Value shown) {
    return clock.jump == Jump::may && std::int64_t(shown) - clock.known_time < time_jump;
}

/// What the clock has shown there last. Empty when it could have been later: that is explored by itself.
std::optional<Value> last_shown(const Execution& execution, const Step& clock) {
    const ExecutionGraph& graph = execution.graph();
    for (EventId e = graph.size(); e-- > 0;)
        if (graph[e].step == &clock) return waits_for_later(clock, graph[e].value) ? std::nullopt : std::optional(graph[e].value);
    return std::nullopt;
}

/// What the step's operation results in from now on; empty when that depends on the inputs.
std::optional<Value> latest(const Execution& execution, const Step& step) {
    const Operation& op = step.operation;
    if (runtime::is_on_condition(op.kind)) {
        if (execution.possible(Word(op.operand)) == smt::Answer::unsatisfiable) return 0;
        if (execution.possible(expressions().negation(Word(op.operand))) == smt::Answer::unsatisfiable) return 1;
        return std::nullopt;
    }
    if (op.kind == OpKind::clock) return last_shown(execution, step);
    if (!step.slot) return 0; // a fence
    Value value = execution.memory().value_of(*step.slot);
    if (step.slot->location != no_location) {
        const Location& location = execution.graph().location(step.slot->location);
        value = location.mo.empty() ? location.initial_value : execution.graph()[location.mo.back()].value;
    }
    if (op.kind == OpKind::cas && op.symbolic != Scalar::none &&
        execution.possible(Execution::succeeds(step, value)) != smt::Answer::unsatisfiable)
        return std::nullopt;
    return value;
}

/// Whether a thread at that step goes round for ever when it reads the newest value of everything from now on, which
/// sooner or later it must.
bool spins_for_ever(const Execution& execution, const Step& start) {
    std::vector<const Step*> visited;
    const Step* step = &start;
    while (std::find(visited.begin(), visited.end(), step) == visited.end()) {
        visited.push_back(step);
        if (!may_spin(step->operation.kind)) return false;
        const std::optional<Value> newest = latest(execution, *step);
        if (!newest) return false;
        const Value value = *newest;
        if (stays(step->operation, value)) return true;
        const Target target = execution.leads_to(*step, value);
        if (target.is_spin()) {
            const auto spin =
                std::find_if(step->spins.begin(), step->spins.end(), [&](const Spin& s) { return s.result == value; });
            if (spin == step->spins.end()) return false;
            step = spin->head;
            continue;
        }
        step = runtime::leaves_unchanged(step->operation, value) ? target.step() : nullptr;
        if (!step || !step->quiet) return false;
    }
    return true;
}

/// Whether a try to take the lock fails, as things stand.
bool is_refused(const Execution& execution, const Step& step) {
    if (step.slot->location == no_location) return false;
    const auto& mo = execution.graph().location(step.slot->location).mo;
    return !mo.empty() && execution.refusal(step.operation, mo.back());
}

/// The operations of the round that ends at the step, in order: each with its result and the step that followed.
struct Passed {
    const Step* step;
    Value result;
    const Step* next;
};

std::vector<Passed> last_round(const Step& end) {
    std::vector<Passed> round;
    for (const Step* s = &end; round.empty() || s != end.round; s = s->parent)
        round.push_back({s->parent, s->parent_result, s});
    std::reverse(round.begin(), round.end());
    return round;
}

bool changes_an_object(const Passed& passed) {
    const Operation& op = passed.step->operation;
    return (op.kind == OpKind::rmw || op.kind == OpKind::cas) && !runtime::leaves_unchanged(op, passed.result);
}

/// Whether the round that ends at the step would be the same again, with everything as it is now.
bool repeats(const Execution& execution, const Step& end) {
    std::vector<const Slot*> own;
    for (const Passed& passed : last_round(end)) {
        const Operation& op = passed.step->operation;
        if (execution.leads_to(*passed.step, passed.result).step() != passed.next) return false; // plain memory is another
        if (op.kind == OpKind::clock && waits_for_later(*passed.step, passed.result)) return false;
        if (is(op.kind, may_fail) && is_refused(execution, *passed.step) != (passed.result == 2)) return false;
        if (op.kind != OpKind::load && op.kind != OpKind::rmw && op.kind != OpKind::cas) continue;
        if (std::find(own.begin(), own.end(), passed.step->slot) != own.end()) continue;
        if (latest(execution, *passed.step) != passed.result) return false;
        if (changes_an_object(passed)) own.push_back(passed.step->slot);
    }
    return true;
}

/// Whether the round reads, by a load that may be old, an object that the other round changes and changes back.
bool may_see_what_was_taken_back(const std::vector<Passed>& round, const std::vector<Passed>& other) {
    return std::any_of(round.begin(), round.end(), [&](const Passed& passed) {
        const Operation& op = passed.step->operation;
        const bool fails = op.kind == OpKind::cas && runtime::leaves_unchanged(op, passed.result);
        const bool old = (op.kind == OpKind::load && !is_seq_cst(op.order)) || (fails && !is_seq_cst(op.failure_order));
        return old && std::any_of(other.begin(), other.end(), [&](const Passed& p) {
                   return changes_an_object(p) && p.step->slot == passed.step->slot;
               });
    });
}

/// Decision 14, "where it is not exact": two threads wait after rounds, and the next round of each could see what the other's
/// last one took and gave back. Only weak loads can, both ways at once: seq_cst ones would need each round to end before the
/// other began.
bool look_back(const Execution& execution, const std::vector<Violation::Waiting>& waiting) {
    std::vector<std::vector<Passed>> rounds;
    for (const auto& w : waiting)
        if (w.step->round && execution.next(w.thread)) rounds.push_back(last_round(*w.step));
    for (std::size_t i = 0; i < rounds.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (may_see_what_was_taken_back(rounds[i], rounds[j]) && may_see_what_was_taken_back(rounds[j], rounds[i])) return true;
    return false;
}

/// Whether a thread that goes round for ever changes on its way what another one spins on: that one may yet see it.
bool disturbs_another(const Execution& execution, const std::vector<Violation::Waiting>& waiting) {
    const auto disturbs = [&](const Violation::Waiting& w) {
        if (!w.step->round || !execution.next(w.thread)) return false;
        const auto round = last_round(*w.step);
        return std::any_of(round.begin(), round.end(), changes_an_object);
    };
    return std::any_of(waiting.begin(), waiting.end(), [&](const Violation::Waiting& w) {
        return disturbs(w) && std::any_of(waiting.begin(), waiting.end(), [&](const Violation::Waiting& other) {
                   return other.thread != w.thread && looking(*other.step);
               });
    });
}

/// Whether the thread, which looks for another value, goes on doing so for ever.
bool looks_for_ever(const Execution& execution, ThreadId t, const Step& step) {
    if (spins_for_ever(execution, step)) return true;
    return step.operation.wait == runtime::Wait::notified && !execution.next(t) && execution.left_waiting(t);
}

/// A deadlock, rather than others waiting for a thread that spins: a circle, or a wait that nobody in particular can
/// end.
bool is_deadlock(const Violation& violation) {
    const auto find = [&](ThreadId t) -> const Violation::Waiting* {
        for (const auto& w : violation.waiting)
            if (w.thread == t) return &w;
        return nullptr;
    };
    for (const auto& start : violation.waiting) {
        const Violation::Waiting* w = &start;
        for (std::size_t hops = 0; w && hops <= violation.waiting.size(); ++hops) {
            if (spins(w->step->operation) || w->step->round) break;
            if (w->for_thread == runtime::max_threads || hops == violation.waiting.size()) return true;
            w = find(w->for_thread);
            if (!w) return true; // waits for a thread that has ended without giving the mutex up
        }
    }
    return false;
}

} // namespace

Diagnosis diagnose(const Execution& execution) {
    Diagnosis result;
    const Step* silent = nullptr; // runs on without ever reaching a visible operation
    bool dropped = false, cut = false, artificial = false, not_stuck = false, process_ended = false;
    Violation& violation = result.violation;
    for (ThreadId t = 0; t < execution.thread_count(); ++t) {
        if (!execution.alive(t) || execution.ended(t)) continue;
        const Step& step = *waiting_step(execution, t);
        const OpKind kind = step.operation.kind;
        if (step.cut && execution.next(t)) cut = true;
        else if (kind == OpKind::assume && step.operation.operand == runtime::process_ends) process_ended = true;
        else if (refused(execution, t, step)) dropped = true;
        else if (kind == OpKind::fail) silent = &step;
        else if (step.operation.timed || // its time will have come: explored by itself
                 (execution.next(t) && execution.would_not_wait(t)))
            artificial = true;
        else if (step.round && execution.next(t)) artificial |= !repeats(execution, step);
        else if (looking(step) && !looks_for_ever(execution, t, step))
            (execution.next(t) ? not_stuck : artificial) = true;
        violation.waiting.push_back({t, &step, execution.next(t) ? execution.holder(t) : runtime::max_threads});
    }
    if (silent && !dropped && !cut) {
        result.outcome = Outcome::stuck;
        violation.kind = Verdict::livelock;
        violation.message = silent->operation.message ? silent->operation.message : "";
        for (const auto& w : violation.waiting)
            if (w.step == silent) violation.thread = w.thread;
        violation.pc = silent->operation.pc;
        violation.waiting.clear();
        return result;
    }
    if (violation.waiting.empty()) return result;
    result.looks_back = look_back(execution, violation.waiting);
    // Nobody waits for ever when the process is over.
    if (process_ended && !cut && !dropped && !artificial) {
        violation.waiting.clear();
        return result;
    }
    result.dropped = dropped;
    result.outcome = cut ? Outcome::cut : artificial ? Outcome::wasted : Outcome::blocked;
    not_stuck |= disturbs_another(execution, violation.waiting);
    if (cut || dropped || artificial || not_stuck) return result;
    result.outcome = Outcome::stuck;
    violation.kind = is_deadlock(violation) ? Verdict::deadlock : Verdict::livelock;
    const auto& first = violation.waiting.front();
    violation.thread = first.thread;
    violation.pc = first.step->operation.pc;
    return result;
}

} // namespace heddle::property
