// What threads do, remembered: a thread is a function of what it reads. For each thread a tree of steps: a step is a
// visible operation with the plain writes that lead to it; its branches are the results the operation has had, each
// leading, through the plain reads that followed and the values they saw, to the next step. Walking the tree replaces
// running the program; only a value that a thread meets for the first time in a place makes native code run.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/value.hpp"
#include "execution/segment_listener.hpp"
#include "execution/plain_memory.hpp"
#include "runtime/machine.hpp"
#include "runtime/operation.hpp"

namespace heddle::execution {

using graph::EventId;
using graph::ExecutionGraph;
using graph::LocationId;
using graph::ThreadId;

struct Step;
struct PlainRead;

/// Where a branch leads: nowhere yet, to a plain read, to a step, or back to where the thread was (a pure spin).
class Target {
public:
    Target() = default;
    explicit Target(Step* step) : bits_(reinterpret_cast<std::uintptr_t>(step)) {}
    explicit Target(PlainRead* read) : bits_(reinterpret_cast<std::uintptr_t>(read) | 1) {}
    static Target spin() {
        Target t;
        t.bits_ = 2;
        return t;
    }

    bool unknown() const { return bits_ == 0; }
    bool is_spin() const { return bits_ == 2; }
    PlainRead* read() const { return bits_ & 1 ? reinterpret_cast<PlainRead*>(bits_ & ~std::uintptr_t{1}) : nullptr; }
    Step* step() const { return bits_ & 3 ? nullptr : reinterpret_cast<Step*>(bits_); }

private:
    std::uintptr_t bits_ = 0;
};

/// A map from values to targets: the first entry inline, as most places only ever see one value; then a hash table.
class Branches {
public:
    /// The branch of that value, made when new. Valid until the next call.
    Target& at(Value key);
    /// The branch of that value; unknown when there is none.
    Target find(Value key) const;
    void release(); ///< frees the table; the pool that holds the node knows nothing of it

private:
    struct Entry {
        Value key = 0;
        Target target;
        bool used = false;
    };
    Entry& place(Value key) const;
    void grow();

    Entry first_;
    Entry* table_ = nullptr;
    std::uint32_t count_ = 0, capacity_ = 0; ///< of the table
};

/// A plain read of bytes that the segment has not read or written before.
struct PlainRead {
    Cell* cell = nullptr;
    std::uint64_t bits = 0; ///< the bytes read, as a mask of the word
    std::uint64_t pc = 0;   ///< 0: of bytes that are then written; the write stands for both in the race detector
    std::uint8_t mask = 0;
    Branches next;
};

/// A plain write (with the bytes as they are when the segment ends) or the release of a heap block's memory. Of a whole block
/// (Contents) the values are numbers of contents.
struct Effect {
    Cell* cell = nullptr;
    std::uint64_t bits = 0, value = 0, pc = 0;
    std::uint64_t before = 0; ///< what the bytes held when the segment began
    std::uint8_t mask = 0;
    AccessKind kind = AccessKind::write;
    std::uint64_t size = 8; ///< bytes from the cell's address on: a word, a block, or (released) several blocks
};

/// A result with which a thread is back where it was: the last round of a spin loop.
struct Spin {
    Value result = 0;
    const Step* head = nullptr;
};

/// More than a program waits for anything, in nanoseconds.
inline constexpr std::int64_t time_jump = 400ll * 86400 * 1'000'000'000;

/// Whether time passes by more than anybody waits for at a clock that the thread has looked at before in the same state.
enum class Jump : std::uint8_t {
    no,
    may,  ///< both are explored: what the thread did in between others can see, or there are other clocks in the loop
    must, ///< it has done nothing since but look at this clock
};

/// How much time passes at a clock, as a choice. From `between` on: more than the step, less than the jump
/// (Execution::times_between).
namespace passing {
inline constexpr std::uint32_t step = 0, jump = 1, between = 2;
inline constexpr std::uint32_t rounds = 16;    ///< … as much as so many rounds of the loop at most take,
inline constexpr std::uint32_t doublings = 46; ///< or a microsecond, doubled so often: the last is near the jump
inline constexpr std::uint32_t count = between + rounds + doublings;
} // namespace passing

struct Step {
    runtime::Operation operation;
    Slot* slot = nullptr; ///< of operations on memory
    const Effect* effects = nullptr;
    std::uint32_t effect_count = 0;
    std::uint32_t change_count = 0;
    const Change* changes = nullptr; ///< on the way here, what invariants can notice, in order
    std::uint32_t visits = 1; ///< of this operation at this place, on the way here
    Step* parent = nullptr;
    Value parent_result = 0;
    runtime::StateHash state;
    runtime::StateHash identity; ///< where states are told apart: of all that the thread's future depends on besides shared memory
    bool endless = false;        ///< likewise: no way leads out of a function that the thread is in
    std::uint64_t accesses = 0;  ///< likewise: of the plain accesses on the way here
    const runtime::TimeWord* times = nullptr; ///< of the state
    std::uint32_t time_count = 0;
    std::uint64_t stack_pointer = 0;
    bool quiet = false;      ///< nothing changed since the parent: see spin loops
    std::vector<Spin> spins; ///< results that lead back to an earlier step, or this one, with nothing changed
    /// The thread was in this state here before, and the round since gave back all that it took: it waits here, as long as
    /// nobody has seen the round (Execution::waits_for_change).
    const Step* round = nullptr;
    bool in_spin() const { return !spins.empty(); }
    bool cut = false; ///< the unrolling bound was reached
    Jump jump = Jump::no; ///< a clock
    bool waited = false;  ///< it has slept or waited until a limit since it last looked at a clock
    bool again = false;   ///< a clock: the thread has been here before in the same state, but for the time
    std::int64_t known_time = runtime::start_of_time; ///< what the thread has last seen of any clock, on the way here
    Branches next;
};

/// A write of more than a cache line of neighbouring bytes by one call (memset, memcpy) or loop.
struct LargeWrite {
    std::uint32_t effects = 0; ///< as many of the step's, in a row; 0: this is none
    std::uint64_t bytes = 0;
};
LargeWrite large_write_at(const Step& step, std::uint32_t effect);

/// The remembered steps of all threads. Memory comes from a pool and goes as a whole.
class Behaviour {
public:
    ~Behaviour() { forget(); }

    Branches& root(ThreadId t) {
        if (roots_.size() <= t) roots_.resize(t + 1);
        return roots_[t];
    }
    Step* new_step();
    PlainRead* new_read();
    Effect* new_effects(std::size_t count);
    Change* new_changes(std::size_t count);
    runtime::TimeWord* new_times(std::size_t count);

    std::size_t bytes() const { return bytes_; }
    void forget();

private:
    void* take(std::size_t bytes);

    std::vector<Branches> roots_;
    std::vector<Step*> steps_;
    std::vector<PlainRead*> reads_;
    std::vector<std::unique_ptr<std::byte[]>> blocks_;
    std::size_t used_ = 0, bytes_ = 0;
};

} // namespace heddle::execution
