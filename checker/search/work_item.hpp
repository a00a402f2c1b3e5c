// A part of an exploration as a value: the graph at a branching point, as the decisions that make it, and the ways from there that
// nobody has gone. Together with what is needed (execution/needs.hpp) that is all: whoever has the program explores exactly that part.
// There are no addresses in it, so that it may cross to another process.
//
// TruSt visits each graph from exactly one other, and keeps nothing but the way from the root to where it stands: the open
// alternatives of two branching points have no graph in common, whoever explores them (Kokologiannakis, Marmanis, Gladstein, Vafeiadis,
// POPL 2022). So an exploration can be cut at any point in two, and the sums of their counts are its counts
// (tests/unit/test_work_items.cpp).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "execution/redo.hpp"

namespace heddle::search {

using execution::Choice;
using execution::Decision;
using execution::EventId;
using execution::ThreadId;

/// A way to go on from a branching point.
struct Alternative {
    enum class Kind : std::uint8_t { add, revisit } kind = Kind::add;
    ThreadId thread = 0;
    Choice choice;                      ///< add
    EventId read = graph::no_event;     ///< revisit: the read
    std::uint32_t fails = 0;            ///< revisit of a trylock, or of a compare_exchange of symbolic values: how it fails, if it does
};

/// A write that revisits is placed in mo, and then read by the one whom it revisits.
struct Revisiting {
    ThreadId reader = 0;
    Choice reading;
};

struct WorkItem {
    /// Which thread is whose child: who numbers threads as it meets them must go on with the numbers that the decisions have.
    std::map<std::pair<ThreadId, std::uint32_t>, ThreadId> children;
    std::vector<Decision> decisions; ///< of the whole graph
    std::vector<Alternative> open;   ///< empty at the root: there the first branching point is still to be found
    bool revisits = false;           ///< the alternatives place a write that is then read: see `revisiting`
    Revisiting revisiting;
};

/// The item as bytes.
std::string bytes_of(const WorkItem& item);
/// Throws UserError when these are not the bytes of an item.
WorkItem work_item_of(std::string_view bytes);

} // namespace heddle::search
