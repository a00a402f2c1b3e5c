// Backward revisits: which reads may be given a write that came after them, and what is left of the graph then.
// TruSt (Kokologiannakis, Marmanis, Gladstein, Vafeiadis, POPL 2022), algorithm 1.
//
// A new write `a` may revisit a read r outside its porf-prefix when everything that was added after r and does not
// belong to that prefix (Deleted), and r itself, was added *maximally*: as the one canonical continuation would have
// added it. Then, and only then, exactly one graph leads to the revisited one. Maximality of an event depends on the
// event and on a's prefix only, so one sweep from the newest stamp down, ending at the first event that is not maximal,
// finds all.
//
// A branch on a symbolic condition was added maximally when it went the true way, or when no inputs take the true way that
// go with the conditions of what came before it and of a's prefix: as for any event, one way is canonical, and there is
// always one. So it is with a compare_exchange of symbolic values: it succeeds if it can. See docs/symbolic.md;
// tests/symbolic/paths.py counts what a wrong rule would miss or repeat.
//
// Reads in spin loops are no exception: one whose value leads its thread back to where it was waits in the graph, to be
// revisited. Only the mo-latest such value is tried: waiting for less would never be maximal again.
#pragma once

#include <span>
#include <vector>

#include "execution/execution.hpp"

namespace heddle::search {

using execution::EventId;
using execution::Execution;
using execution::ExecutionGraph;
using execution::ThreadId;

/// The prefix of the write that is about to be added: everything porf-before it.
class Prefix {
public:
    Prefix(const ExecutionGraph& graph, ThreadId t) {
        const EventId last = graph.last_of(t);
        clock_.assign(graph.lanes(), 0);
        if (last < graph::no_event) std::copy_n(graph.porf(last), graph.lanes(), clock_.begin());
    }
    bool contains(const ExecutionGraph& graph, EventId e) const { return graph.contains(clock_.data(), e); }

private:
    std::vector<graph::Lane> clock_;
};

/// The reads that the next write of thread t, to location l, may revisit. `conflict`: the write half of the update that
/// reads what this write's own update reads, or no_event: it must go, or be the one revisited.
void revisitable(const Execution& execution, ThreadId t, graph::LocationId l, EventId conflict,
                 std::vector<EventId>& reads);

/// Whether the event goes when the next write of prefix `kept` revisits r: added after r, and not in the prefix.
inline bool deleted(const ExecutionGraph& graph, EventId e, EventId r, const Prefix& kept) {
    return graph[e].stamp > graph[r].stamp && !kept.contains(graph, e);
}

} // namespace heddle::search
