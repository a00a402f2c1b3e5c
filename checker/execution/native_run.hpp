// The program itself, run natively along the trail of a graph: up to the event whose continuation nobody knows yet, and
// one segment further with the recorder listening. Kept alive while the graph only grows; started anew after an undo.
#pragma once

#include <array>
#include <functional>
#include <string>

#include "execution/needs.hpp"
#include "execution/segment_listener.hpp"
#include "execution/trail.hpp"
#include "graph/execution_graph.hpp"

namespace heddle::execution {

class NativeRun {
public:
    NativeRun(runtime::Machine& machine, const Memory& memory) : machine_(machine), memory_(memory) {}

    /// Runs main's first segment. Recorded when a recorder is given.
    const runtime::Operation& start_main(SegmentListener* recorder);
    /// For the last event of the graph, a create: the child's first segment, recorded.
    const runtime::Operation& record_child(const ExecutionGraph& graph, SegmentListener& recorder);
    /// The segment of the last event's own thread that follows the event, recorded.
    const runtime::Operation& record_segment(const ExecutionGraph& graph, SegmentListener& recorder);

    /// The segment that would follow if the pending operation of the thread had that result; the run is then abandoned.
    const runtime::Operation& record_result(const ExecutionGraph& graph, ThreadId t, Value result, SegmentListener& recorder);

    /// The graph has been cut back to `size` events.
    void undone(std::uint32_t size) {
        if (executed_ > size || (child_started_ && executed_ >= size)) live_ = false;
    }
    /// Forgets the run: the next question starts it anew.
    void abandon() { live_ = false; }

    std::uint64_t runs() const { return runs_; }

    /// Tells what a thread stands at that will never reach a visible operation, else null. Such a thread is not run again to
    /// where it stands: nobody can see what it did on the way without racing with it.
    std::function<const runtime::Operation*(ThreadId)> silent;

private:
    const runtime::Operation* stands_silent(const ExecutionGraph& graph, ThreadId t, EventId last) const;
    void catch_up(const ExecutionGraph& graph, std::uint32_t size);
    void start_child(const ExecutionGraph& graph, EventId create);
    const runtime::Operation* run(const ExecutionGraph& graph, EventId e, SegmentListener* recorder);
    void expect(const graph::Event& event) const;

    runtime::Machine& machine_;
    const Memory& memory_;
    std::array<const runtime::Operation*, runtime::max_threads> pending_{};
    bool live_ = false;
    bool child_started_ = false; ///< of event `executed_`, a create
    std::uint32_t executed_ = 0; ///< events of the trail that have been run
    std::uint64_t runs_ = 0;
};

/// In words, for messages: "store to 0x… at …".
std::string describe(const runtime::Operation& operation);

} // namespace heddle::execution
