// An acyclic order over the events of a graph that grows with it: for each event the clock of what comes before it.
// New events mostly come last; an edge from the new event to an older one (a stale read, a write in the middle of mo)
// is checked for a cycle in O(1) and then spread to everything after the older event. Clocks count events by lane, a
// lane being a chain of events of one thread that are in order anyway (all of them under SC, reads and writes apart
// under TSO).
#pragma once

#include <cstdint>
#include <vector>

#include "graph/clock.hpp"
#include "graph/event.hpp"

namespace heddle::graph {

class Order {
public:
    explicit Order(unsigned lanes) : clocks_(lanes) {}

    /// Where an event stands: the n-th (from 1) of its lane.
    struct Position {
        std::uint16_t lane = 0;
        Lane number = 0;
    };

    /// Begins the clock of event e (the next one of the trail) with nothing before it but itself.
    Row begin(EventId e) {
        if (e + 1 > marks_.size()) {
            marks_.resize(2 * (e + 32));
            clocks_.reserve(std::uint32_t(marks_.size()));
        }
        marks_[e] = std::uint32_t(saved_.size());
        const Row row = clocks_.row(e);
        clocks_.clear(row);
        return row;
    }

    /// x comes before the event of `row`.
    void after(Row row, EventId x) const { clocks_.join(row, clocks_.row(x)); }

    /// Whether the event at p is x or comes before x.
    bool reaches(Position p, EventId x) const { return clocks_.row(x)[p.lane] >= p.number; }

    /// Event e comes before the older event at p. False when p already comes before e: a cycle.
    bool before(EventId e, Position p, std::uint32_t graph_size) {
        if (reaches(p, e)) return false;
        for (EventId x = 0; x < graph_size; ++x) {
            if (x == e || !reaches(p, x)) continue;
            save(x);
            clocks_.join(clocks_.row(x), clocks_.row(e));
        }
        return true;
    }

    /// Takes back what adding e changed. Events are removed in the opposite order of begin().
    void remove(EventId e) {
        while (saved_.size() > marks_[e]) {
            const EventId x = saved_.back();
            saved_.pop_back();
            clocks_.copy(clocks_.row(x), saved_rows_.data() + saved_.size() * clocks_.lanes());
        }
    }

private:
    void save(EventId x) {
        const std::size_t at = saved_.size() * clocks_.lanes();
        if (saved_rows_.size() < at + clocks_.lanes()) saved_rows_.resize(2 * at + 64 * clocks_.lanes());
        clocks_.copy(saved_rows_.data() + at, clocks_.row(x));
        saved_.push_back(x);
    }

    ClockTable clocks_;
    std::vector<std::uint32_t> marks_; ///< per event: size of saved_ when it was added
    std::vector<EventId> saved_;
    std::vector<Lane> saved_rows_;
};

} // namespace heddle::graph
