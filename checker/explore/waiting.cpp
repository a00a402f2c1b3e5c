// What the operations that wait are waiting for: the queues of mutexes and condition variables, and the ends of
// threads.
#include "explore/execution.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.hpp"
#include "explore/give_back.hpp"
#include "explore/kinds.hpp"

namespace heddle::explore {

using namespace graph;
using runtime::Operation;
using runtime::OpKind;

ThreadId Execution::child_of(ThreadId parent) {
    const auto [at, made] = children_.try_emplace({parent, threads_[parent].children}, ThreadId(children_.size() + 1));
    if (at->second >= threads_.size()) throw TooManyThreads{};
    return at->second;
}

/// The write half of the thread's last place in the queue, not yet given up.
EventId Execution::own_ticket(ThreadId t, const Step& step) const {
    for (EventId e = graph_.last_of(t); e < no_event && graph_[e].thread == t; e = graph_[e].previous)
        if (graph_[e].chain && graph_[e].is_write() && graph_[e].location == step.slot->location &&
            graph_[e].partner == no_event)
            return e;
    return no_event;
}

/// The event from which on the holder of the ticket has the mutex: the ticket itself when nobody was before, else its
/// grant.
EventId Execution::granted(EventId ticket) const {
    if (graph_[graph_[ticket].previous].rf == initial) return ticket;
    for (EventId e = ticket + 1; e < graph_.size(); ++e)
        if (graph_[e].kind == EventKind::grant && graph_[e].previous == ticket) return e;
    return no_event;
}

EventId Execution::pick_of(EventId signal) const {
    for (EventId e = signal + 1; e < graph_.size(); ++e)
        if (graph_[e].kind == EventKind::pick && graph_[e].previous == signal) return e;
    return no_event;
}

EventId Execution::awaited(ThreadId t) const {
    const Step& step = *threads_[t].next;
    const EventId last = graph_.last_of(t);
    switch (step.operation.kind) {
    case OpKind::join: {
        const auto target = ThreadId(step.operation.operand);
        return threads_[target].ended ? graph_.last_of(target) : no_event;
    }
    case OpKind::grant: return graph_[graph_[graph_[last].previous].rf].partner; // last: my ticket's write
    case OpKind::held: return granted(graph_[last].rf);                          // last: my failed trylock's read
    case OpKind::pick: {
        // The signals before must have picked: who waits depends on them.
        EventId newest = graph_.last_of(t); // the signal's write
        for (EventId w = graph_[graph_[newest].previous].rf; w != initial; w = graph_[graph_[w].previous].rf)
            if (operation_of(graph_[w]).kind == OpKind::signal) return pick_of(w);
        return newest;
    }
    case OpKind::wake: {
        EventId enqueued = last;
        while (!(graph_[enqueued].chain && graph_[enqueued].is_write() &&
                 graph_[enqueued].location == step.slot->location))
            enqueued = graph_[enqueued].previous;
        const auto& mo = graph_.location(step.slot->location).mo;
        for (std::uint32_t i = graph_.mo_place(step.slot->location, enqueued); i < mo.size(); ++i) {
            const OpKind kind = operation_of(graph_[mo[i]]).kind;
            if (kind == OpKind::broadcast) return mo[i];
            if (kind != OpKind::signal) continue;
            const EventId pick = pick_of(mo[i]);
            if (pick == no_event) return no_event;
            if (graph_[pick].value == t + 1) return pick;
        }
        return no_event;
    }
    default: return no_event;
    }
}

ThreadId Execution::holder(ThreadId t) const {
    const Step& step = *threads_[t].next;
    if (step.operation.kind == OpKind::join) return ThreadId(step.operation.operand);
    if (step.operation.kind != OpKind::grant) return runtime::max_threads;
    // The queue before this thread: the first whose turn has come and who has not unlocked.
    for (EventId w = graph_[graph_[graph_.last_of(t)].previous].rf; w != initial; w = graph_[graph_[w].previous].rf)
        if (graph_[w].partner == no_event && granted(w) != no_event) return graph_[w].thread;
    return runtime::max_threads;
}

std::vector<ThreadId> Execution::waiters(ThreadId t) const {
    const EventId signal = graph_.last_of(t);
    std::vector<EventId> before;
    for (EventId w = graph_[graph_[signal].previous].rf; w != initial; w = graph_[graph_[w].previous].rf)
        before.push_back(w);
    std::vector<ThreadId> waiting;
    const auto leave = [&](ThreadId gone) { std::erase(waiting, gone); };
    for (auto w = before.rbegin(); w != before.rend(); ++w) {
        switch (operation_of(graph_[*w]).kind) {
        case OpKind::enqueue: waiting.push_back(graph_[*w].thread); break;
        case OpKind::leave: leave(graph_[*w].thread); break;
        case OpKind::broadcast: waiting.clear(); break;
        case OpKind::signal:
            if (const EventId pick = pick_of(*w); pick != no_event && graph_[pick].value)
                leave(ThreadId(graph_[pick].value - 1));
            break;
        default: break;
        }
    }
    return waiting;
}

namespace {

const Step* step_of(const Event& event) { return static_cast<const Step*>(event.step); }

/// The events of the thread from `last` back to where it was at the head of the round.
RoundEvents round_before(const ExecutionGraph& graph, ThreadId t, EventId last, const Step* head) {
    RoundEvents round{t, {}};
    for (EventId e = last; e < no_event && graph[e].thread == t; e = graph[e].previous) {
        round.events.push_back(e);
        if (graph[e].step == head && !(graph[e].is_write() && graph[e].exclusive)) break;
    }
    std::reverse(round.events.begin(), round.events.end());
    return round;
}

} // namespace

/// All rounds so far that have given back what they took; the last one of t comes first, if it is one.
std::vector<RoundEvents> Execution::rounds_given_back(ThreadId t) const {
    std::vector<RoundEvents> rounds;
    const auto add = [&](ThreadId thread, EventId last, const Step* end) {
        if (end && end->round && last < no_event && graph_[last].thread == thread)
            rounds.push_back(round_before(graph_, thread, last, end->round));
    };
    add(t, graph_.last_of(t), threads_[t].next);
    for (ThreadId u = 0; u < thread_count_; ++u)
        if (u != t) add(u, graph_.last_of(u), threads_[u].next);
    for (EventId e = 0; e < graph_.size(); ++e)
        if (!(graph_[e].is_write() && graph_[e].exclusive)) add(graph_[e].thread, graph_[e].previous, step_of(graph_[e]));
    return rounds;
}

bool Execution::waits_for_change(ThreadId t) const {
    if (!threads_[t].next || !threads_[t].next->round) return false;
    std::vector<RoundEvents> rounds = rounds_given_back(t);
    if (rounds.empty() || rounds.front().thread != t) return false;
    // What only such rounds have seen can go with them: two threads that keep each other from both mutexes. So those are
    // taken out of the list, again and again, that an event has seen which is in none of the rest.
    std::vector<unsigned> rounds_of(graph_.size());
    for (const RoundEvents& round : rounds)
        for (const EventId e : round.events) ++rounds_of[e];
    const auto is_seen = [&](const RoundEvents& round) {
        if (is_interrupted(graph_, round)) return true;
        for (EventId e = round.events.front() + 1; e < graph_.size(); ++e)
            if (graph_[e].thread != round.thread && !rounds_of[e] && sees(graph_, e, round) &&
                !may_see_the_next(graph_, e, round))
                return true;
        return false;
    };
    for (;;) {
        const auto seen = std::find_if(rounds.begin(), rounds.end(), is_seen);
        if (seen == rounds.end()) return true;
        if (seen == rounds.begin()) return false; // of t
        for (const EventId e : seen->events) --rounds_of[e];
        rounds.erase(seen);
    }
}

} // namespace heddle::explore
