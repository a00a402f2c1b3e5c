#include "graph/execution_graph.hpp"

namespace heddle::graph {

ExecutionGraph::ExecutionGraph(unsigned lanes, Synchronisation synchronisation)
    : synchronisation_(synchronisation), threads_(lanes), porf_(lanes), hb_(lanes), message_(lanes) {}

LocationId ExecutionGraph::add_location(std::uint32_t slot, Value initial_value, bool is_queue) {
    if (location_count_ == locations_.size()) locations_.emplace_back();
    Location& l = locations_[location_count_];
    l.slot = slot;
    l.is_queue = is_queue;
    l.initial_value = initial_value;
    l.mo.clear();
    l.reads.clear();
    return location_count_++;
}

EventId ExecutionGraph::add(const Event& event, std::uint32_t place) {
    const EventId e = size_++;
    if (e >= events_.size()) {
        events_.resize(std::max<std::size_t>(64, 2 * events_.size()));
        const auto room = std::uint32_t(events_.size());
        porf_.reserve(room), hb_.reserve(room);
        if (synchronisation_ == Synchronisation::as_written) message_.reserve(room);
    }
    Event& added = events_[e];
    added = event;
    Thread& thread = threads_[event.thread];
    if (added.kind == EventKind::fence && is_release(added.order)) added.release_fence = e;
    else added.release_fence = thread.count > 0 ? events_[thread.last].release_fence : no_event;
    added.index = std::uint16_t(thread.count++);
    added.previous = thread.last;
    thread.last = e;
    if (added.location != no_location) {
        Location& l = locations_[added.location];
        if (added.is_write()) l.mo.insert(l.mo.begin() + place, e);
        else if (added.is_read()) l.reads.push_back(e);
    }
    auto at = by_stamp_.end();
    while (at != by_stamp_.begin() && events_[*(at - 1)].stamp > added.stamp) --at;
    by_stamp_.insert(at, e);
    compute_porf(e);
    if (synchronisation_ == Synchronisation::as_written) compute_hb_as_written(e);
    else compute_hb(e);
    return e;
}

void ExecutionGraph::remove_last() {
    const EventId e = --size_;
    const Event& event = events_[e];
    Thread& thread = threads_[event.thread];
    thread.last = event.previous;
    --thread.count;
    if (event.location != no_location) {
        Location& l = locations_[event.location];
        if (event.is_write()) {
            auto at = l.mo.end() - 1;
            while (*at != e) --at;
            l.mo.erase(at);
        } else if (event.is_read()) {
            l.reads.pop_back(); // trail order: the last event is the last read
        }
    }
    auto at = by_stamp_.end() - 1;
    while (*at != e) --at;
    by_stamp_.erase(at);
}

std::uint32_t ExecutionGraph::mo_place(LocationId l, EventId write) const {
    if (write == initial) return 0;
    const auto& mo = locations_[l].mo;
    std::uint32_t i = std::uint32_t(mo.size());
    while (mo[--i] != write) {
    }
    return i + 1;
}

std::uint32_t ExecutionGraph::coherence_bound_of(ConstRow before, LocationId l) const {
    const Location& location = locations_[l];
    std::uint32_t bound = std::uint32_t(location.mo.size());
    while (bound > 0 && !contains(before, location.mo[bound - 1])) --bound;
    for (const EventId r : location.reads) {
        if (events_[r].rf >= no_event || !contains(before, r)) continue;
        std::uint32_t place = std::uint32_t(location.mo.size());
        while (place > bound && location.mo[place - 1] != events_[r].rf) --place;
        bound = std::max(bound, place);
    }
    return bound;
}

void ExecutionGraph::compute_porf(EventId e) {
    const Event& event = events_[e];
    const Row row = porf_.row(e);
    if (event.previous == no_event) porf_.clear(row);
    else porf_.copy(row, porf_.row(event.previous));
    row[event.thread] = Lane(event.index + 1);
    if (event.is_read() && event.rf < no_event) porf_.join(row, porf_.row(event.rf));
    if (event.kind != EventKind::write && event.partner < no_event) porf_.join(row, porf_.row(event.partner));
}

void ExecutionGraph::compute_hb(EventId e) {
    const Event& event = events_[e];
    const Row hb = hb_.row(e);
    if (event.previous == no_event) hb_.clear(hb);
    else hb_.copy(hb, hb_.row(event.previous));
    hb[event.thread] = Lane(event.index + 1);
    if (event.is_read() && event.rf < no_event && !event.chain) hb_.join(hb, hb_.row(event.rf));
    else if (event.synchronises && event.partner < no_event) hb_.join(hb, hb_.row(event.partner));
}

void ExecutionGraph::compute_hb_as_written(EventId e) {
    const Event& event = events_[e];
    const Row hb = hb_.row(e);
    if (event.previous == no_event) hb_.clear(hb);
    else hb_.copy(hb, hb_.row(event.previous));
    hb[event.thread] = Lane(event.index + 1);
    if (event.is_read()) {
        if (event.rf < no_event && !event.chain && is_acquire(event.order)) hb_.join(hb, message_.row(event.rf));
    } else if (event.is_write()) {
        const Row message = message_.row(e);
        if (is_release(event.order)) hb_.copy(message, hb);
        else if (event.release_fence != no_event) hb_.copy(message, hb_.row(event.release_fence));
        else hb_.clear(message);
        // The release sequence goes on through a read-modify-write.
        if (event.exclusive && !event.chain) {
            const EventId source = events_[event.previous].rf;
            if (source < no_event) hb_.join(message, message_.row(source));
        }
    } else if (event.kind == EventKind::fence) {
        if (is_acquire(event.order)) join_messages_read(hb, event);
    } else if (event.synchronises && event.partner < no_event) {
        hb_.join(hb, hb_.row(event.partner));
    }
}

/// An acquire fence comes after the messages of all that its thread has read before it, however weakly.
void ExecutionGraph::join_messages_read(Row hb, const Event& fence) const {
    for (EventId p = fence.previous; p < no_event && events_[p].thread == fence.thread; p = events_[p].previous)
        if (events_[p].is_read() && events_[p].rf < no_event && !events_[p].chain && !is_acquire(events_[p].order))
            hb_.join(hb, message_.row(events_[p].rf));
}

} // namespace heddle::graph
