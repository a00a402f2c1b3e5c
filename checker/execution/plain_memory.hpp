// The program's plain memory as the graph sees it, one cell for each 8-byte word that was ever touched: its value, who
// accessed it, and which atomic objects lie in it. Everything can be undone, like the graph.
//
// What memset, memcpy and the like touch as a whole is one cell for each block of 512 bytes, until some access is to a part of
// it: the block is then split into its words for good, and what is asked of the block is asked of them.
//
// Races: FastTrack's idea (Flanagan, Freund, PLDI 2009) over the happens-before clocks of the graph. An access belongs
// to the segment of its thread between two events; it is happens-before everything that the event ending the segment
// is.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <unordered_map>
#include <vector>

#include "graph/execution_graph.hpp"
#include "execution/contents.hpp"

namespace heddle::execution {

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
struct Block;

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
    std::uint64_t value = 0;         ///< of a whole block: the number of its content
    const Access* history = nullptr; ///< the accesses that matter: the last writes and the reads since, per byte
    std::vector<Slot*> slots;        ///< atomic objects that have been in this word
    Block* block = nullptr;          ///< the block that the cell stands for as a whole; null: the cell is a word
};

/// The cells of 512 bytes.
struct Block {
    Cell whole;
    bool in_use = false; ///< somebody has asked for the whole
    bool split = false;  ///< and for a part of it: what holds is in the words
    std::array<std::unique_ptr<Cell>, Contents::words> words;
};

/// Two accesses that nothing orders, or an access to freed memory.
struct Conflict {
    Access earlier;                  ///< when event is none
    EventId event = graph::no_event; ///< the atomic access it conflicts with
    bool ordered = false;            ///< happens-before orders them: use after free
    std::uint64_t address = 0;       ///< of the word
    LocationId queue = graph::no_location; ///< of the mutex or condition variable there that is in use: the only thing wrong
};

/// A sum of hashes, in which the order of the parts does not matter.
struct Fingerprint {
    std::uint64_t low = 0, high = 0;

    friend Fingerprint operator+(Fingerprint a, Fingerprint b) { return {a.low + b.low, a.high + b.high}; }
    friend Fingerprint operator-(Fingerprint a, Fingerprint b) { return {a.low - b.low, a.high - b.high}; }
    friend bool operator==(Fingerprint, Fingerprint) = default;
};

class Memory {
public:
    /// @param start what an 8-byte word holds at the start of every execution.
    using StartOf = std::uint64_t (*)(void* context, std::uint64_t address);
    Memory(StartOf start, void* context) : start_(start), context_(context) {}
    /// @param in_use whether somebody holds the mutex whose queue that is, or waits on the condition variable. A plain write to
    /// it then is a conflict.
    using InUse = bool (*)(const void* context, LocationId queue);
    void watch_queues(InUse in_use, const void* context) { in_use_ = in_use, in_use_context_ = context; }

    /// The cell of the word at an address that 8 divides.
    Cell& cell(std::uint64_t word_address);
    /// The same if there is one: nothing is made, no block split.
    const Cell* find(std::uint64_t word_address) const;
    /// The cell of a whole block, at an address that Contents::bytes divides.
    Cell& block(std::uint64_t address);
    /// Throws Unsupported when another atomic object of the current graph overlaps it with another size or address.
    Slot& slot(std::uint64_t address, unsigned size);
    Slot& slot_number(std::uint32_t number) { return *slots_[number]; }
    const Slot& slot_number(std::uint32_t number) const { return *slots_[number]; }
    Contents& contents() const { return contents_; }

    /// A plain access by thread t in its segment. Empty: no conflict. A plain write to an atomic object that it comes
    /// after ends that object's life (its location); a later atomic access starts a new one.
    std::optional<Conflict> access(const ExecutionGraph& graph, ThreadId t, Cell& cell, std::uint8_t mask,
                                   AccessKind kind, std::uint64_t pc);
    /// Whole blocks are released: what of them has ever been touched, and whatever will be. Both bounds are Contents::bytes
    /// times something.
    std::optional<Conflict> release(const ExecutionGraph& graph, ThreadId t, std::uint64_t address, std::uint64_t size,
                                    std::uint64_t pc);
    /// The event just added is an atomic access to the slot: does it conflict with plain accesses?
    std::optional<Conflict> atomic_access(const ExecutionGraph& graph, EventId e, const Slot& slot) const;

    /// A word, or the number of a block's content.
    std::uint64_t value_of(const Cell& cell) const { return cell.block && cell.block->split ? content_of(*cell.block) : cell.value; }
    /// What the word of that address holds when the cell, which it lies in, has the value.
    std::uint64_t word_in(const Cell& cell, std::uint64_t value, std::uint64_t address) const {
        return cell.block ? contents_[value][(address - cell.address) / 8] : value;
    }
    void set_value(Cell& cell, std::uint64_t value);
    Value value_of(const Slot& slot) const;
    void set_value(Slot& slot, Value value);
    void set_location(Slot& slot, LocationId location);

    /// Undo marks: take one, later return to it.
    struct Mark {
        std::uint32_t log = 0, accesses = 0, releases = 0;
    };
    Mark mark() const { return {std::uint32_t(log_.size()), accesses_used_, std::uint32_t(releases_.size())}; }
    void undo(Mark mark);

    /// From now on (before the first execution) keeps a fingerprint of what all cells hold.
    void keep_fingerprint() { keeps_fingerprint_ = true; }
    /// Of what the cells hold, as it differs from the start; freed memory counts as freed, whatever it holds.
    Fingerprint fingerprint() const { return fingerprint_; }
    /// What it was at a mark that has been returned to. (Marks are taken for each event; only where states are told apart they would need it.)
    void put_back_fingerprint(Fingerprint before) { fingerprint_ = before; }
    /// What the cell of a word adds to it.
    Fingerprint share_of(const Cell& cell) const;
    /// Told of each access before it is noted; may be empty.
    std::function<void(ThreadId, const Cell&, AccessKind)> on_access;

    /// Forgets all values, accesses and locations (not the cells).
    void restart();

private:
    struct Undo {
        Cell* cell = nullptr;
        Slot* slot = nullptr;
        std::uint64_t value = 0;
        const Access* history = nullptr;
    };

    /// Blocks that are gone.
    struct Released {
        std::uint64_t address = 0, size = 0;
        Access by;
    };

    Block& block_of(std::uint64_t address) { return blocks_[address / Contents::bytes]; }
    Cell& word_of(Block& block, std::uint64_t address);
    void split(Block& block);
    std::uint64_t content_of(const Block& block) const;
    std::optional<Conflict> access_words(const ExecutionGraph& graph, ThreadId t, Block& block, AccessKind kind, std::uint64_t pc);
    std::optional<Conflict> release_cells(const ExecutionGraph& graph, ThreadId t, std::uint64_t first, std::uint64_t count,
                                          std::uint64_t pc);
    const Access* released(const Cell& cell) const;
    const Access* remember(const Access& access);
    static std::uint64_t name_of(const Cell& cell);
    static Fingerprint hash(std::uint64_t address, std::uint64_t value);
    std::uint64_t at_start(const Cell& cell) const { return cell.block ? content_at_start(*cell.block) : start_(context_, cell.address); }
    std::uint64_t content_at_start(const Block& block) const;
    void count_released(const Cell& cell);
    void log(Cell& cell) { log_.push_back({&cell, nullptr, cell.value, cell.history}); }
    static void check_overlap(const Cell& cell, const Slot& slot);
    std::optional<Conflict> against_atomics(const ExecutionGraph& graph, ThreadId t, Cell& cell, std::uint8_t mask,
                                            bool write);

    StartOf start_;
    void* context_;
    InUse in_use_ = nullptr;
    const void* in_use_context_ = nullptr;
    mutable Contents contents_; ///< kept once each: looking one up may be the first time that it is met
    std::unordered_map<std::uint64_t, Block> blocks_;
    std::vector<std::unique_ptr<Slot>> slots_;
    std::vector<Undo> log_;
    std::vector<Released> releases_;
    std::vector<std::unique_ptr<Access[]>> access_blocks_;
    std::uint32_t accesses_used_ = 0;
    bool keeps_fingerprint_ = false;
    Fingerprint fingerprint_;
};

/// An operation that is not modelled; what() is one sentence.
struct Unsupported : std::runtime_error {
    using std::runtime_error::runtime_error;
};

} // namespace heddle::execution
