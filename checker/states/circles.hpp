// The moves between states, to find the circles in them: threads that go round for ever although each that could move does. A move
// that reads an old value is left out: sooner or later the newest is read.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "states/visited.hpp"

namespace heddle::states {

/// A set of threads; those beyond the 63rd share a bit, which only makes circles fairer than they are.
using Threads = std::uint64_t;
inline Threads only(std::uint32_t thread) { return Threads{1} << (thread < 63 ? thread : 63); }

class Circles {
public:
    /// What threads have done between one state and the next.
    struct Move {
        Threads by = 0;       ///< who has done something
        Threads changing = 0; ///< who has written to an atomic object
        Threads leaving = 0;  ///< who was in no loop without a way out
        bool stale = false;
    };

    void clear() { edges_.clear(), can_move_.clear(); }
    /// Who can go on in a state. To be called once for each, in the order of their numbers.
    void note_state(StateNumber state, Threads can_move) {
        if (can_move_.size() <= state) can_move_.resize(state + 1);
        can_move_[state] = can_move;
    }
    void note_move(StateNumber from, StateNumber to, const Move& move) {
        if (!move.stale) edges_.push_back({from, to, move.by, move.changing, move.leaving});
    }
    std::uint64_t bytes() const { return edges_.size() * sizeof(Edge) + can_move_.size() * sizeof(Threads); }

    /// A set of states that threads can go round in for ever.
    struct Circle {
        StateNumber state = 0;      ///< one of them
        Threads by = 0, changing = 0, leaving = 0;
        bool exits = false; ///< there are ways out of it
    };
    /// The circles in which every thread moves that could at each of its states.
    std::vector<Circle> fair() const;

private:
    struct Edge {
        StateNumber from, to;
        Threads by, changing, leaving;
    };
    std::vector<Edge> edges_;
    std::vector<Threads> can_move_;
};

} // namespace heddle::states
