// What in a story does not matter to its end: a reader can do without, and reports fold it.
//
// The violation's own steps matter, and, going back from them: accesses to the objects that they are about (where values are wrong: to all
// that several threads share), what wakes, hands over and is
// read across threads into the threads that have a part in it, the locks that they hold at the end, stale reads, what changes an
// invariant's values. All else is folded where several such steps follow each other, and so is what a library does inside a call
// of the user's. It is a reading aid: nothing is left out of a trace for it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "trace/trace.hpp"

namespace heddle::trace {

struct Fold {
    std::size_t first = 0, count = 0; ///< steps that follow each other
    std::string call;                 ///< all are in this call of one thread; empty: they have nothing in common
    bool operator==(const Fold&) const = default;
};

/// In the order of the trace; they do not overlap.
std::vector<Fold> folds_of(const Trace& trace);

/// "31 steps of T0 and T2", or "inside promise::set_value: 3 steps".
std::string words_of(const Fold& fold, const Trace& trace);

} // namespace heddle::trace
