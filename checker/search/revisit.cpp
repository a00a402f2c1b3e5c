#include "search/revisit.hpp"

#include <fmt/format.h>

#include "core/error.hpp"

namespace heddle::search {

using namespace execution;
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
        case EventKind::clock: // a step where there is one, else the jump
            return event.child == passing::step || (event.child == passing::jump && static_cast<const Step*>(event.step)->jump != Jump::may);
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

} // namespace heddle::search
