#include "execution/native_run.hpp"

#include <fmt/format.h>

#include "execution/operations.hpp"

namespace heddle::execution {

using namespace graph;
using runtime::Operation;
using runtime::OpKind;

namespace {

/// A segment that ends the execution may have been left in the middle of a write.
bool goes_on(const Operation& operation) { return operation.kind != OpKind::fail; }

} // namespace

std::string describe(const Operation& op) {
    std::string text(traits_of(op.kind).name);
    if (op.address) text += fmt::format(" at {:#x}", op.address);
    return text + fmt::format(" (pc {:#x})", op.pc);
}

const Operation& NativeRun::start_main(SegmentListener* recorder) {
    ++runs_;
    machine_.listen(nullptr);
    machine_.reset();
    if (recorder) recorder->begin(machine_, 0), recorder->look();
    machine_.listen(recorder);
    pending_[0] = &machine_.start(0);
    machine_.listen(nullptr);
    if (recorder) recorder->finish(goes_on(*pending_[0]));
    live_ = true;
    child_started_ = false;
    executed_ = 0;
    return *pending_[0];
}

void NativeRun::expect(const Event& event) const {
    const auto& wanted = static_cast<const Step*>(event.step)->operation;
    const Operation& got = *pending_[event.thread];
    if (wanted.kind == got.kind && wanted.address == got.address && wanted.operand == got.operand &&
        wanted.expected == got.expected && wanted.pc == got.pc)
        return;
    throw Nondeterminism(fmt::format("thread {} did a {} where it did a {} before, having read the same values",
                                     event.thread, describe(got), describe(wanted)));
}

const Operation* NativeRun::stands_silent(const ExecutionGraph& graph, ThreadId t, EventId last) const {
    return silent && graph.last_of(t) == last ? silent(t) : nullptr;
}

void NativeRun::start_child(const ExecutionGraph& graph, EventId create) {
    const Event& event = graph[create];
    expect(event);
    machine_.bind_child(event.thread, event.child);
    const Operation* const stands = stands_silent(graph, event.child, create);
    pending_[event.child] = stands ? stands : &machine_.start(event.child);
    child_started_ = true;
}

const Operation* NativeRun::run(const ExecutionGraph& graph, EventId e, SegmentListener* recorder) {
    const Event& event = graph[e];
    if (!runs_on(event)) return nullptr;
    if (event.kind == EventKind::create && !child_started_) start_child(graph, e);
    else if (event.kind != EventKind::create) expect(event);
    write_to_memory(machine_, graph, e);
    if (const Operation* const stands = recorder ? nullptr : stands_silent(graph, event.thread, e))
        return pending_[event.thread] = stands;
    if (recorder) recorder->look();
    pending_[event.thread] = &machine_.resume(event.thread, result_of(graph, e));
    return pending_[event.thread];
}

void NativeRun::catch_up(const ExecutionGraph& graph, std::uint32_t size) {
    if (!live_) start_main(nullptr);
    machine_.listen(nullptr);
    while (executed_ < size) {
        run(graph, executed_, nullptr);
        child_started_ = false;
        ++executed_;
    }
}

const Operation& NativeRun::record_child(const ExecutionGraph& graph, SegmentListener& recorder) {
    const EventId e = graph.size() - 1;
    catch_up(graph, e);
    recorder.begin(machine_, graph[e].child);
    recorder.look();
    machine_.listen(&recorder);
    start_child(graph, e);
    machine_.listen(nullptr);
    recorder.finish(goes_on(*pending_[graph[e].child]));
    return *pending_[graph[e].child];
}

const Operation& NativeRun::record_segment(const ExecutionGraph& graph, SegmentListener& recorder) {
    const EventId e = graph.size() - 1;
    catch_up(graph, e);
    if (graph[e].kind == EventKind::create && !child_started_) start_child(graph, e);
    recorder.begin(machine_, graph[e].thread);
    machine_.listen(&recorder);
    const Operation* const next = run(graph, e, &recorder);
    machine_.listen(nullptr);
    recorder.finish(goes_on(*next));
    child_started_ = false;
    ++executed_;
    return *next;
}

const Operation& NativeRun::record_result(const ExecutionGraph& graph, ThreadId t, Value result, SegmentListener& recorder) {
    catch_up(graph, graph.size());
    recorder.begin(machine_, t);
    recorder.look();
    machine_.listen(&recorder);
    const Operation& next = machine_.resume(t, result);
    machine_.listen(nullptr);
    recorder.finish(goes_on(next));
    live_ = false;
    return next;
}

} // namespace heddle::execution
