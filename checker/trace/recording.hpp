// What a run on real threads did, as recorded: one stream of events a thread, and for each synchronisation object the
// order in which the threads used it. Any order of all events that agrees with both is one in which the run may have
// happened. Data only; the file format is in recording_file.hpp.
//
// Plain accesses: of several by one thread to the same bytes with no release (unlock, store, create, end, …) in between,
// only the first is recorded, or the first read and the first write. A later one can race only where the first can: in
// between the thread did nothing that others could have waited for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/expression.hpp"
#include "core/memory_order.hpp"
#include "core/value.hpp"

namespace heddle::trace {

enum class RecordedKind : std::uint8_t {
    none,
    start,        ///< the thread's first event; `other`: its parent, `address`: offset of its function in the module,
                  ///< `value`: its stack, from (low 64 bits) and bytes (high 64 bits); 0: not known
    end,          ///< its last one, if it came to an end
    create,       ///< `other`: the thread created
    join,         ///< `other`: the thread that has ended
    lock,         ///< exclusive, when it has been got (mutex, write side of a shared mutex, spin lock)
    unlock,
    lock_shared,
    unlock_shared,
    trylock_failed,
    wait_begin,   ///< condition variable at `address`, mutex at `value`: the mutex has been given up (a release)
    wait_end,     ///< woken (other: 0) or timed out (other: 1); the mutex is taken again by a `lock` event that follows
    signal,
    broadcast,
    post,         ///< semaphore: one more
    take,         ///< semaphore: one less
    arrive,       ///< barrier: arrived; `value`: the round
    pass,         ///< barrier: let through; `value`: the round
    once_run,     ///< call_once, pthread_once, static initialisation: this thread has run the function
    once_seen,    ///< … or seen that it was run
    atomic_read,  ///< value: read
    atomic_write, ///< value: written
    rmw_read,     ///< value: the old one. An rmw_write of the same `sequence` follows at once, or none: a failed compare-exchange
    rmw_write,    ///< value: the new one
    fence,
    plain_read,   ///< value: what memory held (at most 8 bytes)
    plain_write,  ///< value: what was written, 0 and `other` 1 when it is not known
    allocate,     ///< `value` bytes at `address`
    release,      ///< the block at `address` is freed
    ensure,       ///< heddle::ensure, assert, and checks of heddle's own: held (`value` 1) or not (0); `size`: the Verdict if not;
                  ///< `other`: the condition's term + 1, or 0
    annotate,     ///< happens-before annotations: a release (`other` 0) or an acquire (1) of `address`
    input,        ///< heddle::any: `other` is the term + 1, `value` what it was in this run
    branch,       ///< on a condition over inputs: `other` is its term + 1, `value` how it went
    assume,       ///< likewise; `value` 0: the run was given up
    cut,          ///< a term was not made, for lack of room: a number went on instead. `value`: of how many in this thread; not all
                  ///< are recorded
    choice,       ///< heddle::choose: `value` of `other`
};

/// Events of the kinds input, branch, assume and ensure name terms, which are the same for all threads.
struct RecordedTerm {
    std::uint32_t number = 0;
    /// Operands are constants, or words of the terms of these numbers: smaller ones than this.
    Expression expression;
};

/// A call of heddle::any.
struct RecordedInput {
    std::uint32_t number = 0; ///< of its term
    Input input;              ///< `thread` is that of the recording
    Word value = 0;
};

struct RecordedEvent {
    std::uint64_t address = 0;  ///< of the object; 0 where there is none
    Value value = 0;
    std::uint64_t pc = 0;       ///< return address as an offset in the program's module; 0: elsewhere
    std::uint32_t sequence = 0; ///< synchronisation objects: counts the events of this address, all threads together
    std::uint32_t time = 0;     ///< microseconds since the run began, roughly
    std::uint32_t other = 0;
    RecordedKind kind = RecordedKind::none;
    MemoryOrder order = MemoryOrder::seq_cst;
    std::uint8_t size = 0;      ///< bytes, of accesses
};

struct RecordedThread {
    std::uint32_t parent = 0;        ///< the thread that created it; its own number for main
    std::uint64_t function = 0;      ///< offset of its start function in the module; 0: unknown or main
    std::vector<RecordedEvent> events;
    /// The outermost calls of its first events, of a few when it went deeper: return addresses as offsets in the module (without
    /// those elsewhere), outermost first, then the event's.
    std::vector<std::vector<std::uint64_t>> stacks;
    std::uint64_t lost = 0;          ///< events after the last one that were not recorded, for lack of space
};

/// Threads are numbered in the order of their creation; 0 is main.
struct Recording {
    std::string library;  ///< the shared object that ran: absolute path
    std::string program;  ///< its hash (program::hash), to tell that it is still the same
    std::string file;     ///< as the user named it
    std::string pattern = "main";
    std::vector<std::string> sources, options, arguments; ///< how to make it again (trace::Build)
    std::string compiler;
    std::uint64_t seed = 0;
    std::uint64_t began = 0; ///< seconds since 1970
    std::uint64_t base = 0;  ///< where the library was loaded; 0: unknown
    bool complete = false; ///< the run came to its end; false: it was killed, crashed or was stopped
    std::vector<RecordedThread> threads;
    std::vector<RecordedTerm> terms;   ///< without those of inputs; in ascending order
    std::vector<RecordedInput> inputs; ///< in ascending order

    std::uint64_t lost() const {
        std::uint64_t sum = 0;
        for (const RecordedThread& thread : threads) sum += thread.lost;
        return sum;
    }
};

} // namespace heddle::trace
