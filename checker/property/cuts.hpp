// The states of one execution: its cuts. A cut is a set of events that contains with each event everything before it in
// po ∪ rf ∪ mo (with creation, joining and locks); its state is what memory, mutexes and regions are when exactly those
// events have happened. Between two events of a thread lie the changes that no other thread need notice (Change): a cut
// says of each thread how many events, and then how many changes, it has made.
//
// Why every state of every interleaving is found (and nothing else): what has happened at some moment of an execution is
// itself an execution, and going on from it with events that are newest in mo leads to a graph that is explored, in
// which it is such a cut. The other way round, what is left of a consistent graph in a cut is consistent. Under sc a
// cut is a moment of some interleaving. Under tso and rc11 it is where an execution may stop; its state is what memory
// then holds when all its writes have taken effect. A graph in which po ∪ rf ∪ mo has a circle contains no moment
// inside the circle: its cuts contain all of the circle or nothing of it.
#pragma once

#include <optional>
#include <vector>

#include "execution/execution.hpp"
#include "smt/invariant_cuts.hpp"

namespace heddle::property {

using execution::Change;
using execution::EventId;
using execution::Execution;
using execution::ExecutionGraph;
using execution::StateCut;
using execution::Step;
using execution::ThreadId;

/// After so many events of the thread, and of the changes that follow, the one at `change` has been made (`event`: an
/// event, number `events`, has happened).
struct Place {
    static constexpr std::uint32_t event = ~0u;
    ThreadId thread = 0;
    std::uint32_t events = 0; ///< for an event: its index
    std::uint32_t change = event;
};

/// An invariant that is active in some states of an execution.
struct Instance {
    std::uint32_t declaration = 0;
    Place begin;
    std::optional<Place> end;
};

class Cuts {
public:
    Cuts(const Execution& execution, const runtime::Machine& machine)
        : execution_(execution), graph_(execution.graph()), machine_(machine), clocks_(execution.graph().lanes()) {}

    /// Takes in the execution as it stands. False when no invariant is declared in it: there is nothing more to ask then.
    bool look();

    const std::vector<Instance>& instances() const { return instances_; }
    /// An invariant's object that was gone before anything could happen: a temporary, most likely. Null: none.
    const Instance* fleeting() const { return fleeting_ ? &*fleeting_ : nullptr; }
    /// The leaf of the condition that mentions memory which is gone before the invariant ends; no_term: none.
    TermId dead_leaf(const Instance& instance, const std::vector<TermId>& leaves) const;

    /// Finds out what the states between the instance's beginning and end are for these leaves. Throws Unsupported.
    /// @return bytes that are equal when the projection is: the quick way to see that it is not new. Valid until the next
    /// call
    const std::string& survey(const Instance& instance, const std::vector<TermId>& leaves);
    /// What the last survey has found.
    smt::Projection projection();
    /// The smallest cut of the execution that is the given one of the projection.
    StateCut cut_of(const Instance& instance, const smt::Projection& projection, const smt::Cut& cut) const;

    /// What the leaf is in that state of the execution.
    Integer value_in(TermId leaf, const StateCut& cut);

    /// Whether the label is that of a region which some thread enters in this execution.
    bool enters(std::uint64_t label) const;

    /// Every step of a thread in order: its events' steps (of updates, once) and the pending one. `f(step, segment)`,
    /// where the step's changes come before the thread's event number `segment`.
    template <class F>
    void for_each_segment(F f) const;

private:
    struct Node {
        Place place;
        Integer value = 0; ///< from here on
    };
    /// The values of one quantity in order.
    struct Line {
        std::uint32_t leaf = 0;
        Integer start = 0;
        std::vector<Node> nodes;
        std::size_t low = 0, high = 0; ///< those between the instance's beginning and end
    };
    struct Noted {
        Place place;
        const Change* change = nullptr;
    };

    void find_instances();
    bool alone_at(const Place& place) const;
    void compute_clocks();
    const graph::Lane* clock_before(const Place& place) const;
    bool includes(const Place& later, const Place& earlier) const;
    bool hb_before(const Place& earlier, EventId later) const;
    EventId event_at(ThreadId t, std::uint32_t index) const { return events_[t][index]; }

    Line& new_line(std::uint32_t leaf);
    void add_lines(std::uint32_t leaf, const Term& term);
    void add_value(std::uint32_t leaf, const Term& term);
    void add_held(std::uint32_t leaf, const Term& term);
    void add_regions(std::uint32_t leaf, const Term& term);
    void order_threads();
    void merge_plain(Line& line, std::vector<Node> plain) const;
    std::uint64_t trail_place(const Place& place) const;
    Integer as_number(const Term& term, Value bits) const;

    const Execution& execution_;
    const ExecutionGraph& graph_;
    const runtime::Machine& machine_;
    graph::ClockTable clocks_; ///< by event: the smallest cut that contains it
    std::vector<graph::Lane> zero_;
    std::vector<EventId> creates_;             ///< by thread, the event that created it
    std::vector<std::vector<EventId>> events_; ///< by thread, in program order
    std::vector<Noted> notes_;                 ///< all changes, thread by thread, in program order
    std::vector<Instance> instances_;
    std::optional<Instance> fleeting_;
    std::vector<EventId> overwritten_; ///< of a write: the one before it in mo
    std::vector<Line> lines_;          ///< of the last survey, `line_count_` of them; the others are spare
    std::size_t line_count_ = 0, leaf_count_ = 0;
    std::vector<std::uint16_t> needs_; ///< for each node between low and high, line after line: how many of each line
    std::string survey_;
    std::vector<Place> origins_;
};

template <class F>
void Cuts::for_each_segment(F f) const {
    for (ThreadId t = 0; t < events_.size(); ++t) {
        const Step* last = nullptr;
        for (const EventId e : events_[t]) {
            const auto* step = static_cast<const Step*>(graph_[e].step);
            if (step != last) f(t, *step, std::uint32_t(graph_[e].index));
            last = step;
        }
        // The write half of an update is still to come, or a violation ended the execution first.
        if (const Step* next = execution_.next(t); next && next != last)
            f(t, *next, std::uint32_t(events_[t].size()));
    }
}

} // namespace heddle::property
