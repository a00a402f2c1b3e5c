// The program's threads as fibers on one OS thread, with all their memory at fixed addresses: run from the start as often
// as wanted, each time the same. The explorer decides who runs and what each visible operation returns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "program/module.hpp"
#include "runtime/backend.hpp"
#include "runtime/frames.hpp"
#include "runtime/invariants.hpp"
#include "runtime/operation.hpp"

namespace heddle::runtime {

using ThreadId = std::uint32_t;
inline constexpr ThreadId max_threads = 4096;

/// What a thread does to plain memory between two visible operations, in order, as it happens natively.
class AccessSink {
public:
    virtual ~AccessSink() = default;
    /// Called before the access; memory still holds the old value.
    virtual void read(std::uint64_t address, std::size_t size, std::uint64_t pc) = 0;
    virtual void write(std::uint64_t address, std::size_t size, std::uint64_t pc) = 0;
    /// The block is gone: any later access is a use after free.
    virtual void release(std::uint64_t address, std::size_t size, std::uint64_t pc) = 0;
    /// A function whose effect on memory nobody knows was called: what this thread does next may depend on anything.
    virtual void opaque(const char* function) = 0;
    /// Something that invariants can notice.
    virtual void note(const Note&) {}
    /// An access that no hook has announced, to memory whose plain accesses are visible operations.
    virtual void unhooked(std::uint64_t) {}
};

/// Which plain accesses are visible operations, where some are (Machine::make_plain_visible).
class VisibleMemory {
public:
    virtual ~VisibleMemory() = default;
    /// Whether plain accesses to some of these bytes are.
    virtual bool races(std::uint64_t address, std::uint64_t size) const = 0;
    /// The next (8-aligned) word, from this one on, of which anything is known.
    virtual std::uint64_t known_from(std::uint64_t word) const = 0;
    /// In pieces of how many bytes at most they are made: 1, 2, 4 or 8.
    virtual unsigned piece_of(std::uint64_t word) const = 0;
    /// Whether other threads than its owner use that part of a stack.
    virtual bool on_shared_stack(std::uint64_t address) const = 0;
};

/// The live state of a thread at a visible operation: callee-saved registers, stack from the caller's frame up, place.
/// Equal states with equal memory do the same.
struct StateHash {
    std::uint64_t low = 0, high = 0;
    bool operator==(const StateHash&) const = default;
};

/// A word of a thread's state that looks like a moment of the virtual time, in nanoseconds or whole seconds (a timespec is one
/// in nanoseconds): where it stands is part of the state's hash, what it holds is not.
struct TimeWord {
    static constexpr std::int64_t fraction = 0;
    std::int64_t value = 0;
    std::int64_t unit = 1; ///< nanoseconds; `fraction`: what is left, in nanoseconds, of a moment besides its seconds
};

/// The operand of a `fail` operation of verdict livelock that the watchdog made of a thread that may be computing: it has not
/// been seen to go round for ever.
inline constexpr std::uint64_t ran_long = 1;

/// The family of functions that a heap block is from: it has to go back to the same one.
enum class AllocatedBy : std::uint8_t { malloc, new_object, new_array };

/// Where the threads of an execution begin: main with arguments or a pattern.
struct EntryPoint {
    int (*main)(int, char**, char**) = nullptr;
    void (*pattern)() = nullptr;
    std::vector<std::string> arguments; ///< argv, the program's name first
};

class Machine {
public:
    Machine(program::Module& module, EntryPoint entry);
    ~Machine();
    Machine(const Machine&) = delete;

    /// Puts all memory back to how it was before main and forgets all threads. O(memory touched).
    void reset();

    /// Starts thread 0 (main), or a thread whose `create` operation has been resumed by the engine with its number
    /// (see child_of). Runs it to its first visible operation, which stays valid until the thread runs again.
    const Operation& start(ThreadId thread);

    /// Lets the thread's pending operation return `result` and runs the thread to its next visible operation.
    /// For a pending `create` the result is the new thread's number.
    const Operation& resume(ThreadId thread, Value result);

    /// Before resume of a pending `create` operation of `parent`: the child will run the function that was asked for.
    /// Must be called before start(child).
    void bind_child(ThreadId parent, ThreadId child);

    /// Who listens to plain accesses; null (replaying): nobody, at no cost.
    void listen(AccessSink* sink);

    /// From now on plain accesses to the memory that it names are visible operations (Operation::plain), and of the others
    /// those to volatile objects, in programs that were compiled to tell them apart. It must outlive the machine.
    void make_plain_visible(const VisibleMemory& memory);
    /// Some of that memory lies on stacks: accesses that have no hook are looked for however often they were harmless.
    static void watch_all_accesses();

    /// Writes the current value of an atomic object into the program's memory.
    void write(std::uint64_t address, Value value, unsigned size);

    /// What the 8 bytes at the (8-aligned) address hold at the start of every run.
    std::uint64_t word_at_start(std::uint64_t address) const;
    /// What they hold now.
    std::uint64_t word_now(std::uint64_t address) const;

    /// A stretch of memory, in whole words. `initial`: what it held at the start, of pages that are listed once they are written;
    /// else null. `grows`: of a heap that the thread itself allocates from, where fresh memory is zero.
    struct Stretch {
        std::uint64_t start = 0;
        std::size_t size = 0;
        const std::byte* initial = nullptr;
        bool grows = false;
    };
    /// Appends the memory in use that the thread may share with others: the program's variables, all heaps, the other threads'
    /// stacks and thread-local variables. Always in the same order.
    void list_shared_memory(ThreadId thread, std::vector<Stretch>& out) const;

    /// Whether the address is memory that reset() puts back: module data, stacks, heap blocks, thread-local storage.
    bool owns(std::uint64_t address) const;
    /// Whether the address is in the live part of the thread's own stack (at or above its last operation's frame).
    bool on_stack_of(ThreadId thread, std::uint64_t address) const;
    /// The thread on whose stack the address lies, or max_threads.
    ThreadId stack_owner(std::uint64_t address) const;
    /// For a heap block: where it was allocated (return address) and its start and size; size 0 when not in a block.
    struct Block {
        std::uint64_t start = 0, size = 0, allocated_at = 0;
        std::uint64_t freed_at = 0;
        bool freed = false;
        AllocatedBy how = AllocatedBy::malloc;
    };
    Block block_at(std::uint64_t address) const;

    /// The state of the thread at its pending operation (only computed when asked). Words of its stack that `left_out`
    /// names are no part of it: what others write there says nothing of where the thread is. Given `times`, what looks like a
    /// moment of the virtual time is added there, and only its place is part of the hash.
    using LeftOut = bool (*)(const void* context, std::uint64_t word);
    StateHash state_of(ThreadId thread, LeftOut left_out = nullptr, const void* context = nullptr,
                       std::vector<TimeWord>* times = nullptr) const;
    /// What the hook has still to do that its pending operation is part of: nothing, where there is no more to it than the result.
    StateHash hook_state_of(ThreadId thread) const;
    /// The stack pointer of the thread at its pending operation: what lies below it on the stack is dead.
    std::uint64_t stack_pointer(ThreadId thread) const;
    /// Return addresses of the functions the thread is in, innermost first (the instrumentation's shadow stack);
    /// at most 256.
    std::vector<std::uint64_t> stack_of(ThreadId thread) const;
    /// Whether what functions leave on the stacks when they return is cleared, operation by operation.
    static void clear_dead_stacks(bool clear);
    /// From the next reset on, remember where functions have their locals, or no longer. It costs a little time.
    void keep_frames(bool keep) { frames_kept = keep; }
    /// The functions that the thread is in, also in the middle of a segment; innermost first. Empty when they were not kept.
    std::vector<Frame> frames_of(ThreadId thread) const;
    /// For an address in a thread's copy of the thread-local variables: whose, and the offset; else max_threads.
    struct ThreadLocal { ThreadId thread = max_threads; std::uint64_t offset = 0; };
    ThreadLocal thread_local_at(std::uint64_t address) const;
    /// The start function of the thread (for its name); 0 for main.
    std::uint64_t function_of(ThreadId thread) const;

    /// The name that the program has given the thread; empty: none.
    std::string name_of(ThreadId thread) const;

    /// What the program has printed since reset (kept up to 1 MiB).
    std::string_view output() const;
    /// From now on arrivals at latches and barriers are updates of a counter, in whose order they are explored; before,
    /// they are unordered.
    void order_arrivals(bool ordered = true);
    bool arrivals_ordered() const;

    /// A thread that runs so long (milliseconds of processor time) without reaching a visible operation is stopped with a `fail`
    /// operation (verdict livelock).
    /// @return how long it was before
    unsigned set_watchdog(unsigned milliseconds);

    /// Whether waiting for a condition variable may end without a signal (then a `choose` decides it).
    void set_spurious_wakeups(bool possible);

    /// Whether main may return, or exit with, something else than zero; else that is a violation (as it is at first).
    void allow_any_exit_status(bool allowed);

    /// From now on heddle::any gives one value: the one listed for the call, else the simplest in range. Null: it is
    /// symbolic (as it is at first).
    void give_inputs(const std::vector<InputValue>* values);
    /// What it has given since reset, while it gives one value, in order.
    const std::vector<InputValue>& inputs_given() const;
    /// Whether signed overflow and shifts out of range of symbolic values are violations.
    void check_overflow(bool check);

    std::uint64_t operations() const { return operations_; }

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
    std::uint64_t operations_ = 0;
};

} // namespace heddle::runtime
