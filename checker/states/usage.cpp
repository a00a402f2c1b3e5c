// Which objects are in interleaving memory, and what is not described by states. The cases are those of docs/states.md; each has
// been held against all consistent graphs on thousands of random programs.
#include "states/residual.hpp"

#include <algorithm>

#include "execution/operations.hpp"

namespace heddle::states {

using namespace execution;
using runtime::OpKind;
using runtime::RmwFunction;

bool Usage::any(std::uint8_t all_of) const {
    return std::any_of(seen_.begin(), seen_.end(), [&](std::uint8_t seen) { return (seen & all_of) == all_of; });
}

bool Usage::note(const Step& step) {
    const runtime::Operation& op = step.operation;
    bool news = false;
    const auto learn = [&](bool& known, bool now) { news |= now && !known, known |= now; };
    if (is(op.kind, may_fail)) learn(tries_, true), learn(loose_, true);
    // Waiting and being woken is seen by others, and orders nothing.
    if (is(op.kind, entering) && !is(op.kind, takes_lock)) learn(loose_, true), learn(conditions_, true);
    if (op.kind == OpKind::arrive) learn(meets_, true);
    if (op.kind == OpKind::fence) learn(fences_, true), learn(seq_cst_fence_, is_seq_cst(op.order));
    if (!is(op.kind, on_object)) return news;
    const bool reads = op.kind != OpKind::store, writes = op.kind != OpKind::load;
    const bool weak = (reads && !is_acquire(op.order)) || (writes && !is_release(op.order)) ||
                      (op.kind == OpKind::cas && !is_acquire(op.failure_order));
    learn(weak_, weak);
    learn(loose_, weak && model_ == Model::rc11);
    learn(buffers_, op.kind == OpKind::store && !is_seq_cst(op.order));
    std::uint8_t now = 0;
    if (!is_seq_cst(op.order) || (op.kind == OpKind::cas && !is_seq_cst(op.failure_order))) now |= not_seq_cst;
    if (is_seq_cst(op.order) || (op.kind == OpKind::cas && is_seq_cst(op.failure_order))) now |= seq_cst;
    if (op.kind != OpKind::rmw || op.function == RmwFunction::take) now |= not_always_rmw;
    if (seen_.size() <= step.slot->number) seen_.resize(step.slot->number + 1);
    std::uint8_t& seen = seen_[step.slot->number];
    news |= bool(now & ~seen) && seen; // an object that is new has been in no state
    seen |= now;
    return news;
}

const char* Usage::out_of_reach() const {
    if (model_ == Model::tso && (buffers_ || tries_))
        return "under tso stores that are not seq_cst wait in buffers, which states do not describe yet";
    return nullptr;
}

} // namespace heddle::states
