#include "story/telling.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "execution/queue.hpp"
#include "program/module.hpp"

namespace heddle::story {

using namespace execution;
using namespace graph;
using runtime::OpKind;

namespace {

std::string quoted(const std::string& name, const char* otherwise) {
    return name.empty() ? otherwise : "`" + name + "`";
}

std::string with_place(std::string text, const char* preposition, const SourceSite& site) {
    if (site.known()) text += fmt::format(" {} {}", preposition, short_place(site));
    return text;
}

std::string thread(ThreadId t) { return fmt::format("T{}", t); }

std::string list(const std::vector<std::string>& words) {
    if (words.size() < 2) return words.empty() ? "" : words[0];
    return fmt::format("{} and {}", fmt::join(words.begin(), words.end() - 1, ", "), words.back());
}

} // namespace

void Telling::tell(trace::Violation& out) const {
    if (violation_.conflict) return out.kind == Verdict::memory ? tell_use_after_free(out) : tell_conflict(out);
    if (violation_.waiting.empty()) return;
    for (const auto& w : violation_.waiting) {
        trace::Part part{int(w.thread), seen_.end_of(w.thread).site, waits_for(w), {}, {}, wait_of(w)};
        // Those who only wait for the end of others come last: they are not the cause.
        const auto joins = [](const trace::Part& one) { return one.waits_for && one.waits_for->op == trace::Op::join; };
        auto place = out.parts.end();
        while (!joins(part) && place != out.parts.begin() && joins(*(place - 1))) --place;
        out.parts.insert(place, std::move(part));
    }
    if (out.kind == Verdict::livelock) tell_livelock(out);
    else tell_waiting(out);
    for (const auto& w : violation_.waiting)
        if (out.hint.empty() && w.step->operation.kind != OpKind::join) out.hint = what_would_end_the_wait(w);
}

std::string Telling::what_would_end_the_wait(const Violation::Waiting& waiting) const {
    using runtime::Wait;
    const runtime::Operation& op = waiting.step->operation;
    const std::string who = thread(waiting.thread), object = quoted(object_of(waiting.thread), "it");
    if (waiting.step->round) return fmt::format("{} goes round for ever unless another thread changes what it looks at.", who);
    if (is(op.kind, admission)) {
        if (waiting.for_thread == runtime::max_threads) return {};
        if (waiting.for_thread == waiting.thread) return fmt::format("{} must unlock {} before it locks it again.", who, object);
        if (execution_.ended(waiting.for_thread)) return fmt::format("{} must unlock {} on every way out: a std::lock_guard or std::unique_lock does.", thread(waiting.for_thread), object);
        if (circle().empty()) return {};
        return "Where all threads take the locks in the same order, or all at once with std::scoped_lock, no such circle can close.";
    }
    switch (op.kind) {
    case OpKind::wake: return fmt::format("Who makes true what {} waits for must signal {} after that, under the same mutex or after unlocking it.", who, object);
    case OpKind::meet: return fmt::format("As many threads must arrive at {} as it was made for.", object);
    case OpKind::load:
    case OpKind::fence:
    case OpKind::rmw:
    case OpKind::cas: break;
    default: return {};
    }
    switch (op.wait) {
    case Wait::semaphore: return fmt::format("Each acquire of {} needs a release.", object);
    case Wait::future: return "A promise must be kept on every way: set_value, set_exception, or its destruction, which breaks it.";
    case Wait::meeting:
    case Wait::phase: return fmt::format("As many threads must arrive at {} as it was made for.", object);
    case Wait::once: return "An initialisation must not wait for what only its own end can bring.";
    case Wait::notified: return {};
    default: break;
    }
    if (!spins(op) || newest_write(waiting) == no_event) return {};
    const ThreadId writer = graph_[newest_write(waiting)].thread;
    if (writer == waiting.thread) return fmt::format("Another thread must write {} after {} has written it itself.", object, who);
    return {};
}

// --- data races --------------------------------------------------------------------------------------------------

void Telling::tell_conflict(trace::Violation& out) const {
    const Conflict& conflict = *violation_.conflict;
    const auto verb = [](AccessKind k, bool atomic) -> std::string {
        const char* what = k == AccessKind::read ? "reads" : k == AccessKind::write ? "writes" : "frees";
        return atomic ? fmt::format("atomically {}", what) : what;
    };
    std::string first, name;
    SourceSite first_site;
    ThreadId first_thread;
    std::uint32_t first_segment;
    if (conflict.event != no_event) {
        const Event& event = graph_[conflict.event];
        first = verb(event.is_read() ? AccessKind::read : AccessKind::write, true);
        first_site = seen_.at(conflict.event).site;
        first_thread = event.thread;
        first_segment = event.index;
        name = seen_.at(conflict.event).object.text;
    } else {
        first = verb(conflict.earlier.kind, false);
        first_site = seen_.earlier().site;
        first_thread = conflict.earlier.thread;
        first_segment = conflict.earlier.segment;
        name = seen_.earlier().object.text;
    }
    const SourceSite second_site =
        violation_.atomic ? seen_.at(graph_.last_of(violation_.thread)).site : seen_.later().site;
    const std::string second = verb(violation_.access, violation_.atomic);
    if (!violation_.atomic && !seen_.later().object.text.empty()) name = seen_.later().object.text;
    if (name.empty() && violation_.atomic) name = seen_.at(graph_.last_of(violation_.thread)).object.text;
    const std::string object = quoted(name, "the same memory");
    out.message = fmt::format("{} {} {} while {} {} it, and nothing orders the two", thread(first_thread), first,
                              object, thread(violation_.thread), second);
    const auto part = [&](ThreadId t, const SourceSite& site, const std::string& what, std::uint32_t events) {
        std::vector<std::string> mutexes;
        for (const Held& h : held(t, events)) mutexes.push_back(quoted(h.name, "a mutex"));
        std::string text = fmt::format("{} {}", what, object);
        if (!mutexes.empty()) text += ", holding " + list(mutexes);
        out.parts.push_back({int(t), site, text});
    };
    part(first_thread, first_site, first, first_segment);
    part(violation_.thread, second_site, second, ~0u);
    if (!name.empty()) {
        const auto value = [&](const SeenAccess& access, ThreadId t, bool reads) {
            if (!access.value.empty())
                out.values.emplace_back(fmt::format("{} {} by {}", name, reads ? "read" : "written", thread(t)),
                                        access.value);
        };
        if (conflict.event == no_event) value(seen_.earlier(), first_thread, conflict.earlier.kind == AccessKind::read);
        if (!violation_.atomic) value(seen_.later(), violation_.thread, violation_.access == AccessKind::read);
    }
    const bool frees_first = conflict.event == no_event && conflict.earlier.kind == AccessKind::release;
    if (frees_first) out.hint = what_would_keep_it(first_thread, violation_.thread);
    else if (violation_.access == AccessKind::release) out.hint = what_would_keep_it(violation_.thread, first_thread);
    else out.hint = what_would_order(first_thread, first_segment, violation_.thread);
}

void Telling::tell_use_after_free(trace::Violation& out) const {
    const Conflict& conflict = *violation_.conflict;
    const ThreadId freer = conflict.event != no_event ? graph_[conflict.event].thread : conflict.earlier.thread;
    const SourceSite freed = conflict.event != no_event ? seen_.at(conflict.event).site : seen_.earlier().site;
    const SourceSite used = violation_.atomic ? seen_.at(graph_.last_of(violation_.thread)).site : seen_.later().site;
    std::string name =
        violation_.atomic ? seen_.at(graph_.last_of(violation_.thread)).object.text : seen_.later().object.text;
    if (name.empty()) name = seen_.earlier().object.text;
    const std::string object = quoted(name, "a block");
    const char* verb = violation_.access == AccessKind::read    ? "reads"
                       : violation_.access == AccessKind::write ? "writes"
                                                                : "frees";
    const bool twice = violation_.access == AccessKind::release;
    out.message = twice ? fmt::format("{} frees {} again, which {} has freed", thread(violation_.thread), object,
                                      freer == violation_.thread ? "it itself" : thread(freer))
                        : fmt::format("{} {} {} after {} has freed it", thread(violation_.thread), verb, object,
                                      freer == violation_.thread ? "it" : thread(freer));
    if (const Birth* birth = seen_.birth_of(violation_.address); birth && birth->site.known())
        out.parts.push_back({int(birth->thread), birth->site, fmt::format("allocates {}", object.substr(0, object.find_first_of(".[")) + (object.find_first_of(".[") < object.size() ? "`" : ""))});
    out.parts.push_back({int(freer), freed, "frees the block"});
    out.parts.push_back({int(violation_.thread), used, fmt::format("{} {}", verb, object)});
    out.hint = twice ? "One owner must free it, once: std::unique_ptr sees to that, std::shared_ptr where there are several."
               : freer == violation_.thread ? fmt::format("{} must free it after its last use.", thread(freer))
                                            : what_would_keep_it(freer, violation_.thread);
}

std::string Telling::what_would_keep_it(ThreadId freer, ThreadId user) {
    return fmt::format("{} must not free it before {} has done with it: it can wait for {} to end, or both can own it (std::shared_ptr).",
                       thread(freer), thread(user), thread(user));
}

std::vector<Telling::Held> Telling::held(ThreadId t, std::uint32_t events) const {
    std::vector<Held> held;
    const auto is_past = [&](EventId e) { return e < no_event && graph_[e].index < events; };
    for (EventId e = 0; e < graph_.size(); ++e) {
        if (graph_[e].thread != t || !is_place_in_lock(graph_[e])) continue;
        const EventId since = held_since(graph_, e);
        if (!is_past(since) || is_past(given_up_by(graph_, e))) continue;
        held.push_back({operation(e).address, since, seen_.at(since).object.text});
    }
    return held;
}

std::string Telling::what_would_order(ThreadId first, std::uint32_t first_segment, ThreadId second) const {
    if (std::string link = unsynchronised_link(first, first_segment, second); !link.empty()) return link;
    const std::vector<Held> mine = held(first, first_segment), others = held(second, ~0u);
    const auto names = [](const std::vector<Held>& all) {
        std::vector<std::string> words;
        for (const Held& h : all) words.push_back(quoted(h.name, "a mutex"));
        return list(words);
    };
    if (!mine.empty() && !others.empty())
        return fmt::format("{} holds {}, {} holds {}: only one and the same mutex would keep them apart.",
                           thread(first), names(mine), thread(second), names(others));
    if (!mine.empty() || !others.empty()) {
        const auto& locked = mine.empty() ? others : mine;
        return fmt::format("{} holds {}, {} holds no mutex: it must hold the same one.",
                           thread(mine.empty() ? second : first), names(locked), thread(mine.empty() ? first : second));
    }
    return fmt::format("Neither thread holds a mutex, and no acquire load of {} has read from a release store that {} "
                       "made after its access.",
                       thread(second), thread(first));
}

/// The second thread has read what the first wrote after its access, but with too weak an order.
std::string Telling::unsynchronised_link(ThreadId first, std::uint32_t first_segment, ThreadId second) const {
    for (EventId e = graph_.size(); e-- > 0;) {
        const Event& read = graph_[e];
        if (read.thread != second || !read.is_read() || read.chain || read.waiting || read.rf >= no_event) continue;
        const Event& write = graph_[read.rf];
        if (write.thread != first || write.index < first_segment) continue;
        const bool weak_write = !is_release(operation(read.rf).order), weak_read = !is_acquire(operation(e).order);
        if (!weak_write && !weak_read) continue;
        const std::string object = quoted(seen_.at(e).object.text, "a flag");
        const std::string store = with_place(thread(first) + "'s store", "at", seen_.at(read.rf).site);
        const std::string load = with_place(thread(second) + "'s load", "at", seen_.at(e).site);
        if (weak_write && weak_read)
            return fmt::format(
                "{} passes from {} to {}, but both are {}: release and acquire would order the two accesses.", object,
                store, load, name_of(operation(e).order));
        return fmt::format("{} passes from {} to {}, but the {} is {}: with {} it would order the two accesses.",
                           object, store, load, weak_write ? "store" : "load",
                           name_of(operation(weak_write ? read.rf : e).order), weak_write ? "release" : "acquire");
    }
    return {};
}

// --- waiting -----------------------------------------------------------------------------------------------------

std::string Telling::object_of(ThreadId t) const { return seen_.end_of(t).object.text; }

EventId Telling::taken_by_holder(const Violation::Waiting& waiting) const {
    if (!is(waiting.step->operation.kind, admission) || waiting.for_thread == runtime::max_threads) return no_event;
    for (const Held& h : held(waiting.for_thread, ~0u))
        if (h.address == waiting.step->operation.address) return h.since;
    return no_event;
}

EventId Telling::newest_write(const Violation::Waiting& waiting) const {
    const Step& step = *waiting.step;
    if (!may_spin(step.operation.kind) || !step.slot || step.slot->location == no_location) return no_event;
    const auto& mo = graph_.location(step.slot->location).mo;
    return mo.empty() ? no_event : mo.back();
}

std::vector<EventId> Telling::writes_spun_on(const Violation::Waiting& waiting) const {
    constexpr std::size_t most = 24;
    if (newest_write(waiting) == no_event) return {};
    const auto& mo = graph_.location(waiting.step->slot->location).mo;
    return {mo.end() - std::ptrdiff_t(std::min(mo.size(), most)), mo.end()};
}

std::vector<EventId> Telling::lost_signals(const Violation::Waiting& waiting) const {
    std::vector<EventId> lost;
    if (waiting.step->operation.kind != OpKind::wake) return lost;
    for (EventId e = 0; e < graph_.size(); ++e)
        if (graph_[e].kind == EventKind::pick && graph_[e].value == 0 &&
            operation(e).address == waiting.step->operation.address)
            lost.push_back(e);
    // A broadcast wakes those who wait already.
    for (EventId e = 0; e < graph_.size(); ++e)
        if (operation(e).kind == OpKind::broadcast && graph_[e].is_write() &&
            operation(e).address == waiting.step->operation.address)
            lost.push_back(e);
    return lost;
}

std::string Telling::spins_on(const Violation::Waiting& waiting) const {
    const Step& step = *waiting.step;
    const ObjectName& object = seen_.end_of(waiting.thread).object;
    if (!step.slot) return "spins";
    const EventId newest = newest_write(waiting);
    const Value value = newest != no_event ? graph_[newest].value : execution_.initial_value(step);
    std::string text = fmt::format("spins on {}, which stays {}", quoted(object.text, "a value"),
                                   seen_.show(value, step.operation.size, object.holds));
    if (newest == no_event) return text + " as it was from the start";
    text += fmt::format(", written by {}",
                        graph_[newest].thread == waiting.thread ? "itself" : thread(graph_[newest].thread));
    return with_place(text, "at", seen_.at(newest).site);
}

std::string Telling::waits_for(const Violation::Waiting& waiting) const {
    const runtime::Operation& op = waiting.step->operation;
    const std::string object = object_of(waiting.thread);
    if (waiting.step->round)
        return fmt::format("goes round and round at {}: it gives back what it takes, and tries again",
                           quoted(object, "the same place"));
    if (is(op.kind, admission)) {
        std::string text = fmt::format("waits for {} {}{}", traits_of(op.kind).object, quoted(object, "at an unknown place"), what_for(waiting));
        if (waiting.for_thread == runtime::max_threads) return text;
        text += held_by(waiting);
        if (const EventId since = taken_by_holder(waiting); since != no_event)
            text = with_place(text, "since", seen_.at(since).site);
        if (waiting.for_thread != waiting.thread && execution_.ended(waiting.for_thread))
            text += ", which has ended without unlocking it";
        std::vector<std::string> own;
        for (const Held& h : held(waiting.thread, ~0u))
            if (h.address != op.address) own.push_back(quoted(h.name, "another mutex"));
        if (!own.empty()) text += fmt::format("; holds {}", list(own));
        return text;
    }
    switch (op.kind) {
    case OpKind::join: return fmt::format("waits for {} to end", thread(waiting.for_thread));
    case OpKind::wake:
        return fmt::format("waits for a signal of condition variable {}", quoted(object, "at an unknown place"));
    case OpKind::meet: {
        Value come = 0;
        if (const LocationId l = waiting.step->slot->location; l != no_location)
            for (const EventId e : execution_.arrivals(l, op.operand)) come += operation(e).operand;
        return fmt::format("waits at {} {}, to which {} of {} have come", op.wait == runtime::Wait::none ? "latch" : "barrier",
                           quoted(object, "at an unknown place"), std::uint64_t(come), std::uint64_t(op.expected));
    }
    case OpKind::load:
    case OpKind::fence:
    case OpKind::rmw:
    case OpKind::cas: return spins(op) ? spins_on(waiting) : looks_for(waiting);
    case OpKind::clock: return "looks at the clock again and again";
    default: return "cannot go on";
    }
}

trace::WaitsFor Telling::wait_of(const Violation::Waiting& waiting) const {
    using trace::Op;
    const auto op = [](OpKind kind) {
        if (is(kind, admission)) return Op::lock;
        switch (kind) {
        case OpKind::join: return Op::join;
        case OpKind::wake: return Op::wake;
        case OpKind::meet: return Op::meet;
        case OpKind::fence: return Op::fence;
        case OpKind::load: return Op::read;
        case OpKind::rmw: return Op::rmw;
        case OpKind::cas: return Op::cas;
        default: return Op::unknown;
        }
    };
    const OpKind kind = waiting.step->operation.kind;
    const bool knows_whom = (is(kind, admission) || kind == OpKind::join) && waiting.for_thread < runtime::max_threads;
    return {op(kind), kind == OpKind::join ? std::string() : object_of(waiting.thread), knows_whom ? int(waiting.for_thread) : -1};
}

/// " to read" and " to write", where the two differ.
std::string Telling::what_for(const Violation::Waiting& waiting) const {
    if (waiting.step->operation.kind != OpKind::admit) return {};
    const EventId place = own_place(graph_, waiting.thread, waiting.step->slot->location);
    return place < no_event && is_shared(graph_, place) ? " to read" : " to write";
}

/// ", held by T2". Who stands before a reader may wait itself, where writers are preferred.
std::string Telling::held_by(const Violation::Waiting& waiting) const {
    if (waiting.for_thread == waiting.thread) return ", which it holds itself";
    const bool holds = waiting.step->operation.kind != OpKind::admit || taken_by_holder(waiting) != no_event;
    return fmt::format(", {} {}", holds ? "held by" : "behind", thread(waiting.for_thread)) + (holds ? "" : ", which waits to write");
}

std::string Telling::lock_named(const std::string& name, const Violation::Waiting& waiting) const {
    return name.empty() ? fmt::format("a {}", traits_of(waiting.step->operation.kind).object) : quoted(name, "");
}

/// Of a wait that is a read: see Wait.
std::string Telling::looks_for(const Violation::Waiting& waiting) const {
    using runtime::Wait;
    const runtime::Operation& op = waiting.step->operation;
    const ObjectName& object = seen_.end_of(waiting.thread).object;
    switch (op.wait) {
    case Wait::semaphore: return fmt::format("waits for semaphore {}, which stays 0", quoted(object.text, "at an unknown place"));
    case Wait::meeting:
    case Wait::phase:
        return fmt::format("waits at barrier {}, to which not enough have come", quoted(object.text, "at an unknown place"));
    case Wait::future: return "waits for a future that nobody makes ready"; // its state is a block that has no name
    case Wait::once: {
        const EventId begun = newest_write(waiting);
        const std::string what = "waits for an initialisation to be done";
        if (begun == no_event) return what;
        const ThreadId by = graph_[begun].thread;
        return with_place(fmt::format("{}, which {} has begun", what, by == waiting.thread ? "it itself" : thread(by)), "at",
                          seen_.at(begun).site);
    }
    case Wait::notified: {
        std::string text = fmt::format("waits for {} to change from {}", quoted(object.text, "a value"),
                                       seen_.show(op.expected, op.size, object.holds));
        const EventId newest = newest_write(waiting);
        if (newest == no_event || graph_[newest].value == op.expected) return text;
        text += fmt::format(" and to be notified; it is {} now, written by {}",
                            seen_.show(graph_[newest].value, op.size, object.holds), thread(graph_[newest].thread));
        return with_place(text, "at", seen_.at(newest).site);
    }
    default: return fmt::format("waits for {}, which stays as it is", quoted(object.text, "something"));
    }
}

std::string Telling::waits_for_briefly(const Violation::Waiting& waiting) const {
    const std::string object = object_of(waiting.thread);
    if (waiting.step->round) return "goes round and round at " + quoted(object, "the same place");
    if (is(waiting.step->operation.kind, admission)) {
        const std::string text = "waits for " + lock_named(object, waiting) + what_for(waiting);
        return waiting.for_thread == runtime::max_threads ? text : text + held_by(waiting);
    }
    switch (waiting.step->operation.kind) {
    case OpKind::wake: return "waits on " + quoted(object, "a condition variable");
    case OpKind::load:
    case OpKind::rmw:
    case OpKind::cas: return (spins(waiting.step->operation) ? "spins on " : "waits for ") + quoted(object, "a value");
    case OpKind::fence: return "spins";
    default: return waits_for(waiting);
    }
}

/// "T1 waits for `b`, held by T2, which waits for `a`, held by T1"; empty when no mutexes form a circle.
std::string Telling::circle() const {
    const auto waiting = [&](ThreadId t) -> const Violation::Waiting* {
        for (const auto& w : violation_.waiting)
            if (w.thread == t && (is(w.step->operation.kind, admission) || w.step->operation.kind == OpKind::join))
                return &w;
        return nullptr;
    };
    for (const auto& start : violation_.waiting) {
        if (!is(start.step->operation.kind, admission)) continue;
        std::string text = thread(start.thread);
        const Violation::Waiting* w = waiting(start.thread);
        for (std::size_t hops = 0; w && hops < violation_.waiting.size(); ++hops) {
            const bool joins = w->step->operation.kind == OpKind::join;
            if (hops) text += ", which";
            if (joins) text += fmt::format(" waits for {} to end", thread(w->for_thread));
            else
                text += fmt::format(" waits for {}{}{}", lock_named(object_of(w->thread), *w), what_for(*w), held_by(*w));
            if (w->for_thread == start.thread) return w->thread == start.thread ? std::string() : text;
            w = waiting(w->for_thread);
        }
    }
    return {};
}

void Telling::tell_waiting(trace::Violation& out) const {
    if (std::string text = circle(); !text.empty()) {
        out.message = text;
        return;
    }
    if (tell_missed_signal(out)) return;
    for (const auto& w : violation_.waiting) {
        if (w.step->operation.kind == OpKind::join) continue;
        out.message = fmt::format("{} {}", thread(w.thread), waits_for(w));
        if (spins(w.step->operation) || is(w.step->operation.kind, admission)) return;
        out.message += ", and nobody is left to let it go on";
        if (w.step->operation.wait == runtime::Wait::notified && newest_write(w) != no_event)
            out.hint = "notify_one and notify_all wake those who wait already, for a change made before: each change that "
                       "somebody may wait for must be followed by a notification, of all when several may wait.";
        return;
    }
    out.message = "the threads wait for each other's end";
}

/// Of all who wait on condition variables, the one of whom there is most to say: a signal came while it waited and woke
/// another; or it was lost, unordered with its looking; or it came too early.
bool Telling::tell_missed_signal(trace::Violation& out) const {
    const Violation::Waiting* best = nullptr;
    Missed missed;
    for (const auto& w : violation_.waiting) {
        if (w.step->operation.kind != OpKind::wake) continue;
        const Missed here = missed_signal(w);
        if (!best || here.how > missed.how) best = &w, missed = here;
    }
    if (!best) return false;
    const std::string waiter = thread(best->thread), condition = quoted(object_of(best->thread), "a condition variable");
    if (missed.how == Missed::nothing) {
        out.message = fmt::format("{} waits for a signal of {}, and nobody is left to send one", waiter, condition);
        return true;
    }
    const std::string sender = thread(graph_[missed.signal].thread);
    const std::string where = with_place("", "at", seen_.at(missed.signal).site);
    if (missed.how == Missed::by_another) {
        const std::string woken = thread(ThreadId(graph_[missed.signal].value - 1));
        out.message = fmt::format("{} signals {}{} and wakes {}; {} waits too, and nobody signals again", sender, condition,
                                  where, woken, waiter);
        out.hint = fmt::format("A signal wakes one of the threads that wait. {} should signal all of them, or {} pass the "
                               "signal on.", sender, woken);
        return true;
    }
    out.message = fmt::format("lost signal: {} signals {}{} before {} waits, and nobody signals again", sender, condition,
                              where, waiter);
    out.hint = fmt::format(
        "A signal only wakes threads that wait already. {} should look at the condition under the mutex before "
        "it waits, and {} should change it under the same mutex before it signals.",
        waiter, sender);
    return true;
}

Telling::Missed Telling::missed_signal(const Violation::Waiting& waiting) const {
    EventId joined = graph_.last_of(waiting.thread); // the waiters
    while (operation(joined).kind != OpKind::enqueue || !graph_[joined].is_write()) joined = graph_[joined].previous;
    Missed missed;
    for (const EventId lost : lost_signals(waiting)) {
        const Missed::How how = graph_.hb_before(lost, joined) ? Missed::early : Missed::lost;
        if (how >= missed.how) missed = {how, lost};
    }
    for (EventId e = 0; e < graph_.size(); ++e) {
        if (graph_[e].kind != EventKind::pick || graph_[e].value == 0 || operation(e).address != operation(joined).address)
            continue;
        const EventId signal = graph_[e].previous;
        if (graph_.mo_place(graph_[joined].location, signal) > graph_.mo_place(graph_[joined].location, joined))
            missed = {Missed::by_another, e};
    }
    return missed;
}

void Telling::tell_livelock(trace::Violation& out) const {
    std::vector<std::string> spinners;
    const Violation::Waiting* first = nullptr;
    for (const auto& w : violation_.waiting) {
        if (!spins(w.step->operation) && !w.step->round) continue;
        spinners.push_back(thread(w.thread));
        if (!first) first = &w;
    }
    if (!first) {
        out.message = "threads spin for ever";
        return;
    }
    const std::string who = list(spinners);
    out.message = spinners.size() == 1
                      ? fmt::format("{} {}, and no thread is left that would change it", who,
                                    first->step->round ? waits_for(*first) : spins_on(*first))
                      : fmt::format("{} spin on values that none of them will change", who);
}

} // namespace heddle::story
