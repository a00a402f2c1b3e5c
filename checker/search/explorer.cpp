#include "search/explorer.hpp"

#include <algorithm>

#include "core/pulse.hpp"
#include "property/diagnosis.hpp"
#include "search/failure_order.hpp"
#include "search/revisit.hpp"
#include "execution/queue.hpp"

namespace heddle::search {

using namespace execution;
using namespace property;
using namespace graph;
using runtime::OpKind;

namespace {

constexpr unsigned blocked = 100;
constexpr std::size_t remembered_limit = 24u
                                         << 20; ///< bytes of remembered behaviour before it is dropped and learnt anew

} // namespace

Explorer::Explorer(Execution& execution, const Options& options, Statistics& statistics, const StopFlag& stop,
                   std::function<void(const Progress&)> progress)
    : execution_(execution), graph_(execution.graph()), options_(options), statistics_(statistics), stop_(stop),
      progress_(std::move(progress)), begin_(std::chrono::steady_clock::now()),
      properties_(execution, options, statistics) {}

Ended Explorer::run(const WorkItem& item) {
    execution_.know_children(item.children);
    if (!take(execution_.restart())) return ended_;
    bool goes_on = true;
    if (!item.open.empty()) {
        begin(item);
        goes_on = backtrack();
    }
    if (goes_on) explore();
    return ended_;
}

Ended Explorer::go_on() {
    over_ = false, pause_after_ = 0;
    ended_ = Ended::complete;
    if (backtrack()) explore();
    return ended_;
}

void Explorer::explore() {
    do
        while (step()) {
        }
    while (!over_ && backtrack());
}

/// The branching point of the item, as the only one.
void Explorer::begin(const WorkItem& item) {
    redo(execution_, item.decisions);
    alternatives_ = item.open;
    Frame frame;
    frame.size = graph_.size();
    frame.thread = item.open.front().thread;
    frame.end = std::uint32_t(alternatives_.size());
    frame.revisits = item.revisits;
    frame.revisiting = item.revisiting;
    frames_.push_back(std::move(frame));
}

/// The graph at a branching point, from the graph as it stands: what revisits above it have taken out is there again, as
/// put_back() will do it.
std::vector<Decision> Explorer::decisions_at(std::size_t frame) const {
    std::vector<Decision> decisions = decisions_from(graph_, 0);
    for (std::size_t above = frames_.size(); --above > frame;) {
        if (!frames_[above].restore) continue;
        decisions.resize(frames_[above].size);
        decisions.insert(decisions.end(), frames_[above].taken_out.begin(), frames_[above].taken_out.end());
    }
    decisions.resize(frames_[frame].size);
    return decisions;
}

std::optional<WorkItem> Explorer::split() {
    for (std::size_t f = 0; f < frames_.size(); ++f) {
        Frame& frame = frames_[f];
        if (frame.restore || frame.next >= frame.end) continue;
        // Those of the frames above it follow in alternatives_: nothing moves, the last ones are only no longer gone to.
        const std::uint32_t end = frame.end;
        WorkItem item;
        item.children = execution_.children();
        item.decisions = decisions_at(f);
        item.revisits = frame.revisits;
        item.revisiting = frame.revisiting;
        frame.end = frame.next + (end - frame.next) / 2;
        item.open.assign(alternatives_.begin() + frame.end, alternatives_.begin() + end);
        return item;
    }
    return {};
}

/// One event more. False at a leaf: nothing can be added, or what was added ends the execution.
bool Explorer::step() {
    // A long execution, or many that come to nothing, must not hold up a stop or outlast the time limit.
    if (++steps_ % 1024 == 0 && time_is_over()) return false;
    const std::optional<ThreadId> chosen = choose_thread();
    if (!chosen) {
        leaf();
        return false;
    }
    const ThreadId t = *chosen;
    const Step& step = *execution_.next(t);
    const auto first = std::uint32_t(alternatives_.size());
    bool may_wait = false;
    if (execution_.in_update(t)) {
        add_places(t);
    } else {
        switch (step.operation.kind) {
        case OpKind::load:
        case OpKind::rmw:
        case OpKind::cas:
            may_wait = true;
            add_reads(t);
            break;
        case OpKind::store: add_places(t); break;
        case OpKind::clock:
            alternatives_.push_back({.thread = t});
            if (step.jump == Jump::may) alternatives_.push_back({.thread = t, .choice = {.pick = passing::jump}});
            if (step.jump != Jump::no)
                for (const std::uint32_t passes : execution_.times_between(t))
                    alternatives_.push_back({.thread = t, .choice = {.pick = passes}});
            break;
        case OpKind::choose:
            for (std::uint32_t i = 0; i < std::uint32_t(step.operation.operand); ++i)
                alternatives_.push_back({.thread = t, .choice = {.pick = i}});
            break;
        case OpKind::ensure_that:
            if (!check(t)) return false;
            [[fallthrough]];
        case OpKind::branch:
        case OpKind::assume_that: add_sides(t); break;
        case OpKind::pick: {
            const auto count = std::max<std::size_t>(1, execution_.waiters(t).size());
            for (std::uint32_t i = 0; i < count; ++i) alternatives_.push_back({.thread = t, .choice = {.pick = i}});
            break;
        }
        default:
            if (enters_queue(step.operation.kind)) add_reads(t);
            else return take(execution_.add(t, {.stamp = execution_.new_stamp()}));
        }
    }
    // A single way needs no branching point, unless it may turn out that the thread has to wait.
    if (alternatives_.size() == first + 1 && alternatives_.back().kind == Alternative::Kind::add && !may_wait) {
        Choice choice = alternatives_.back().choice;
        alternatives_.pop_back();
        choice.stamp = execution_.new_stamp();
        const Added added = add(t, choice);
        if (added != Added::spin && added != Added::inconsistent) return take(added);
        return false; // the write half of an update whose value turns out to lead nowhere: see backtrack
    }
    if (alternatives_.size() == first) return false;
    Frame frame;
    frame.size = graph_.size();
    frame.first = frame.next = first;
    frame.end = std::uint32_t(alternatives_.size());
    frame.thread = t;
    frame.may_wait = may_wait;
    frames_.push_back(std::move(frame));
    return backtrack();
}

/// Takes the next alternative of the newest branching point that has one. False: everything has been seen.
bool Explorer::backtrack() {
    while (!frames_.empty() && !over_) {
        Frame& frame = frames_.back();
        if (frame.restore) {
            put_back(std::move(frame.taken_out), frame.size);
            frames_.pop_back();
            continue;
        }
        if (frame.next < frame.end) {
            const Alternative alternative = alternatives_[frame.next++];
            go_to(frame.size);
            if (apply(alternative, frame)) return true;
            if (!frames_.back().may_wait || !frames_.back().found_spin) continue;
            // The newest value leads the thread back to where it was, as was not known when it was chosen: the others
            // first.
            alternatives_.resize(frames_.back().first);
            frames_.pop_back();
            return true;
        }
        alternatives_.resize(frame.first);
        frames_.pop_back();
    }
    return false;
}

/// A revisit has been explored: the events it took out come back, but only as far as somebody still needs them.
void Explorer::put_back(std::vector<Decision> taken_out, std::uint32_t from) {
    if (graph_.size() >= from) {
        execution_.undo_to(from);
        absent_ = std::move(taken_out);
        absent_from_ = from;
        return;
    }
    // A revisit inside that one reached further down; of what it took out the part below `from` is needed as well.
    absent_.resize(from - absent_from_);
    absent_.insert(absent_.end(), taken_out.begin(), taken_out.end());
}

/// Brings the graph to what it was at a branching point of that size.
void Explorer::go_to(std::uint32_t size) {
    if (graph_.size() < size)
        redo(execution_, std::span(absent_).subspan(graph_.size() - absent_from_, size - graph_.size()));
    else execution_.undo_to(size);
}

/// False when the alternative turns out impossible, or ended the execution at once.
bool Explorer::apply(const Alternative& alternative, Frame& frame) {
    if (alternative.kind == Alternative::Kind::revisit) return revisit(alternative);
    Choice choice = alternative.choice;
    choice.stamp = execution_.new_stamp();
    const ThreadId t = alternative.thread;
    Added added = add(t, choice);
    if (added == Added::spin) frame.found_spin = frame.may_wait && frame.next == frame.first + 1;
    if (added == Added::inconsistent || added == Added::spin) return false;
    if (!frame.revisits || added == Added::violation) return take(added);
    // The write is in place: now the read that it revisits, with the stamp it had.
    Choice reading = frame.revisiting.reading;
    const ThreadId reader = frame.revisiting.reader;
    const EventId write = reading.rf = graph_.size() - 1;
    const LocationId l = graph_[write].location;
    if (graph_.mo_place(l, write) < graph_.coherence_bound(reader, l)) return false;
    const Value value = graph_[write].value;
    if (const Step& read = *execution_.next(reader); is_symbolic_cas(read.operation)) {
        const Word equal = Execution::succeeds(read, value);
        if (!possible(reading.pick ? expressions().negation(equal) : equal)) return false;
        if (reading.pick) reading.wait = execution_.learn(reader, value).is_spin();
    } else if (!graph_[write].chain) {
        reading.wait = execution_.learn(reader, value).is_spin();
    }
    if (reading.wait && graph_.location(l).mo.back() != write && !may_be_left(reader, l, graph_.mo_place(l, write)))
        return false;
    added = execution_.add(reader, reading);
    if (added == Added::spin || added == Added::inconsistent) return false;
    return take(added);
}

bool Explorer::take(Added added) {
    if (added != Added::violation) return added == Added::yes;
    // The execution ends here; what the properties say of it comes first. (After a race nothing can be said.)
    const Verdict kind = execution_.violation().kind;
    if (!execution_.violation().conflict && kind != Verdict::unsupported) look({});
    if (over_) return false;
    if (report(execution_.violation()) && kind == Verdict::unsupported)
        ended_ = Ended::violation, over_ = true;
    return false;
}

/// False: no inputs lead to it.
bool Explorer::report(const Violation& violation) {
    if (!on_violation(violation)) return false;
    if (!options_.keep_going) ended_ = Ended::violation, over_ = true;
    return true;
}

/// As execution_.add; but a branch or a failing compare_exchange of symbolic values that leads its thread back to where it
/// was is added waiting: it, or the reads before it, may be revisited.
Added Explorer::add(ThreadId t, Choice choice) {
    const bool half_done = execution_.in_update(t);
    const Step& step = *execution_.next(t);
    const Added added = execution_.add(t, choice);
    if (added != Added::spin || half_done) return added;
    if (is_symbolic_cas(step.operation)) {
        const LocationId l = execution_.location(step);
        const bool newest = l == no_location || graph_.write_at(l, std::uint32_t(graph_.location(l).mo.size())) == choice.rf;
        if (!newest) return Added::inconsistent;
    } else if (step.operation.kind == OpKind::clock) {
        if (!waits_for_the_newest(t, Value(execution_.time_of_clock(t, execution_.passes(t, choice))))) return Added::inconsistent;
    } else if (!runtime::is_on_condition(step.operation.kind)) {
        return added;
    } else if (!waits_for_the_newest(t, choice.pick)) {
        return Added::inconsistent;
    }
    choice.wait = true;
    return execution_.add(t, choice);
}

/// Whether the last read in the loop that the thread's next operation closes with that result reads the newest value:
/// only then is waiting for another one worth an execution.
bool Explorer::waits_for_the_newest(ThreadId t, Value result) const {
    const Step& step = *execution_.next(t);
    const auto spin = std::find_if(step.spins.begin(), step.spins.end(), [&](const Spin& s) { return s.result == result; });
    if (spin == step.spins.end() || spin->head == &step) return true;
    for (EventId e = graph_.last_of(t); e < no_event && graph_[e].thread == t; e = graph_[e].previous) {
        const Event& event = graph_[e];
        if (event.is_read()) {
            const auto& mo = graph_.location(event.location).mo;
            return mo.empty() || mo.back() == event.rf;
        }
        if (event.step == spin->head) return true;
    }
    return true;
}

// --- symbolic conditions -------------------------------------------------------------------------------------------

bool Explorer::possible(Word condition) const { return execution_.possible(condition) != smt::Answer::unsatisfiable; }

/// The sides of the next operation of t, which is on a condition. Sides that no inputs take are found out when they are
/// added; the true one is the canonical one.
void Explorer::add_sides(ThreadId t) {
    const runtime::Operation& op = execution_.next(t)->operation;
    alternatives_.push_back({.thread = t, .choice = {.pick = 1}});
    if (op.kind == OpKind::branch) alternatives_.push_back({.thread = t, .choice = {.pick = 0}});
    // Where the assumption does not hold its thread stops. The others go on: what goes wrong in them need not come after the
    // assumption, and by a revisit they may take it back.
    else if (op.kind == OpKind::assume_that && (!is_alone(t) || !possible(Word(op.operand))))
        alternatives_.push_back({.thread = t, .choice = {.pick = 0}});
}

bool Explorer::is_alone(ThreadId t) const {
    for (ThreadId u = 0; u < execution_.thread_count(); ++u)
        if (u != t && execution_.alive(u) && !execution_.ended(u)) return false;
    return true;
}

/// The next operation of t is a check: reports inputs for which it fails. False: the exploration ends.
bool Explorer::check(ThreadId t) {
    const runtime::Operation& op = execution_.next(t)->operation;
    const Word fails = expressions().negation(Word(op.operand));
    if (execution_.possible(fails) != smt::Answer::satisfiable) return true; // or unknown: see Check::conclude
    Violation violation;
    violation.kind = op.verdict;
    violation.message = op.message;
    violation.thread = t;
    violation.pc = op.pc;
    violation.frame = op.frame;
    violation.also = fails;
    report(violation);
    return !over_;
}

// --- which thread --------------------------------------------------------------------------------------------------

/// What cannot branch first, then stores, then updates, then loads: a load that comes late finds its writes there, and
/// choosing among them is cheaper than being revisited by them. Any order is right.
unsigned Explorer::rank(ThreadId t) {
    if (execution_.in_update(t)) return 0;
    const Step& step = *execution_.next(t);
    if (step.cut) return blocked;
    // Whether somebody has seen its last round who has got anywhere is known when nobody else can go on: those in the middle
    // of a round of their own may give it back as well.
    if (step.round) return execution_.waits_for_change(t) ? blocked : blocked - 1;
    if (waits_for_others(step.operation.kind) && execution_.awaited(t) == no_event) return blocked;
    return reads_object(step.operation.kind) && newest_leads_back(t) ? 7 : traits_of(step.operation.kind).rank;
}

std::optional<ThreadId> Explorer::choose_thread() {
    std::optional<ThreadId> best;
    unsigned best_rank = blocked;
    // A half-done update goes on first; without one, the first thread that cannot branch will do.
    const unsigned enough = execution_.open_updates() ? 0 : 1;
    for (ThreadId t = 0; t < execution_.thread_count() && best_rank > enough; ++t) {
        if (!execution_.next(t)) continue;
        const unsigned r = rank(t);
        if (r < best_rank) best_rank = r, best = t;
    }
    return best;
}

/// Whether the newest value is known to lead the thread back to where it is: a spin loop. Such a thread comes last,
/// since others may change the value.
bool Explorer::newest_leads_back(ThreadId t) const {
    const Step& step = *execution_.next(t);
    if (!step.in_spin() && step.operation.wait == runtime::Wait::none) return false;
    const LocationId l = execution_.location(step);
    const Value newest = l == no_location || graph_.location(l).mo.empty() ? execution_.initial_value(step)
                                                                           : graph_[graph_.location(l).mo.back()].value;
    return execution_.leads_to(step, newest).is_spin();
}

// --- alternatives --------------------------------------------------------------------------------------------------

/// The writes that the next operation of t may read, newest first. A value that leads the thread back to where it was
/// is offered, to wait for another, only when it is the newest. An update may also read what another update has read:
/// it then can only take the other's place, by the revisits of its write half.
void Explorer::add_reads(ThreadId t) {
    const Step& step = *execution_.next(t);
    const OpKind kind = step.operation.kind;
    const bool queue = enters_queue(kind);
    LocationId l = execution_.location(step);
    const std::uint32_t newest = l == no_location ? 0 : std::uint32_t(graph_.location(l).mo.size());
    const std::uint32_t bound = l == no_location ? 0 : graph_.coherence_bound(t, l);
    for (std::uint32_t place = newest + 1; place-- > bound;) {
        const EventId w = l == no_location ? initial : graph_.write_at(l, place);
        const Value value = l == no_location ? execution_.initial_value(step) : graph_.value_of(l, w);
        if (is_symbolic_cas(step.operation)) {
            add_outcomes(t, w, value, place == newest);
            continue;
        }
        // An update's read half alone does not show where its value leads; a load shows it at once.
        const bool wait =
            !queue &&
            (Execution::updates(step, value) ? execution_.learn(t, value) : execution_.leads_to(step, value)).is_spin();
        if (wait && place != newest && !may_be_left(t, l, place)) continue;
        alternatives_.push_back({.thread = t, .choice = {.rf = w, .wait = wait}});
        for (unsigned ways = queue ? execution_.ways_to_fail(t, w) : 0, i = 1; i <= ways; ++i)
            if (!fails_in_vain(t, w, i)) alternatives_.push_back({.thread = t, .choice = {.rf = w, .pick = i}});
    }
}

/// Whether the next operation of t is a wait to be notified which, having read the write at `place`, can miss that this
/// is no longer the newest. A notification that it cannot miss stays: with a read that is not the newest in between, no
/// revisit takes it out again.
bool Explorer::may_be_left(ThreadId t, LocationId l, std::uint32_t place) const {
    const runtime::Operation& op = execution_.next(t)->operation;
    return op.wait == runtime::Wait::notified && !execution_.surely_woken(op.address, l, place);
}

/// A compare_exchange of symbolic values that reads this value succeeds, fails, or does either; succeeding is the
/// canonical outcome.
void Explorer::add_outcomes(ThreadId t, EventId w, Value value, bool newest) {
    const Step& step = *execution_.next(t);
    const Word equal = Execution::succeeds(step, value);
    if (equal != 0) alternatives_.push_back({.thread = t, .choice = {.rf = w}});
    if (equal == 1) return;
    const bool wait = execution_.leads_to(step, value).is_spin();
    if (!wait || newest) alternatives_.push_back({.thread = t, .choice = {.rf = w, .pick = 1, .wait = wait}});
}

/// Whether the thread knows already that the holder has unlocked on whom a try that reads the place would be blamed: it cannot
/// then fail because of it.
bool Explorer::fails_in_vain(ThreadId t, EventId place, unsigned pick) const {
    const EventId unlock = given_up_by(graph_, execution_.blamed(t, place, pick));
    const ConstRow before = graph_.hb_of_thread(t);
    return unlock != no_event && before && graph_.contains(before, unlock);
}

/// The places in mo for the next write of t, and the reads it may revisit.
void Explorer::add_places(ThreadId t) {
    const Step& step = *execution_.next(t);
    const LocationId l = execution_.location(step);
    if (execution_.in_update(t)) {
        const Event& read = graph_[graph_.last_of(t)];
        const std::uint32_t place = graph_.mo_place(l, read.rf);
        const EventId conflict = graph_.rmw_after(l, place);
        if (conflict == no_event) alternatives_.push_back({.thread = t, .choice = {.place = place}});
        add_revisits(t, conflict);
        return;
    }
    if (l == no_location) {
        alternatives_.push_back({.thread = t});
        return;
    }
    offer_places(t, l);
    add_revisits(t, no_event);
}

void Explorer::offer_places(ThreadId t, LocationId l) {
    const std::uint32_t bound = graph_.coherence_bound(t, l);
    for (std::uint32_t place = std::uint32_t(graph_.location(l).mo.size()) + 1; place-- > bound;)
        if (graph_.rmw_after(l, place) == no_event) alternatives_.push_back({.thread = t, .choice = {.place = place}});
}

void Explorer::add_revisits(ThreadId t, EventId conflict) {
    revisitable(execution_, t, execution_.location(*execution_.next(t)), conflict, reads_);
    for (const EventId r : reads_) {
        alternatives_.push_back({.kind = Alternative::Kind::revisit, .thread = t, .read = r});
        const runtime::Operation& op = operation_of(graph_[r]);
        unsigned ways = is_symbolic_cas(op);
        if (is(op.kind, may_fail)) // the place in the queue that t is about to take follows the one that it has read
            ways = execution_.ways_to_fail(op.kind, execution_.next(t)->operation.kind, graph_[graph_.last_of(t)].rf);
        for (unsigned i = 1; i <= ways; ++i)
            alternatives_.push_back({.kind = Alternative::Kind::revisit, .thread = t, .read = r, .fails = i});
    }
}

/// Takes out what the revisit deletes and the read, and offers every place in mo for the write that the read then
/// reads.
bool Explorer::revisit(const Alternative& alternative) {
    ++statistics_.revisits;
    const EventId r = alternative.read;
    const ThreadId t = alternative.thread;
    const Prefix prefix(graph_, t);
    EventId from = r;
    for (EventId e = 0; e < r; ++e)
        if (deleted(graph_, e, r, prefix)) {
            from = e;
            break;
        }
    Frame restore;
    restore.size = from;
    restore.restore = true;
    restore.first = restore.next = restore.end = std::uint32_t(alternatives_.size());
    restore.taken_out = decisions_from(graph_, from);
    std::vector<bool> gone(restore.taken_out.size());
    for (EventId e = from; e < graph_.size(); ++e) gone[e - from] = e == r || deleted(graph_, e, r, prefix);
    Frame place;
    place.revisits = true;
    place.revisiting.reader = graph_[r].thread;
    place.revisiting.reading.stamp = graph_[r].stamp;
    place.revisiting.reading.pick = alternative.fails;
    place.thread = t;
    const std::vector<std::uint32_t> ranks = mo_ranks(graph_);
    execution_.undo_to(from);
    add_kept(execution_, restore.taken_out, gone, ranks, from);
    frames_.push_back(std::move(restore));
    place.size = graph_.size();
    place.first = place.next = std::uint32_t(alternatives_.size());
    const Step& step = *execution_.next(t);
    const LocationId l = execution_.location(step);
    if (execution_.in_update(t)) {
        const std::uint32_t at = graph_.mo_place(l, graph_[graph_.last_of(t)].rf);
        if (graph_.rmw_after(l, at) == no_event) alternatives_.push_back({.thread = t, .choice = {.place = at}});
    } else if (l == no_location) {
        alternatives_.push_back({.thread = t});
    } else {
        offer_places(t, l);
    }
    place.end = std::uint32_t(alternatives_.size());
    frames_.push_back(std::move(place));
    return false; // backtrack() goes on with the new branching point
}

// --- leaves --------------------------------------------------------------------------------------------------------

void Explorer::leaf() {
    if (on_graph) on_graph();
    const Diagnosis diagnosis = diagnose(execution_);
    dropped_any_ |= diagnosis.dropped;
    looked_back_ |= diagnosis.looks_back && orders_as_written_;
    if (diagnosis.outcome == Outcome::stuck) ++statistics_.blocked;
    look({.leaf = &diagnosis});
    if (over_) return;
    switch (diagnosis.outcome) {
    case Outcome::complete:
        if (orders_as_written_ && !consistent_with_success_orders(graph_, options_.model)) ++statistics_.by_failure_order;
        else ++statistics_.complete;
        break;
    case Outcome::wasted: ++statistics_.wasted; break;
    case Outcome::cut: unroll_bound_hit_ = true; [[fallthrough]];
    case Outcome::blocked: ++statistics_.blocked; break;
    case Outcome::stuck: break; // counted
    }
    pulse->complete.store(statistics_.complete, std::memory_order_relaxed);
    pulse->blocked.store(statistics_.blocked, std::memory_order_relaxed);
    if (over_ || limits_reached()) return;
    trim();
}

/// Reports what the properties find wrong with the execution as it stands.
void Explorer::look(Moment moment) {
    for (const auto& property : properties_) {
        const std::optional<Violation> violation = property->at(moment);
        if (!violation) continue;
        if (violation->breach) { // told as the part of the execution that is in that state
            const std::vector<Decision> all = decisions_from(graph_, 0);
            reduce(execution_, *violation->breach);
            report(*violation);
            execution_.undo_to(0);
            redo(execution_, all);
        } else {
            report(*violation);
        }
        if (over_) return;
    }
}

bool Explorer::limits_reached() {
    const std::uint64_t seen = statistics_.complete + statistics_.by_failure_order + statistics_.blocked;
    if (most_when_cut_ && unroll_bound_hit_ && seen >= most_when_cut_) return over_ = true;
    if (pause_after_ && (seen >= pause_after_ || (pauses_when_cut_ && unroll_bound_hit_)) && !frames_.empty()) {
        ended_ = Ended::paused;
        return over_ = true;
    }
    if (options_.max_executions && seen >= options_.max_executions && !frames_.empty()) {
        ended_ = Ended::execution_limit, over_ = true;
        return true;
    }
    if (++checks_ % 256) return false;
    time_is_over();
    const auto now = std::chrono::steady_clock::now();
    if (progress_ && checks_ % 4096 == 0)
        progress_({statistics_.complete, statistics_.blocked, std::chrono::duration<double>(now - begin_).count()});
    return over_;
}

bool Explorer::time_is_over() {
    if (stop_) ended_ = Ended::stopped, over_ = true;
    else if (options_.time_limit.count() && std::chrono::steady_clock::now() - begin_ >= options_.time_limit)
        ended_ = Ended::time_limit, over_ = true;
    return over_;
}

/// Keeps memory flat: when too much is remembered, it is dropped and learnt again as it is needed.
void Explorer::trim() {
    if (execution_.remembered() < remembered_limit) return;
    const std::vector<Decision> all = decisions_from(graph_, 0);
    execution_.forget();
    execution_.restart();
    redo(execution_, all);
}

} // namespace heddle::search
