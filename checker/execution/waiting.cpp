// What the operations that wait are waiting for, as the rules of the primitives say; and what several of them ask: arrivals, waits
// for a change, the virtual time, rounds of loops.
#include "execution/execution.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "core/error.hpp"
#include "execution/give_back.hpp"
#include "execution/queue.hpp"
#include "execution/rules.hpp"

namespace heddle::execution {

using namespace graph;
using runtime::notify_all;
using runtime::Operation;
using runtime::OpKind;
using runtime::start_of_time;

namespace {

constexpr std::int64_t time_step = 1000;                        ///< from one reading of a clock to the next

} // namespace

ThreadId Execution::child_of(ThreadId parent) {
    const auto [at, made] = children_.try_emplace({parent, threads_[parent].children}, ThreadId(children_.size() + 1));
    if (at->second >= threads_.size()) need_lanes();
    return at->second;
}

EventId Execution::pick_of(EventId signal) const {
    for (EventId e = signal + 1; e < graph_.size(); ++e)
        if (graph_[e].kind == EventKind::pick && graph_[e].previous == signal) return e;
    return no_event;
}

EventId Execution::awaited(ThreadId t) const {
    const auto awaited = rules_of(threads_[t].next->operation.kind).awaited;
    return awaited ? awaited(*this, t) : no_event;
}

ThreadId Execution::holder(ThreadId t) const {
    const auto holder = rules_of(threads_[t].next->operation.kind).holder;
    return holder ? holder(*this, t) : runtime::max_threads;
}

bool Execution::would_not_wait(ThreadId t) const {
    const auto would_not = rules_of(threads_[t].next->operation.kind).would_not_wait;
    return would_not && would_not(*this, t);
}

unsigned Execution::ways_to_fail(OpKind kind, OpKind newest, EventId before) const {
    return rules_of(kind).ways_to_fail(graph_, newest, before);
}

EventId Execution::blamed(ThreadId t, EventId place, unsigned pick) const {
    return rules_of(threads_[t].next->operation.kind).blamed(graph_, place, pick);
}

unsigned Execution::refusal(const Operation& op, EventId place) const {
    if (place >= no_event) return 0;
    const unsigned ways = ways_to_fail(op.kind, operation_of(graph_[place]).kind, place_before(graph_, place));
    for (unsigned i = 1; i <= ways; ++i)
        if (rules_of(op.kind).refuses(graph_, op, rules_of(op.kind).blamed(graph_, place, i))) return i;
    return 0;
}

unsigned Execution::ways_to_fail(ThreadId t, EventId place) const {
    const OpKind kind = threads_[t].next->operation.kind;
    if (!is(kind, may_fail) || place == initial) return 0;
    return ways_to_fail(kind, operation_of(graph_[place]).kind, place_before(graph_, place));
}

// --- latches and barriers: arrivals commute -----------------------------------------------------------------------------

std::vector<EventId> Execution::arrivals(LocationId l, Value phase) const {
    std::vector<EventId> found;
    for (EventId e = 0; e < graph_.size(); ++e)
        if (graph_[e].kind == EventKind::arrive && graph_[e].location == l && graph_[e].value == phase) found.push_back(e);
    // In an order that does not depend on the trail: those who wait meet them one by one.
    std::sort(found.begin(), found.end(), [&](EventId a, EventId b) {
        return std::pair(graph_[a].thread, graph_[a].index) < std::pair(graph_[b].thread, graph_[b].index);
    });
    return found;
}

bool Execution::is_one_too_many(EventId arrival) const {
    Value weight = 0;
    for (const EventId e : arrivals(graph_[arrival].location, graph_[arrival].value))
        weight += operation_of(graph_[e]).operand;
    return weight > operation_of(graph_[arrival]).expected;
}

// --- waiting for a change ----------------------------------------------------------------------------------------------

std::vector<EventId> Execution::notifications(std::uint64_t address, LocationId l, std::uint32_t place) const {
    std::vector<EventId> found;
    const auto& mo = graph_.location(l).mo;
    for (EventId e = 0; e < graph_.size(); ++e) {
        if (graph_[e].kind != EventKind::notify || operation_of(graph_[e]).address != address) continue;
        if (std::any_of(mo.begin() + place, mo.end(), [&](EventId w) { return graph_.hb_before(w, e); })) found.push_back(e);
    }
    return found;
}

bool Execution::surely_woken(std::uint64_t address, LocationId l, std::uint32_t place) const {
    const auto all = notifications(address, l, place);
    return std::any_of(all.begin(), all.end(), [&](EventId n) { return operation_of(graph_[n]).operand == notify_all; });
}

/// Whether the wait that ended with that read can have been asleep when the notification came, so that it was woken
/// rather than another: it may have read something older, and it had not gone on before.
bool Execution::may_have_taken(EventId read, EventId notification) const {
    const Event& event = graph_[read];
    const Operation& op = operation_of(event);
    if (event.waiting || graph_.contains(graph_.porf(notification), read)) return false;
    const auto& mo = graph_.location(event.location).mo;
    const std::uint32_t bound = graph_.coherence_bound_after(event.previous, event.location);
    for (std::uint32_t place = bound; place <= graph_.mo_place(event.location, event.rf); ++place) {
        if (graph_.value_of(event.location, graph_.write_at(event.location, place)) != op.expected) continue;
        if (std::any_of(mo.begin() + place, mo.end(), [&](EventId w) { return graph_.hb_before(w, notification); }))
            return true;
    }
    return false;
}

namespace {

/// Gives the notification to a waiter that can have taken it, moving those that have one already (Kuhn).
bool assign(std::size_t n, const std::vector<std::vector<std::size_t>>& takers, std::vector<std::size_t>& taken_by,
            std::vector<bool>& tried) {
    for (const std::size_t waiter : takers[n]) {
        if (tried[waiter]) continue;
        tried[waiter] = true;
        if (taken_by[waiter] == takers.size() || assign(taken_by[waiter], takers, taken_by, tried)) {
            taken_by[waiter] = n;
            return true;
        }
    }
    return false;
}

} // namespace

bool Execution::left_waiting(ThreadId t) const {
    const Event& read = graph_[graph_.last_of(t)];
    const std::uint64_t address = operation_of(read).address;
    const std::uint32_t place = graph_.mo_place(read.location, read.rf);
    if (surely_woken(address, read.location, place)) return false;
    // Each notification of one must have woken somebody else.
    std::vector<EventId> waiters;
    for (EventId e = 0; e < graph_.size(); ++e)
        if (graph_[e].is_read() && graph_[e].location == read.location && operation_of(graph_[e]).wait == runtime::Wait::notified)
            waiters.push_back(e);
    std::vector<std::vector<std::size_t>> takers;
    for (const EventId n : notifications(address, read.location, place)) {
        std::vector<std::size_t> can;
        for (std::size_t i = 0; i < waiters.size(); ++i)
            if (may_have_taken(waiters[i], n)) can.push_back(i);
        for (Value i = 0; i < operation_of(graph_[n]).operand; ++i) takers.push_back(can);
    }
    std::vector<std::size_t> taken_by(waiters.size(), takers.size());
    for (std::size_t n = 0; n < takers.size(); ++n) {
        std::vector<bool> tried(waiters.size());
        if (!assign(n, takers, taken_by, tried)) return false;
    }
    return true;
}

// --- time --------------------------------------------------------------------------------------------------------------

/// What the clock shows to the thread's next operation: later than whatever happened before it. Time passes when somebody
/// sleeps or has waited until its limit, and a little with each reading of a clock at another place; in a loop that has
/// not ended it `passes` as well.
std::int64_t Execution::time_of_clock(ThreadId t, std::uint32_t passes) const {
    const Step& step = *threads_[t].next;
    std::vector<std::vector<std::int64_t>> times(threads_.size()); // after each event of each thread
    const auto before = [&](ConstRow row) { // of the events there that have a time by now
        std::int64_t time = start_of_time;
        for (ThreadId u = 0; u < times.size(); ++u)
            if (const std::size_t count = std::min<std::size_t>(row[u], times[u].size()))
                time = std::max(time, times[u][count - 1]);
        return time;
    };
    const auto passed = [](std::int64_t time, const Operation& op) {
        return std::max(time + op.slept, op.not_before);
    };
    for (EventId e = 0; e < graph_.size(); ++e) {
        const Event& event = graph_[e];
        std::int64_t time = before(graph_.hb(e));
        // The halves of an update are one operation.
        if (!(event.exclusive && event.is_write())) time = passed(time, operation_of(event));
        if (event.kind == EventKind::clock) time = std::int64_t(event.value);
        times[event.thread].push_back(time);
    }
    const EventId last = graph_.last_of(t);
    const std::int64_t now = passed(last == no_event ? start_of_time : before(graph_.hb(last)), step.operation);
    if (passes == passing::step) return now + (step.visits == 1 && !step.waited ? time_step : 0);
    if (passes == passing::jump) return now + time_jump;
    const std::uint32_t which = passes - passing::between;
    return now + (which < passing::rounds ? (which + 1) * std::max<std::int64_t>(now - step.known_time, 0) : time_step << (which - passing::rounds));
}

std::vector<std::uint32_t> Execution::times_between(ThreadId t) {
    using Place = std::tuple<bool, OpKind, std::uint64_t, std::uint64_t>; // not the operands: they hold times
    const auto place_after = [&](std::uint32_t passes) -> Place {
        const Target target = learn(t, Value(time_of_clock(t, passes)));
        if (!target.step()) return {target.is_spin(), OpKind::clock, 0, 0};
        const Operation& op = target.step()->operation;
        return {false, op.kind, op.pc, op.address};
    };
    std::set<Place> known{place_after(passing::step), place_after(passing::jump)};
    std::vector<std::uint32_t> others;
    for (std::uint32_t passes = passing::between; passes < passing::count; ++passes)
        if (known.insert(place_after(passes)).second) others.push_back(passes);
    return others;
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

} // namespace heddle::execution
