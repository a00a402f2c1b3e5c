// Which orders a window of a recording can be put in: the maximal causal model (Said, Wang, Yang, Sakallah, NFM 2011; Huang,
// Meredith, Roșu, PLDI 2014) in Z3's difference logic. Every event of the window has an integer; those below 0 have
// happened, and the question is about what stands at 0. Events that have not happened are not constrained by anything but
// their threads' order: feasibility only has to hold up to the point in question.
//
// What has happened must have been possible: program order, creation and joining; a lock is held by one; a read sees the
// value it saw when recorded (atomics: from any write of that value; plain accesses, whose values are not all known: from
// the same write), so that each thread did what it did; a wait ends by a signal of its own; a semaphore is not taken below
// zero; barriers and once as recorded; memory is used again after it was freed.
// Before the window everything happened as recorded.
//
// Proven by tests/unit/test_prediction.cpp against an enumeration of all reorderings.
#pragma once

#include <memory>
#include <vector>

#include "smt/ask.hpp"
#include "smt/history.hpp"

namespace heddle::smt {

struct Question {
    std::vector<Place> next;        ///< each is the next event of its thread
    std::vector<Place> happened;    ///< have happened
    Place read = nowhere;           ///< would now see …
    Place written = nowhere;        ///< … what this write wrote (nowhere: what was there before the window)
    std::vector<std::uint32_t> free; ///< threads whose reads may see anything: then the answer is only a suggestion
};

class Window {
public:
    /// The events [from, to) of the history.
    Window(const History& history, Place from, Place to, std::chrono::milliseconds time_limit);
    ~Window();

    /// Satisfiable: `schedule` is what happens in the window, in order, up to the point in question, and no more than is
    /// needed for it.
    Answer ask(const Question& question, std::vector<Place>& schedule, Effort& effort);

private:
    class Encoding;
    std::unique_ptr<Encoding> encoding_;
};

} // namespace heddle::smt
