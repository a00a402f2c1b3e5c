#include "explore/revisit.hpp"

#include <fmt/format.h>

#include "core/error.hpp"

namespace heddle::explore {

using namespace graph;
using runtime::OpKind;

namespace {

class Maximality {
public:
    Maximality(const Execution& execution, const Prefix& prefix)
        : execution_(execution), graph_(execution.graph()), prefix_(prefix) {}

    bool holds(EventId e) const {
        const Event& event = graph_[e];
        switch (event.kind) {
        case EventKind::read: return read_is_maximal(e);
        case EventKind::write: return write_is_maximal(e);
        case EventKind::branch: return event.value == 1 || !possible_otherwise(e);
        case EventKind::choose: return event.value == 0;
        case EventKind::pick: return event.child == 0;
        default: return true;
        }
    }

private:
    /// x ∈ Previous(e): not added after e, or in the prefix of the revisiting write.
    bool previous(EventId x, const Event& e) const { return graph_[x].stamp <= e.stamp || prefix_.contains(graph_, x); }

    /// Reads the mo-latest write of Previous(e).
    bool read_is_maximal(EventId e) const {
        const Event& event = graph_[e];
        if (event.chain && !event.exclusive) return false; // a failed trylock: taking the lock is the canonical way
        if (event.assumes != 1 && !event.exclusive && possible_otherwise(e)) return false;
        if (event.rf != initial && !previous(event.rf, event)) return false;
        const auto& mo = graph_.location(event.location).mo;
        for (std::size_t i = graph_.mo_place(event.location, event.rf); i < mo.size(); ++i) {
            const bool own_half = graph_[mo[i]].exclusive && graph_[mo[i]].previous == e;
            if (!own_half && previous(mo[i], event)) return false;
        }
        return true;
    }

    /// Is the mo-latest write of Previous(e), and nothing there reads it.
    bool write_is_maximal(EventId e) const {
        const Event& event = graph_[e];
        const Location& location = graph_.location(event.location);
        for (const EventId r : location.reads)
            if (graph_[r].rf == e && previous(r, event)) return false;
        for (std::size_t i = location.mo.size(); location.mo[--i] != e;)
            if (previous(location.mo[i], event)) return false;
        return true;
    }

    /// Whether inputs that fulfil the conditions of Previous(e) do not fulfil that of e.
    bool possible_otherwise(EventId e) const {
        std::vector<Word> path;
        for (const EventId x : execution_.conditional())
            if (x != e && previous(x, graph_[e])) path.push_back(graph_[x].assumes);
        return execution_.possible(path, expressions().negation(graph_[e].assumes)) != smt::Answer::unsatisfiable;
    }

    const Execution& execution_;
    const ExecutionGraph& graph_;
    const Prefix& prefix_;
};

} // namespace

void revisitable(const Execution& execution, ThreadId t, LocationId l, EventId conflict, std::vector<EventId>& reads) {
    const ExecutionGraph& graph = execution.graph();
    reads.clear();
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
        d.choice.again = true;
        if (event.is_write()) {
            const auto& mo = graph.location(event.location).mo;
            d.is_write = true;
            for (std::uint32_t i = 0; mo[i] != e; ++i)
                if (mo[i] < e) ++d.choice.place; // those that were there already
        } else if (event.kind == EventKind::pick) d.choice.pick = event.child;
        else if (event.kind == EventKind::choose) d.choice.pick = std::uint32_t(event.value);
        else if (event.kind == EventKind::branch) d.choice.pick = std::uint32_t(event.value);
        else if (event.kind == EventKind::clock) d.choice.pick = event.child;
        else if (event.is_read() && event.update && !event.exclusive) d.choice.pick = 1;
        decisions.push_back(d);
    }
    return decisions;
}

namespace {

/// The last event of an execution may be the one that ends it in a violation.
bool ends_it(Added added) { return added == Added::violation; }

} // namespace

void redo(Execution& execution, std::span<const Decision> decisions) {
    for (const Decision& d : decisions)
        if (const Added added = execution.add(d.thread, d.choice); added != Added::yes && !(ends_it(added) && &d == &decisions.back()))
            throw InternalError(
                fmt::format("an event of thread {} could not be added again ({})", d.thread, int(added)));
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
        if (const Added added = execution.add(d.thread, d.choice);
            added != Added::yes && !(ends_it(added) && i + 1 == decisions.size()))
            throw InternalError(
                fmt::format("a kept event of thread {} could not be added again ({})", d.thread, int(added)));
    }
}

} // namespace heddle::explore
