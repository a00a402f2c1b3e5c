#include "search/failure_order.hpp"

#include <algorithm>

namespace heddle::search {

using namespace execution;
using namespace graph;

namespace {

/// The success order of the failed compare_exchange, when it acquires and the failure order does not (or is less than
/// seq_cst).
std::optional<MemoryOrder> stronger_order(const Event& event) {
    if (!event.is_read() || !event.update || event.exclusive || event.chain || event.waiting) return std::nullopt;
    const runtime::Operation& op = static_cast<const Step*>(event.step)->operation;
    if (op.kind != runtime::OpKind::cas) return std::nullopt;
    const bool acquires_more = is_acquire(op.order) && !is_acquire(event.order);
    const bool more_sc = is_seq_cst(op.order) && !is_seq_cst(event.order);
    return acquires_more || more_sc ? std::optional(op.order) : std::nullopt;
}

} // namespace

bool consistent_with_success_orders(const ExecutionGraph& graph, Model model) {
    bool any = false;
    for (EventId e = 0; e < graph.size() && !any; ++e) any = stronger_order(graph[e]).has_value();
    if (!any) return true;
    // The same graph again with the stronger orders, event by event, coherence and psc checked at each.
    const auto consistency = memory::make_model(model, graph.lanes());
    ExecutionGraph strong(graph.lanes(), consistency->synchronisation());
    for (LocationId l = 0; l < graph.location_count(); ++l)
        strong.add_location(graph.location(l).slot, graph.location(l).initial_value, graph.location(l).is_queue);
    for (EventId e = 0; e < graph.size(); ++e) {
        Event event = graph[e];
        if (const auto order = stronger_order(event)) event.order = *order;
        std::uint32_t place = 0;
        if (event.is_write()) {
            const auto& mo = graph.location(event.location).mo;
            place = std::uint32_t(
                std::count_if(mo.begin(), std::find(mo.begin(), mo.end(), e), [&](EventId w) { return w < e; }));
        } else if (event.is_read()) {
            place = strong.mo_place(event.location, event.rf);
        }
        if ((event.is_read() || event.is_write()) && !event.chain &&
            place < strong.coherence_bound(event.thread, event.location))
            return false;
        if (event.index == 0 && event.previous < no_event) strong.begin_thread(event.thread, event.previous);
        strong.add(event, place);
        if (consistency->added(strong) != memory::Axiom::none) return false;
    }
    return true;
}

} // namespace heddle::search
