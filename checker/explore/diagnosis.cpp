#include "explore/diagnosis.hpp"

namespace heddle::explore {

using namespace graph;
using runtime::OpKind;

namespace {

/// The step at which the thread waits: its next one, or the update whose value leads it nowhere.
const Step* waiting_step(const Execution& execution, ThreadId t) {
    if (execution.next(t)) return execution.next(t);
    return static_cast<const Step*>(execution.graph()[execution.graph().last_of(t)].step);
}

bool spinning(const Step& step) {
    return step.operation.kind == OpKind::load || step.operation.kind == OpKind::rmw || step.operation.kind == OpKind::cas ||
           step.operation.kind == OpKind::fence;
}

/// Whether the mo-latest value keeps the thread in its loop. (In a loop over several objects: of the last one read.)
bool latest_leads_nowhere(const Execution& execution, const Step& step) {
    if (!step.slot || step.slot->location == no_location) return true;
    const Location& location = execution.graph().location(step.slot->location);
    const Value latest = location.mo.empty() ? location.initial_value : execution.graph()[location.mo.back()].value;
    return step.next.find(latest).is_spin();
}

/// Whether all that the thread read in this round of its loop was the newest there is, so that another round reads the same.
bool round_is_current(const Execution& execution, ThreadId t, const Step& step) {
    const ExecutionGraph& graph = execution.graph();
    if (!latest_leads_nowhere(execution, step)) return false;
    if (!step.loop_head || step.loop_head == &step) return true;
    for (EventId e = graph.last_of(t); e < no_event && graph[e].thread == t; e = graph[e].previous) {
        const Event& event = graph[e];
        if (event.is_read()) {
            const Location& location = graph.location(event.location);
            const Value latest = location.mo.empty() ? location.initial_value : graph[location.mo.back()].value;
            if (latest != event.value) return false;
        }
        if (event.step == step.loop_head) break;
    }
    return true;
}

/// A deadlock, rather than others waiting for a thread that spins: a circle, or a wait that nobody in particular can end.
bool is_deadlock(const Execution& execution, const Violation& violation) {
    const auto find = [&](ThreadId t) -> const Violation::Waiting* {
        for (const auto& w : violation.waiting)
            if (w.thread == t) return &w;
        return nullptr;
    };
    for (const auto& start : violation.waiting) {
        const Violation::Waiting* w = &start;
        for (std::size_t hops = 0; w && hops <= violation.waiting.size(); ++hops) {
            if (spinning(*w->step)) break;
            if (w->for_thread == runtime::max_threads || hops == violation.waiting.size()) return true;
            w = find(w->for_thread);
            if (!w) return true; // waits for a thread that has ended without giving the mutex up
        }
    }
    (void)execution;
    return false;
}

} // namespace

Diagnosis diagnose(const Execution& execution) {
    Diagnosis result;
    bool dropped = false, cut = false, artificial = false, not_stuck = false;
    Violation& violation = result.violation;
    for (ThreadId t = 0; t < execution.thread_count(); ++t) {
        if (!execution.alive(t) || execution.ended(t)) continue;
        const Step& step = *waiting_step(execution, t);
        const OpKind kind = step.operation.kind;
        if (step.cut && execution.next(t)) cut = true;
        else if (kind == OpKind::assume) dropped = true;
        else if (kind == OpKind::held || (kind == OpKind::grant && step.parent && step.parent->operation.kind == OpKind::try_ticket))
            artificial = true;
        else if (spinning(step) && !execution.next(t) && !latest_leads_nowhere(execution, step)) artificial = true;
        else if (spinning(step) && !round_is_current(execution, t, step)) not_stuck = true;
        violation.waiting.push_back({t, &step, execution.next(t) ? execution.holder(t) : runtime::max_threads});
    }
    if (violation.waiting.empty()) return result;
    result.outcome = cut ? Outcome::cut : artificial ? Outcome::wasted : Outcome::blocked;
    if (cut || dropped || artificial || not_stuck) return result;
    result.outcome = Outcome::stuck;
    violation.kind = is_deadlock(execution, violation) ? Verdict::deadlock : Verdict::livelock;
    const auto& first = violation.waiting.front();
    violation.thread = first.thread;
    violation.pc = first.step->operation.pc;
    return result;
}

} // namespace heddle::explore
