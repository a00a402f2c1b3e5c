// The exploration: every consistent complete execution graph once (TruSt, POPL 2022). See docs/exploration.md.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <vector>

#include "core/options.hpp"
#include "core/stop_flag.hpp"
#include "execution/ended.hpp"
#include "execution/execution.hpp"
#include "property/list.hpp"
#include "search/progress.hpp"
#include "search/work_item.hpp"

namespace heddle::search {

using execution::Added;
using execution::Ended;
using execution::Execution;
using execution::ExecutionGraph;
using execution::Violation;
using property::Moment;
using property::Properties;
using trace::Statistics;

class Explorer {
public:
    Explorer(Execution& execution, const Options& options, Statistics& statistics, const StopFlag& stop,
             std::function<void(const Progress&)> progress);

    /// Called once for each violation, with the execution as it stands. False: it is none, as no inputs lead to it.
    std::function<bool(const Violation&)> on_violation;
    /// Called with each graph to which nothing can be added, before its properties are looked at; may be empty.
    std::function<void()> on_graph;

    /// The time limit counts from there; without this, from the explorer's making.
    void count_time_from(std::chrono::steady_clock::time_point begin) { begin_ = begin; }

    /// Ends, as if it had seen everything, once a loop has reached the bound and so many executions have been seen: another
    /// exploration follows, with a higher bound.
    void try_only(std::uint64_t executions) { most_when_cut_ = executions; }

    /// Ends with Ended::paused, to be gone on with, when so many executions have been seen; `when_cut`: or a loop has reached the bound.
    void pause_after(std::uint64_t executions, bool when_cut) { pause_after_ = executions, pauses_when_cut_ = when_cut; }
    /// After a pause: explores the rest.
    Ended go_on();

    /// Explores everything.
    Ended run() { return run({}); }
    /// Explores that part only.
    Ended run(const WorkItem& item);

    /// Gives away half of the ways that are still open at the branching point nearest to the root that has any: they are explored
    /// by whoever runs the item, and no longer here. Empty: there is nothing to give. May be called from on_graph.
    std::optional<WorkItem> split();

    bool unroll_bound_hit() const { return unroll_bound_hit_; }
    /// Some leaf was left although the threads that wait there might go on: Diagnosis::looks_back.
    bool looked_back() const { return looked_back_; }
    const Properties& properties() const { return properties_; }
    /// Some execution was dropped by an assumption.
    bool dropped_any() const { return dropped_any_; }

private:
    /// A branching point: the graph's size there and the alternatives not tried yet, or (restore) the events that a
    /// revisit took out and that come back when it has been explored.
    struct Frame {
        std::uint32_t size = 0;
        std::uint32_t first = 0, next = 0, end = 0; ///< in alternatives_; those from `end` on are given away
        bool may_wait = false;             ///< a read that may turn out to be in a spin loop
        bool found_spin = false;           ///< it has: its newest value leads nowhere
        bool restore = false;
        ThreadId thread = 0;
        std::vector<Decision> taken_out; ///< restore
        bool revisits = false;           ///< the alternatives place a write that is then read
        Revisiting revisiting;
    };

    void explore();
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
    std::vector<Decision> decisions_at(std::size_t frame) const;
    void begin(const WorkItem& item);

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
    bool fails_in_vain(ThreadId t, EventId place, unsigned pick) const;

    void leaf();
    void look(Moment moment);
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
    Properties properties_;
    std::uint64_t most_when_cut_ = 0, pause_after_ = 0; ///< 0: no limit
    bool pauses_when_cut_ = false;
    bool unroll_bound_hit_ = false, dropped_any_ = false, looked_back_ = false;
    std::uint64_t checks_ = 0, steps_ = 0;
    Ended ended_ = Ended::complete;
    bool over_ = false;
};

} // namespace heddle::search
