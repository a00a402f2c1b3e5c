// The sentences of a violation: what is wrong, what part each thread has in it, and what would have prevented it.
#pragma once

#include <string>
#include <vector>

#include "story/reenactment.hpp"
#include "trace/trace.hpp"

namespace heddle::story {

using execution::EventId;
using execution::Execution;
using execution::ExecutionGraph;
using execution::Step;
using execution::ThreadId;
using execution::Violation;

class Telling {
public:
    Telling(const Execution& execution, const Violation& violation, const Reenactment& seen)
        : graph_(execution.graph()), execution_(execution), violation_(violation), seen_(seen) {}

    /// Fills in message, parts and hint; `out` has its kind already.
    void tell(trace::Violation& out) const;

    /// "waits for mutex `m`, held by T2 since lock.cpp:12".
    std::string waits_for(const Violation::Waiting& waiting) const;
    /// The same as data.
    trace::WaitsFor wait_of(const Violation::Waiting& waiting) const;
    /// "waits for `m`, held by T2".
    std::string waits_for_briefly(const Violation::Waiting& waiting) const;
    /// The event by which the thread that the waiting one waits for got the mutex; no_event: none.
    EventId taken_by_holder(const Violation::Waiting& waiting) const;
    /// The newest write of what a spinning thread reads; no_event: nobody has written it.
    EventId newest_write(const Violation::Waiting& waiting) const;
    /// All of them, of what several have written the newest: some may come before what the thread has read.
    std::vector<EventId> writes_spun_on(const Violation::Waiting& waiting) const;
    /// Signals of the condition variable that the thread waits on which woke nobody.
    std::vector<EventId> lost_signals(const Violation::Waiting& waiting) const;

private:
    std::string what_for(const Violation::Waiting& waiting) const;
    std::string held_by(const Violation::Waiting& waiting) const;
    std::string lock_named(const std::string& name, const Violation::Waiting& waiting) const;

    struct Held {
        std::uint64_t address = 0;
        EventId since = graph::no_event;
        std::string name;
    };
    /// The mutexes that the thread holds after so many of its events.
    std::vector<Held> held(ThreadId t, std::uint32_t events) const;

    void tell_conflict(trace::Violation& out) const;
    void tell_use_after_free(trace::Violation& out) const;
    void tell_waiting(trace::Violation& out) const;
    void tell_livelock(trace::Violation& out) const;
    /// What would have prevented that threads wait for ever; empty when it cannot be said.
    std::string what_would_end_the_wait(const Violation::Waiting& waiting) const;
    static std::string what_would_keep_it(ThreadId freer, ThreadId user);
    std::string what_would_order(ThreadId first, std::uint32_t first_segment, ThreadId second) const;
    std::string unsynchronised_link(ThreadId first, std::uint32_t first_segment, ThreadId second) const;
    std::string spins_on(const Violation::Waiting& waiting) const;
    std::string looks_for(const Violation::Waiting& waiting) const;
    bool tell_missed_signal(trace::Violation& out) const;
    /// The signal that a thread which waits on a condition variable can be said to have missed.
    struct Missed {
        enum How : std::uint8_t { nothing, early, lost, by_another } how = nothing; ///< what says more is greater
        EventId signal = graph::no_event;
    };
    Missed missed_signal(const Violation::Waiting& waiting) const;
    std::string circle() const;
    std::string object_of(ThreadId t) const;
    const runtime::Operation& operation(EventId e) const { return static_cast<const Step*>(graph_[e].step)->operation; }

    const ExecutionGraph& graph_;
    const Execution& execution_;
    const Violation& violation_;
    const Reenactment& seen_;
};

} // namespace heddle::story
