// The execution graph: per thread the sequence of its events (po), reads-from (rf), per location the modification order
// (mo), and clocks for porf and happens-before (hb). Grows and shrinks at the end of the trail only.
//
// Happens-before is that of RC11 (Lahav et al., PLDI 2017) with C++20's release sequences (a release write and the
// read-modify-writes that follow it); under sc and tso every rf of an atomic synchronises. The queues of mutexes and
// condition variables never synchronise by themselves: an unlock and the next grant do.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "graph/clock.hpp"
#include "graph/event.hpp"

namespace heddle::graph {

/// A location: an atomic object (or a queue) between two reuses of its memory.
struct Location {
    Value initial_value = 0;
    bool is_queue = false;      ///< of a mutex or condition variable
    std::uint32_t slot = 0;     ///< the explorer's name for the address
    std::vector<EventId> mo;    ///< its writes in modification order, the initial one left out
    std::vector<EventId> reads; ///< its reads, in trail order
};

enum class Synchronisation : std::uint8_t { as_written, every_rf };

class ExecutionGraph {
public:
    ExecutionGraph(unsigned lanes, Synchronisation synchronisation);

    std::uint32_t size() const { return size_; }
    const Event& operator[](EventId e) const { return events_[e]; }
    Event& at(EventId e) { return events_[e]; }

    /// Adds the event at the end. A write is put at place `place` of its location's mo (0: first).
    /// Takes event.thread, kind, rf, partner…; sets index, previous, clocks. The caller gives the stamp.
    EventId add(const Event& event, std::uint32_t place);
    /// Takes the last event away.
    void remove_last();

    LocationId add_location(std::uint32_t slot, Value initial_value, bool is_queue);
    void remove_last_location() { --location_count_; }
    const Location& location(LocationId l) const { return locations_[l]; }
    std::uint32_t location_count() const { return location_count_; }

    /// The thread's last event, or the create of the thread when it has none yet, or no_event (main).
    EventId last_of(ThreadId t) const { return threads_[t].last; }
    std::uint32_t count_of(ThreadId t) const { return threads_[t].count; }
    void begin_thread(ThreadId t, EventId create) { threads_[t] = {create, 0}; }

    /// Place of a write in mo: 0 for the initial one, i+1 for mo[i].
    std::uint32_t mo_place(LocationId l, EventId write) const;
    /// The write at that place.
    EventId write_at(LocationId l, std::uint32_t place) const {
        return place == 0 ? initial : locations_[l].mo[place - 1];
    }
    Value value_of(LocationId l, EventId write) const {
        return write == initial ? locations_[l].initial_value : events_[write].value;
    }
    /// The read-modify-write's write that follows `write` immediately (and reads it), or no_event.
    EventId rmw_after(LocationId l, std::uint32_t place) const {
        const auto& mo = locations_[l].mo;
        return place < mo.size() && events_[mo[place]].exclusive ? mo[place] : no_event;
    }

    /// Coherence: the lowest mo place that the next event of thread t may read from (writes must go above it).
    /// Every write hb-before, and every write read by something hb-before, hides what is mo-before it.
    std::uint32_t coherence_bound(ThreadId t, LocationId l) const { return coherence_bound_after(threads_[t].last, l); }
    /// The same for an event that follows `previous` in po (no_event: nothing).
    std::uint32_t coherence_bound_after(EventId previous, LocationId l) const { return previous == no_event ? 0 : coherence_bound_of(hb(previous), l); }
    /// The same for whatever comes after those events.
    std::uint32_t coherence_bound_of(ConstRow before, LocationId l) const;

    ConstRow porf(EventId e) const { return porf_.row(e); }
    ConstRow hb(EventId e) const { return hb_.row(e); }
    /// Of a write: what an acquiring reader of it comes after.
    ConstRow message(EventId write) const { return synchronisation_ == Synchronisation::as_written ? message_.row(write) : hb_.row(write); }
    Synchronisation synchronisation() const { return synchronisation_; }
    /// hb of the thread's last event (of its create when it has none); null when nothing came before.
    ConstRow hb_of_thread(ThreadId t) const { return threads_[t].last == no_event ? nullptr : hb(threads_[t].last); }
    bool contains(ConstRow row, EventId e) const { return row[events_[e].thread] > events_[e].index; }
    bool hb_before(EventId a, EventId b) const { return a != b && contains(hb(b), a); }
    unsigned lanes() const { return porf_.lanes(); }

    /// All events, oldest stamp first.
    std::span<const EventId> by_stamp() const { return by_stamp_; }

private:
    struct Thread {
        EventId last = no_event;
        std::uint32_t count = 0;
    };

    void compute_porf(EventId e);
    void compute_hb(EventId e);
    void compute_hb_as_written(EventId e);
    void join_messages_read(Row hb, const Event& fence) const;

    Synchronisation synchronisation_;
    std::uint32_t size_ = 0;
    std::uint32_t location_count_ = 0;
    std::vector<Event> events_;
    std::vector<Location> locations_;
    std::vector<Thread> threads_;
    std::vector<EventId> by_stamp_;
    ClockTable porf_;
    ClockTable hb_;
    ClockTable message_; ///< of a write: what an acquiring reader of it comes after
};

} // namespace heddle::graph
