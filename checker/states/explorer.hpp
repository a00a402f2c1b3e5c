// The exploration by states: forward only, each residual of an execution graph expanded once (docs/states.md). For programs that
// have too many graphs, or endlessly many.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/options.hpp"
#include "core/stop_flag.hpp"
#include "execution/ended.hpp"
#include "execution/execution.hpp"
#include "property/diagnosis.hpp"
#include "states/circles.hpp"
#include "states/residual.hpp"
#include "states/visited.hpp"
#include "trace/check_result.hpp"

namespace heddle::states {

using execution::Added;
using execution::Choice;
using execution::Ended;
using execution::Step;
using execution::Violation;

/// The program does what states do not describe; what() is one sentence. Its graphs can be explored.
struct OutOfReach : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class Explorer {
public:
    Explorer(Execution& execution, const Options& options, trace::Statistics& statistics, const StopFlag& stop);

    /// Called with a violation, with the execution as it stands.
    std::function<void(const Violation&)> on_violation;
    /// Called with each execution that has run to its end; may be empty.
    std::function<void()> on_complete;
    void count_time_from(std::chrono::steady_clock::time_point begin) { begin_ = begin; }
    /// Ends with `execution_limit` when so many states have been seen.
    void try_only(std::uint64_t states) { most_ = states; }

    /// Explores everything. Throws OutOfReach.
    Ended run();

    bool unroll_bound_hit() const { return bound_hit_; }
    /// Some execution was dropped by an assumption.
    bool dropped_any() const { return dropped_any_; }
    /// Some execution runs to its end.
    bool completes() const { return statistics_.complete != 0; }
    /// Threads that can go round for ever although each that could move does, and none of them gets anywhere.
    struct Round {
        Circles::Circle circle;
        enum Kind : std::uint8_t {
            livelock,
            starving, ///< while others, in loops without a way out, do their work
            unclear,  ///< they never end, and their loops seem to have a way out
        } kind;
    };
    std::vector<Round> rounds() const;
    /// Some threads go round for ever, as they are meant to.
    bool serves() const { return !circles_.fair().empty(); }

private:
    /// A way for a thread to go on.
    struct Way {
        ThreadId thread = 0;
        Choice choice;
        bool stale = false; ///< reads something else than the newest
    };
    /// What can be done next: in a state (of all threads), or on the way to one (of the thread that runs ahead).
    struct Frame {
        std::uint32_t size = 0;             ///< of the graph
        std::uint32_t first = 0, next = 0;  ///< in ways_
        StateNumber state = 0;              ///< this one, or the one that the way began in
        bool stored = false;
        bool leads_on = false;              ///< some way has been taken
        Circles::Move move;                 ///< made since that state
    };

    Ended explore();
    void note(Circles::Move& move, ThreadId t) const;
    void undo_to(std::uint32_t size);
    void take(const Way& way, Frame& frame);
    Added perform(const Way& way);
    void arrive(ThreadId t, StateNumber from, Circles::Move move);
    bool settle(Circles::Move& move);
    bool runs_ahead(ThreadId t) const;
    bool is_certain(ThreadId t) const;
    void add_ways(ThreadId t);
    void add_failures(ThreadId t, graph::LocationId l);
    void add_reads(ThreadId t, const Step& step);
    void add_places(ThreadId t, const Step& step);
    bool lock_is_free(const Step& step) const;
    void leaf();
    void trim();
    void report(const Violation& violation);
    void watch(ThreadId t, const execution::Cell& cell, execution::AccessKind kind);
    bool learn_of_accesses();
    bool time_is_over();

    Execution& execution_;
    const graph::ExecutionGraph& graph_;
    const Options options_;
    trace::Statistics& statistics_;
    const StopFlag& stop_;
    std::chrono::steady_clock::time_point begin_;
    Usage usage_;
    Residual residual_;
    Visited visited_;
    Circles circles_;
    std::vector<Frame> frames_;
    std::vector<Way> ways_;

    /// Who has accessed a cell, and the locks that they all held.
    struct Users {
        ThreadId first = runtime::max_threads;
        bool shared = false, written = false, begun = false;
        std::vector<std::uint64_t> locks; ///< in order
    };
    std::unordered_map<const execution::Cell*, Users> users_;

    Threads can_end_ = 0;
    std::uint64_t most_ = 0; ///< 0: no limit
    std::uint64_t steps_ = 0;
    bool bound_hit_ = false, dropped_any_ = false, over_ = false;
    Ended ended_ = Ended::complete;
};

} // namespace heddle::states
