// The exploration: every consistent complete execution graph once (TruSt, POPL 2022). See docs/exploration.md.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <vector>

#include "search/check.hpp"
#include "execution/redo.hpp"
#include "property/invariants.hpp"

namespace heddle::search {

using execution::Added;
using execution::Choice;
using execution::Decision;
using execution::EventId;
using execution::Execution;
using execution::ExecutionGraph;
using execution::ThreadId;
using execution::Violation;
using property::Invariants;
using trace::Statistics;

/// Why the exploration ended before it had seen everything; none: it saw everything.
enum class Ended : std::uint8_t { complete, violation, stopped, time_limit, execution_limit };

class Explorer {
public:
    Explorer(Execution& execution, const Options& options, Statistics& statistics, const StopFlag& stop,
             std::function<void(const Progress&)> progress);

    /// Called once for each violation, with the execution as it stands. False: it is none, as no inputs lead to it.
    std::function<bool(const Violation&)> on_violation;
    /// Called with each graph to which nothing can be added, before its invariants are looked at; may be empty.
    std::function<void()> on_graph;

    /// The time limit counts from there; without this, from the explorer's making.
    void count_time_from(std::chrono::steady_clock::time_point begin) { begin_ = begin; }

    /// Ends, as if it had seen everything, once a loop has reached the bound and so many executions have been seen: another
    /// exploration follows, with a higher bound.
    void try_only(std::uint64_t executions) { most_when_cut_ = executions; }

    Ended run();

    bool unroll_bound_hit() const { return unroll_bound_hit_; }
    /// Some leaf was left although the threads that wait there might go on: Diagnosis::looks_back.
    bool looked_back() const { return looked_back_; }
    const Invariants& invariants() const { return invariants_; }
    /// Some execution was dropped by an assumption.
    bool dropped_any() const { return dropped_any_; }

private:
    /// A way to go on from a branching point.
    struct Alternative {
        enum class Kind : std::uint8_t { add, revisit } kind = Kind::add;
        ThreadId thread = 0;
        Choice choice; ///< add
        EventId read =
            graph::no_event; ///< revisit: the read; add: the read to be added next, already taken out, if any
        bool fails = false;  ///< revisit of a trylock, or of a compare_exchange of symbolic values: it fails
    };

    /// A branching point: the graph's size there and the alternatives not tried yet, or (restore) the events that a
    /// revisit took out and that come back when it has been explored.
    struct Frame {
        std::uint32_t size = 0;
        std::uint32_t first = 0, next = 0; ///< in alternatives_
        bool may_wait = false;             ///< a read that may turn out to be in a spin loop
        bool found_spin = false;           ///< it has: its newest value leads nowhere
        bool restore = false;
        ThreadId thread = 0;
        std::vector<Decision> taken_out; ///< restore
        ThreadId reader = 0;             ///< for the placement of a revisiting write: who reads it then
        Choice reading;
        bool revisiting = false;
    };

    bool step();
    bool backtrack();
    bool apply(const Alternative& alternative, Frame& frame);
    bool revisit(const Alternative& alternative);
    bool take(Added added);
    Added add(ThreadId t, Choice choice);
    bool waits_for_the_newest(ThreadId t, Value result) const;
    void add_sides(ThreadId t);
    bool check(ThreadId t);
    bool is_alone(ThreadId t) const;
    void put_back(std::vector<Decision> taken_out, std::uint32_t from);
    void go_to(std::uint32_t size);

    std::optional<ThreadId> choose_thread();
    unsigned rank(ThreadId t);
    bool newest_leads_back(ThreadId t) const;
    bool may_be_left(ThreadId t, graph::LocationId l, std::uint32_t place) const;
    bool possible(Word condition) const;
    void add_reads(ThreadId t);
    void add_outcomes(ThreadId t, EventId w, Value value, bool newest);
    void add_places(ThreadId t);
    void offer_places(ThreadId t, graph::LocationId l);
    void add_revisits(ThreadId t, EventId conflict);
    bool given_up_before(ThreadId t, EventId ticket) const;

    void leaf();
    bool breaks_invariant();
    bool report(const Violation& violation);
    bool limits_reached();
    bool time_is_over();
    void trim();

    Execution& execution_;
    const ExecutionGraph& graph_;
    const Options options_;
    const bool orders_as_written_ = memory::traits_of(options_.model).orders_as_written;
    Statistics& statistics_;
    const StopFlag& stop_;
    std::function<void(const Progress&)> progress_;
    std::chrono::steady_clock::time_point begin_;
    std::vector<Frame> frames_;
    std::vector<Alternative> alternatives_;
    std::vector<Decision> absent_;  ///< events that a finished revisit took out and that are not back yet
    std::uint32_t absent_from_ = 0; ///< the trail position of the first
    std::vector<EventId> reads_;
    Invariants invariants_;
    std::uint64_t most_when_cut_ = 0; ///< 0: no limit
    bool unroll_bound_hit_ = false, dropped_any_ = false, looked_back_ = false;
    std::uint64_t checks_ = 0, steps_ = 0;
    Ended ended_ = Ended::complete;
    bool over_ = false;
};

} // namespace heddle::search
