#include "explore/revisit.hpp"

#include <fmt/format.h>

#include "core/error.hpp"

namespace heddle::explore {

using namespace graph;
using runtime::OpKind;

namespace {

class Maximality {
public:
    Maximality(Execution& execution, const Prefix& prefix)
        : execution_(execution), graph_(execution.graph()), prefix_(prefix) {}

    bool holds(EventId e) const {
        const Event& event = graph_[e];
        switch (event.kind) {
        case EventKind::read: return read_is_maximal(e);
        case EventKind::write: return write_is_maximal(e);
        case EventKind::choose: return event.value == 0;
        case EventKind::pick: return event.child == 0;
        default: return true;
        }
    }

private:
    /// x ∈ Previous(e): not added after e, or in the prefix of the revisiting write.
    bool previous(EventId x, const Event& e) const { return graph_[x].stamp <= e.stamp || prefix_.contains(graph_, x); }

    bool read_is_maximal(EventId e) const {
        const Event& event = graph_[e];
        if (event.chain && !event.exclusive) return false; // a failed trylock: taking the lock is the canonical way
        std::uint32_t place = 0;
        if (!event.waiting) {
            if (event.rf != initial && !previous(event.rf, event)) return false;
            place = graph_.mo_place(event.location, event.rf);
        } else if (lets_go(e, event, initial, 0)) {
            return false;
        }
        const auto& mo = graph_.location(event.location).mo;
        for (std::uint32_t i = place; i < mo.size(); ++i) {
            const EventId y = mo[i];
            if (graph_[y].exclusive && graph_[y].previous == e) continue; // its own write half
            if (previous(y, event) && lets_go(e, event, y, i + 1)) return false;
        }
        return true;
    }

    /// Whether the reading thread could have gone on with what y wrote (always, unless it is in a spin loop there).
    bool lets_go(EventId e, const Event& event, EventId y, std::uint32_t place) const {
        const Step& step = *static_cast<const Step*>(event.step);
        if (event.chain || !step.loop_head) return true;
        const Value value = graph_.value_of(event.location, y);
        if (Execution::updates(step, value)) {
            const EventId taken = graph_.rmw_after(event.location, place);
            if (taken != no_event && graph_[taken].previous != e && previous(taken, event)) return false;
        }
        return !leads_back(e, step, value);
    }

    /// Whether the value leads the thread back to where it is; runs the program to find out when nobody knows yet.
    bool leads_back(EventId e, const Step& step, Value value) const {
        const Target known = step.next.find(value);
        if (!known.unknown()) return known.is_spin();
        const std::vector<Decision> rest = decisions_from(graph_, e);
        const ThreadId t = graph_[e].thread;
        execution_.undo_to(e);
        const bool back = execution_.learn(t, value).is_spin();
        redo(execution_, rest);
        return back;
    }

    bool write_is_maximal(EventId e) const {
        const Event& event = graph_[e];
        const Location& location = graph_.location(event.location);
        for (const EventId r : location.reads)
            if (graph_[r].rf == e && !graph_[r].waiting && previous(r, event)) return false;
        const bool of_spin = event.exclusive && !event.chain && static_cast<const Step*>(event.step)->loop_head;
        for (std::size_t i = location.mo.size(); location.mo[--i] != e;)
            if (previous(location.mo[i], event) &&
                (!of_spin || lets_go(event.previous, event, location.mo[i], std::uint32_t(i + 1))))
                return false;
        return true;
    }

    Execution& execution_;
    const ExecutionGraph& graph_;
    const Prefix& prefix_;
};

} // namespace

void revisitable(Execution& execution, ThreadId t, LocationId l, EventId conflict, std::vector<EventId>& reads) {
    reads.clear();
    const ExecutionGraph& graph = execution.graph();
    if (l == no_location || graph.location(l).reads.empty()) return;
    const Prefix prefix(graph, t);
    if (conflict != no_event && prefix.contains(graph, conflict)) return;
    const Maximality maximal(execution, prefix);
    for (std::size_t i = graph.size(); i-- > 0;) {
        const EventId e = graph.by_stamp()[i];
        if (prefix.contains(graph, e)) continue;
        if (!maximal.holds(e)) return;
        if (!graph[e].is_read() || graph[e].location != l) continue;
        if (conflict == no_event || graph[conflict].stamp > graph[e].stamp) reads.push_back(e);
    }
}

std::vector<Decision> decisions_from(const ExecutionGraph& graph, EventId from) {
    std::vector<Decision> decisions;
    decisions.reserve(graph.size() - from);
    for (EventId e = from; e < graph.size(); ++e) {
        const Event& event = graph[e];
        Decision d;
        d.thread = event.thread;
        d.choice.stamp = event.stamp;
        d.choice.rf = event.rf;
        d.choice.wait = event.waiting;
        if (event.is_write()) {
            const auto& mo = graph.location(event.location).mo;
            d.is_write = true;
            for (std::uint32_t i = 0; mo[i] != e; ++i)
                if (mo[i] < e) ++d.choice.place; // those that were there already
        } else if (event.kind == EventKind::pick) d.choice.pick = event.child;
        else if (event.kind == EventKind::choose) d.choice.pick = std::uint32_t(event.value);
        else if (event.is_read() && event.chain && !event.exclusive) d.choice.pick = 1;
        decisions.push_back(d);
    }
    return decisions;
}

void redo(Execution& execution, const std::vector<Decision>& decisions) {
    for (const Decision& d : decisions)
        if (const Added added = execution.add(d.thread, d.choice); added != Added::yes)
            throw InternalError(fmt::format("an event of thread {} could not be added again ({})", d.thread, int(added)));
}

std::vector<std::uint32_t> mo_ranks(const ExecutionGraph& graph) {
    std::vector<std::uint32_t> ranks(graph.size());
    for (LocationId l = 0; l < graph.location_count(); ++l) {
        const auto& mo = graph.location(l).mo;
        for (std::uint32_t i = 0; i < mo.size(); ++i) ranks[mo[i]] = i;
    }
    return ranks;
}

void add_kept(Execution& execution, const std::vector<Decision>& decisions, const std::vector<bool>& gone,
              const std::vector<std::uint32_t>& ranks, EventId from) {
    const ExecutionGraph& graph = execution.graph();
    std::vector<EventId> new_id(decisions.size(), no_event);
    std::vector<EventId> old_id; // of the events added again
    for (std::size_t i = 0; i < decisions.size(); ++i) {
        if (gone[i]) continue;
        Decision d = decisions[i];
        if (d.choice.rf < no_event && d.choice.rf >= from) d.choice.rf = new_id[d.choice.rf - from];
        if (d.is_write) { // after the kept writes that were mo-before it
            d.choice.place = 0;
            const LocationId l = execution.next(d.thread)->slot->location;
            if (l != no_location)
                for (const EventId w : graph.location(l).mo)
                    if (ranks[w < from ? w : old_id[w - from]] < ranks[from + i]) ++d.choice.place;
        }
        new_id[i] = graph.size();
        old_id.push_back(EventId(from + i));
        if (const Added added = execution.add(d.thread, d.choice); added != Added::yes)
            throw InternalError(fmt::format("a kept event of thread {} could not be added again ({})", d.thread, int(added)));
    }
}

} // namespace heddle::explore
