#include "execution/redo.hpp"

#include <fmt/format.h>

#include "core/error.hpp"

namespace heddle::execution {

using namespace graph;

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
        else if (event.is_read() && event.update && !event.exclusive) d.choice.pick = event.chain ? event.child : 1;
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

void reduce(Execution& execution, const StateCut& cut) {
    const ExecutionGraph& graph = execution.graph();
    const std::vector<Decision> decisions = decisions_from(graph, 0);
    const std::vector<std::uint32_t> ranks = mo_ranks(graph);
    std::vector<bool> gone(graph.size());
    for (EventId e = 0; e < graph.size(); ++e) gone[e] = graph[e].index >= cut.events[graph[e].thread];
    execution.undo_to(0);
    add_kept(execution, decisions, gone, ranks, 0);
}

} // namespace heddle::execution
