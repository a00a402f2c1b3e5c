// The program's plain memory as the graph sees it, one cell for each 8-byte word that was ever touched: its value, who
// accessed it, and which atomic objects lie in it. Everything can be undone, like the graph.
//
// Races: FastTrack's idea (Flanagan, Freund, PLDI 2009) over the happens-before clocks of the graph. An access belongs
// to the segment of its thread between two events; it is happens-before everything that the event ending the segment
// is.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <unordered_map>
#include <vector>

#include "graph/execution_graph.hpp"

namespace heddle::property {

using graph::EventId;
using graph::ExecutionGraph;
using graph::LocationId;
using graph::ThreadId;

enum class AccessKind : std::uint8_t { read, write, release };

/// A plain access to some bytes of a word. Lists are persistent: new ones point into older ones, so undo is a pointer.
struct Access {
    const Access* next = nullptr;
    std::uint64_t pc = 0;
    std::uint32_t thread = 0;
    std::uint32_t segment = 0; ///< events of the thread that came before
    std::uint8_t mask = 0;     ///< which bytes
    AccessKind kind = AccessKind::read;
};

struct Cell;

/// An atomic object or queue: an address with a size.
struct Slot {
    std::uint64_t address = 0;
    Cell* cell = nullptr;
    Cell* second = nullptr; ///< for 16 bytes
    std::uint32_t number = 0;
    std::uint8_t size = 0;
    std::uint8_t mask = 0;                    ///< its bytes in `cell`
    LocationId location = graph::no_location; ///< in the current graph
};

struct Cell {
    std::uint64_t address = 0;
    std::uint64_t value = 0;
    std::uint64_t start = 0;         ///< at the start of every execution
    const Access* history = nullptr; ///< the accesses that matter: the last writes and the reads since, per byte
    std::vector<Slot*> slots;        ///< atomic objects that have been in this word
};

/// Two accesses that nothing orders, or an access to freed memory.
struct Conflict {
    Access earlier;                  ///< when event is none
    EventId event = graph::no_event; ///< the atomic access it conflicts with
    bool ordered = false;            ///< happens-before orders them: use after free
};

class Memory {
public:
    /// @param start what an 8-byte word holds at the start of every execution.
    using StartOf = std::uint64_t (*)(void* context, std::uint64_t address);
    Memory(StartOf start, void* context) : start_(start), context_(context) {}

    Cell& cell(std::uint64_t word_address);
    /// Throws Unsupported when another atomic object of the current graph overlaps it with another size or address.
    Slot& slot(std::uint64_t address, unsigned size);
    Slot& slot_number(std::uint32_t number) { return *slots_[number]; }
    const Slot& slot_number(std::uint32_t number) const { return *slots_[number]; }
    std::size_t cells() const { return cells_.size(); }

    /// A plain access by thread t in its segment. Empty: no conflict. A plain write to an atomic object that it comes
    /// after ends that object's life (its location); a later atomic access starts a new one.
    std::optional<Conflict> access(const ExecutionGraph& graph, ThreadId t, Cell& cell, std::uint8_t mask,
                                   AccessKind kind, std::uint64_t pc);
    /// The event just added is an atomic access to the slot: does it conflict with plain accesses?
    std::optional<Conflict> atomic_access(const ExecutionGraph& graph, EventId e, const Slot& slot) const;

    void set_value(Cell& cell, std::uint64_t value);
    Value value_of(const Slot& slot) const;
    void set_value(Slot& slot, Value value);
    void set_location(Slot& slot, LocationId location);

    /// Undo marks: take one, later return to it.
    struct Mark {
        std::uint32_t log = 0, accesses = 0;
    };
    Mark mark() const { return {std::uint32_t(log_.size()), accesses_used_}; }
    void undo(Mark mark);

    /// Forgets all values, accesses and locations (not the cells).
    void restart();

private:
    struct Undo {
        Cell* cell = nullptr;
        Slot* slot = nullptr;
        std::uint64_t value = 0;
        const Access* history = nullptr;
    };

    const Access* remember(const Access& access);
    void log(Cell& cell) { log_.push_back({&cell, nullptr, cell.value, cell.history}); }
    static void check_overlap(const Cell& cell, const Slot& slot);
    std::optional<Conflict> against_atomics(const ExecutionGraph& graph, ThreadId t, Cell& cell, std::uint8_t mask,
                                            bool write);

    StartOf start_;
    void* context_;
    std::unordered_map<std::uint64_t, std::unique_ptr<Cell>> cells_;
    std::vector<std::unique_ptr<Slot>> slots_;
    std::vector<Undo> log_;
    std::vector<std::unique_ptr<Access[]>> access_blocks_;
    std::uint32_t accesses_used_ = 0;
};

/// An operation that is not modelled; what() is one sentence.
struct Unsupported : std::runtime_error {
    using std::runtime_error::runtime_error;
};

} // namespace heddle::property
