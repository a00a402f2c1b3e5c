// The end of a thread is what a join waits for. (Creating and ending are the engine's own business.)
#include "execution/operations.hpp"
#include "primitives/list.hpp"

namespace heddle::primitives {

using namespace graph;
using namespace execution;

namespace {

ThreadId joined(const Execution& execution, ThreadId t) { return ThreadId(execution.next(t)->operation.operand); }

EventId end_of_the_joined(const Execution& execution, ThreadId t) {
    const ThreadId target = joined(execution, t);
    return execution.ended(target) ? execution.graph().last_of(target) : no_event;
}

void join(const Execution& execution, ThreadId t, const Choice&, Event& event) {
    event.kind = EventKind::join;
    event.partner = execution.awaited(t);
    event.synchronises = true;
}

} // namespace

void thread_rules(RuleTable& table) {
    table[std::size_t(OpKind::join)] = {.describe = join, .awaited = end_of_the_joined, .holder = joined};
}

} // namespace heddle::primitives
