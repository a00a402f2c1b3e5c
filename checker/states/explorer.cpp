#include "states/explorer.hpp"

#include <algorithm>

#include "execution/operations.hpp"
#include "execution/queue.hpp"
#include "execution/redo.hpp"
#include "execution/trail.hpp"
#include "runtime/outside_state.hpp"

namespace heddle::states {

using namespace execution;
using namespace graph;
using runtime::OpKind;

namespace {

/// More is known of how the program uses memory than when the states were told apart.
struct Again {};

constexpr StateNumber nowhere = ~StateNumber{0};

/// Where a thread that is at it waits for others to have done something, and then goes on in one way only.
bool is_wait(OpKind kind) { return is(kind, waiting) && kind != OpKind::pick; }

} // namespace

Explorer::Explorer(Execution& execution, const Options& options, trace::Statistics& statistics, const StopFlag& stop)
    : execution_(execution), graph_(execution.graph()), options_(options), statistics_(statistics), stop_(stop),
      begin_(std::chrono::steady_clock::now()), usage_(options.model), residual_(execution, usage_) {
    execution_.tell_states_apart();
    execution_.watch_accesses([this](ThreadId t, const Cell& cell, AccessKind kind) { watch(t, cell, kind); });
}

Ended Explorer::run() {
    for (;;) {
        try {
            const Ended ended = explore();
            // Where something is seen that does not happen before, races need to be looked for: which cells that concerns is known now.
            if (ended != Ended::complete || !usage_.loose() || !learn_of_accesses()) return ended;
        } catch (const Again&) {
            learn_of_accesses();
        }
    }
}

Ended Explorer::explore() {
    visited_ = {};
    circles_.clear();
    frames_.clear(), ways_.clear();
    statistics_.complete = statistics_.blocked = statistics_.wasted = 0;
    bound_hit_ = dropped_any_ = over_ = false;
    ended_ = Ended::complete;
    residual_.undone(0);
    if (execution_.restart() == Added::violation) report(execution_.violation());
    else arrive(0, nowhere, {});
    while (!frames_.empty() && !over_) {
        Frame& frame = frames_.back();
        if (frame.next < ways_.size()) {
            const Way way = ways_[frame.next++];
            undo_to(frame.size);
            trim();
            take(way, frame);
            continue;
        }
        if (frame.stored && !frame.leads_on) {
            undo_to(frame.size);
            leaf();
        }
        ways_.resize(frame.first); // now those of the frame below are the last ones
        frames_.pop_back();
    }
    statistics_.states = visited_.count();
    statistics_.state_bytes = visited_.bytes() + circles_.bytes();
    return ended_;
}

/// The thread makes its next operation as part of the move.
void Explorer::note(Circles::Move& move, ThreadId t) const {
    move.by |= only(t);
    if (!execution_.next(t)->endless) move.leaving |= only(t);
}

/// One way from where the frame's graph is.
void Explorer::take(const Way& way, Frame& frame) {
    if (++steps_ % 256 == 0 && time_is_over()) return;
    const StateNumber from = frame.state;
    Circles::Move move = frame.move;
    note(move, way.thread);
    move.stale |= way.stale;
    const Added added = perform(way);
    if (added == Added::inconsistent || added == Added::spin) return;
    frame.leads_on = true; // before arrive(): it may move the frames
    if (added == Added::violation) return report(execution_.violation());
    const Event& event = graph_[graph_.size() - 1];
    if (event.is_write() && !event.chain) move.changing |= only(way.thread);
    if (event.kind == EventKind::end) can_end_ |= only(way.thread);
    arrive(way.thread, from, move);
}

void Explorer::undo_to(std::uint32_t size) {
    execution_.undo_to(size);
    residual_.undone(size);
}

/// Adds the operation, both halves of an update.
Added Explorer::perform(const Way& way) {
    const ThreadId t = way.thread;
    Choice choice = way.choice;
    choice.stamp = execution_.new_stamp();
    const std::uint32_t size = graph_.size();
    const Added added = execution_.add(t, choice);
    if (added != Added::yes || !execution_.in_update(t)) return added;
    const Event& read = graph_[graph_.last_of(t)];
    const Added second = execution_.add(t, {.place = graph_.mo_place(read.location, read.rf), .stamp = execution_.new_stamp()});
    if (second == Added::inconsistent || second == Added::spin) undo_to(size);
    return second;
}

/// The thread has moved: it runs ahead while what it does next reads nothing of others, and then there is a state.
void Explorer::arrive(ThreadId t, StateNumber from, Circles::Move move) {
    const auto frame = [&](bool stored, StateNumber state) {
        Frame made;
        made.size = graph_.size();
        made.first = made.next = std::uint32_t(ways_.size());
        made.stored = stored;
        made.state = state;
        made.move = stored ? Circles::Move{} : move;
        return made;
    };
    for (;;) {
        if (!settle(move)) return;
        if (!execution_.alive(t) || execution_.ended(t) || !execution_.next(t) || !runs_ahead(t)) break;
        Frame ahead = frame(false, from);
        add_ways(t);
        if (ways_.size() > ahead.first + 1) return frames_.push_back(ahead);
        if (ways_.size() == ahead.first) break;
        const Way way = ways_.back();
        ways_.pop_back();
        const OpKind kind = execution_.next(t)->operation.kind;
        note(move, t);
        const Added added = perform(way);
        if (kind == OpKind::store) move.changing |= only(t);
        if (added == Added::violation) return report(execution_.violation());
        if (kind == OpKind::end) can_end_ |= only(t);
    }
    if (runtime::outside_state) throw OutOfReach(std::string(runtime::outside_state) + " are explored by graphs");
    const Visited::Found found = visited_.number_of(residual_.fingerprint());
    if (from != nowhere) circles_.note_move(from, found.number, move);
    if (!found.is_new) return;
    if (most_ && visited_.count() > most_) {
        ended_ = Ended::execution_limit, over_ = true;
        return;
    }
    Frame here = frame(true, found.number);
    Threads can_move = 0;
    for (ThreadId u = 0; u < execution_.thread_count(); ++u) {
        if (!execution_.next(u)) continue;
        if (execution_.next(u)->cut) {
            bound_hit_ = true;
            continue;
        }
        const std::size_t before = ways_.size();
        add_ways(u);
        if (ways_.size() > before) can_move |= only(u);
    }
    circles_.note_state(found.number, can_move);
    frames_.push_back(here);
}

/// Those who wait for what has happened go on. False: that was a violation.
bool Explorer::settle(Circles::Move& move) {
    for (ThreadId u = 0; u < execution_.thread_count();) {
        if (!execution_.next(u) || !is_certain(u)) {
            ++u;
            continue;
        }
        note(move, u);
        const Added added = perform({.thread = u});
        if (added == Added::violation) return report(execution_.violation()), false;
        u = 0; // an end of it may be awaited by those before
    }
    return true;
}

bool Explorer::is_certain(ThreadId t) const {
    return is_wait(execution_.next(t)->operation.kind) && execution_.awaited(t) != no_event;
}

/// What the thread does next comes in each execution that goes on from here, whatever others do, and can come now.
bool Explorer::runs_ahead(ThreadId t) const {
    const Step& step = *execution_.next(t);
    if (step.cut) return false;
    switch (step.operation.kind) {
    case OpKind::create:
    case OpKind::end:
    case OpKind::fence:
    case OpKind::choose:
    case OpKind::arrive:
    case OpKind::pick: return true;
    case OpKind::unlock: return !usage_.tries(); // a try that comes before it fails
    case OpKind::store: return !usage_.interleaving(step.slot->number);
    default: return false;
    }
}

// --- ways ---------------------------------------------------------------------------------------------------------------

void Explorer::add_ways(ThreadId t) {
    const Step& step = *execution_.next(t);
    const runtime::Operation& op = step.operation;
    if (is_wait(op.kind) || is(op.kind, never_added)) return; // settle() has seen to it
    if (is(op.kind, on_inputs) || op.symbolic != Scalar::none) throw OutOfReach("symbolic values are explored by graphs");
    if (op.kind == OpKind::clock) throw OutOfReach("the virtual time is explored by graphs");
    if (op.wait == runtime::Wait::notified) throw OutOfReach("waiting to be notified of a change is explored by graphs");
    if (usage_.note(step)) {
        if (const char* reason = usage_.out_of_reach()) throw OutOfReach(reason);
        if (visited_.count() > 1) throw Again{};
    }
    if (reads_object(op.kind)) return add_reads(t, step);
    if (op.kind == OpKind::store) return add_places(t, step);
    if (is(op.kind, plain_choice)) {
        for (std::uint32_t i = 0; i < std::uint32_t(op.operand); ++i) ways_.push_back({t, {.pick = i}});
        return;
    }
    if (op.kind == OpKind::pick) {
        const std::size_t count = std::max<std::size_t>(1, execution_.waiters(t).size());
        for (std::uint32_t i = 0; i < count; ++i) ways_.push_back({t, {.pick = i}});
        return;
    }
    if (!is(op.kind, entering)) return ways_.push_back({t, {}});
    // In a queue the next place is the last. One that would have to be waited for is taken when it need not be.
    const LocationId l = execution_.location(step);
    const EventId newest = l == no_location ? initial : graph_.write_at(l, std::uint32_t(graph_.location(l).mo.size()));
    Choice choice{.rf = newest};
    if (is(op.kind, shared_lock) && op.operand) throw OutOfReach("readers-writer locks that prefer writers are explored by graphs");
    if (is(op.kind, may_fail) && usage_.tries_in_the_past() && l != no_location) {
        add_failures(t, l);
        if (lock_is_free(step)) ways_.push_back({t, choice});
        return;
    }
    if (is(op.kind, may_fail)) choice.pick = execution_.refusal(op, newest);
    if (is(op.kind, takes_lock) && !choice.pick && !lock_is_free(step)) return;
    ways_.push_back({t, choice});
}

/// The tries that fail because of somebody of whose unlock the thread does not know.
void Explorer::add_failures(ThreadId t, LocationId l) {
    const std::uint32_t newest = std::uint32_t(graph_.location(l).mo.size());
    const ConstRow known = graph_.hb_of_thread(t);
    for (std::uint32_t place = newest + 1; place-- > std::max(graph_.coherence_bound(t, l), 1u);) {
        const EventId w = graph_.write_at(l, place);
        const unsigned count = execution_.ways_to_fail(t, w);
        for (unsigned i = 1; i <= count; ++i) {
            const EventId unlock = given_up_by(graph_, execution_.blamed(t, w, i));
            if (unlock == no_event || !known || !graph_.contains(known, unlock)) ways_.push_back({t, {.rf = w, .pick = i}, unlock != no_event});
        }
    }
}

void Explorer::add_reads(ThreadId t, const Step& step) {
    const LocationId l = execution_.location(step);
    if (l == no_location) return ways_.push_back({t, {.rf = initial}});
    const std::uint32_t newest = std::uint32_t(graph_.location(l).mo.size());
    const std::uint32_t oldest = usage_.interleaving(step.slot->number) ? newest : graph_.coherence_bound(t, l);
    for (std::uint32_t place = newest + 1; place-- > oldest;) {
        const EventId w = graph_.write_at(l, place);
        if (graph_.rmw_after(l, place) != no_event && Execution::updates(step, graph_.value_of(l, w))) continue;
        ways_.push_back({t, {.rf = w}, place != newest});
    }
}

void Explorer::add_places(ThreadId t, const Step& step) {
    const LocationId l = execution_.location(step);
    if (l == no_location) return ways_.push_back({t, {}});
    const std::uint32_t last = std::uint32_t(graph_.location(l).mo.size());
    const std::uint32_t first = usage_.interleaving(step.slot->number) ? last : graph_.coherence_bound(t, l);
    for (std::uint32_t place = last + 1; place-- > first;)
        if (graph_.rmw_after(l, place) == no_event) ways_.push_back({t, {.place = place}, place != last});
}

/// Whether whoever takes the next place has the lock at once.
bool Explorer::lock_is_free(const Step& step) const {
    const LocationId l = execution_.location(step);
    if (l == no_location) return true;
    const auto& mo = graph_.location(l).mo;
    const bool shared = is(step.operation.kind, shared_lock);
    for (auto place = mo.rbegin(); place != mo.rend(); ++place) {
        const bool alone = !is_shared(graph_, *place);
        if ((alone || !shared) && given_up_by(graph_, *place) == no_event) return false;
        if (alone) return true;
    }
    return true;
}

// --- ends ---------------------------------------------------------------------------------------------------------------

/// Nobody can go on. Who waits for a lock takes a place in its queue, so that it is seen what each waits for.
void Explorer::leaf() {
    const std::uint32_t size = graph_.size();
    for (ThreadId t = 0; t < execution_.thread_count(); ++t) {
        if (!execution_.next(t) || execution_.next(t)->cut) continue;
        const Step& step = *execution_.next(t);
        if (!is(step.operation.kind, takes_lock) || is(step.operation.kind, may_fail)) continue;
        perform({t, {.rf = graph_.write_at(execution_.location(step), std::uint32_t(graph_.location(execution_.location(step)).mo.size()))}});
    }
    const property::Diagnosis diagnosis = property::diagnose(execution_);
    dropped_any_ |= diagnosis.dropped;
    switch (diagnosis.outcome) {
    case property::Outcome::complete:
        ++statistics_.complete;
        if (on_complete) on_complete();
        break;
    case property::Outcome::wasted: ++statistics_.wasted; break;
    case property::Outcome::cut: bound_hit_ = true; [[fallthrough]];
    case property::Outcome::blocked: ++statistics_.blocked; break;
    case property::Outcome::stuck:
        ++statistics_.blocked;
        report(diagnosis.violation);
    }
    undo_to(size);
}

/// Keeps memory bounded: when too much is remembered of what threads do, it is dropped and learnt again as it is needed.
void Explorer::trim() {
    constexpr std::size_t most = 256u << 20; ///< bytes
    if (execution_.remembered() < most) return;
    const std::vector<Decision> all = decisions_from(graph_, 0);
    undo_to(0);
    execution_.forget();
    execution_.restart();
    redo(execution_, all);
}

void Explorer::report(const Violation& violation) {
    const bool unsupported = violation.kind == Verdict::unsupported;
    on_violation(violation);
    if (!options_.keep_going || unsupported) ended_ = Ended::violation, over_ = true;
}

bool Explorer::time_is_over() {
    if (stop_) ended_ = Ended::stopped, over_ = true;
    else if (options_.time_limit.count() && std::chrono::steady_clock::now() - begin_ >= options_.time_limit)
        ended_ = Ended::time_limit, over_ = true;
    else if (options_.memory_limit && visited_.bytes() + circles_.bytes() > options_.memory_limit)
        ended_ = Ended::memory_limit, over_ = true;
    return over_;
}

std::vector<Explorer::Round> Explorer::rounds() const {
    std::vector<Round> found;
    for (const Circles::Circle& circle : circles_.fair()) {
        const Threads servers = circle.by & ~circle.leaving & ~can_end_, others = circle.by & ~servers;
        if (!others) continue; // they are meant to
        // They take locks and give them back, as std::scoped_lock does: in each round it can end.
        if (circle.exits && !(others & circle.changing)) continue;
        const bool certain = others & can_end_;
        found.push_back({circle, servers ? Round::starving : certain ? Round::livelock : Round::unclear});
    }
    return found;
}

// --- which plain accesses others can race with ---------------------------------------------------------------------------

/// Notes who uses the cell, and under which locks: what all use under one lock cannot race.
void Explorer::watch(ThreadId t, const Cell& cell, AccessKind kind) {
    const auto is_alone = [&] {
        const ConstRow before = graph_.hb_of_thread(t);
        for (ThreadId u = 0; u < execution_.thread_count(); ++u)
            if (u != t && execution_.alive(u) && !(execution_.ended(u) && before && graph_.contains(before, graph_.last_of(u)))) return false;
        return true;
    };
    Users& users = users_[&cell];
    const bool writes = kind != AccessKind::read;
    if (users.begun && users.shared && users.written && users.locks.empty()) return;
    if (users.begun && users.first == t && !users.shared && (users.written || !writes)) return;
    if (is_alone()) return;
    std::vector<std::uint64_t> held;
    for (LocationId l = 0; l < graph_.location_count(); ++l) {
        const Location& location = graph_.location(l);
        if (!location.is_queue) continue;
        for (auto place = location.mo.rbegin(); place != location.mo.rend() && is_place_in_lock(graph_[*place]); ++place) {
            const bool shared = is_shared(graph_, *place);
            if (given_up_by(graph_, *place) == no_event && graph_[*place].thread == t && !(shared && writes)) held.push_back(location.slot);
            if (!shared) break;
        }
    }
    std::sort(held.begin(), held.end());
    if (!users.begun) {
        users = {t, false, writes, true, std::move(held)};
        return;
    }
    users.shared |= users.first != t;
    users.written |= writes;
    std::erase_if(users.locks, [&](std::uint64_t lock) { return !std::binary_search(held.begin(), held.end(), lock); });
}

/// True when there are cells that were not monitored and have to be.
bool Explorer::learn_of_accesses() {
    if (!usage_.loose()) return false;
    bool news = false;
    for (const auto& [cell, users] : users_)
        if (users.shared && users.written && users.locks.empty()) news |= residual_.monitored.insert(cell).second;
    return news;
}

} // namespace heddle::states
