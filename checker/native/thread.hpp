// A thread of the program while it runs: its clock, its call stack, the locks it holds.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include <pthread.h>

#include "native/clock.hpp"
#include "native/places.hpp"
#include "native/store_buffer.hpp"
#include "native/watch.hpp"

namespace heddle::native {

class Recorder;

struct Frame {
    std::uint64_t pc; ///< return address of the call
    Place place;      ///< valid below Thread::placed
};

struct HeldLock {
    std::uint32_t sync; ///< index of the lock's Sync
    Place acquired;
    bool shared;
};

/// A call's context, as context_of has found it before.
struct KnownCall {
    std::uint64_t pc = 0;
    Place caller = 0, place = 0;
};

struct Thread {
    std::uint32_t serial = 0; ///< in the order of creation; 0: main
    Slot slot = 0;
    std::uint64_t epoch_bits = 0; ///< its clock's own entry and its slot, where a cell has them
    bool news = true;             ///< something was accessed or acquired since the last release
    bool busy = false;            ///< in the runtime: what a signal handler does now is not looked at
    bool waits = false;           ///< … but only waits for something: a signal handler is looked at
    std::atomic<std::uint64_t> pending_signals{0}; ///< one bit each: they came while the runtime was busy
    mutable std::uint64_t* volatile locking = nullptr; ///< the last granule of the shadow that it locked, or is about to lock
    bool foreign = false;         ///< not created by the program through pthread_create
    unsigned ignore_reads = 0, ignore_writes = 0, ignore_sync = 0; ///< by annotation
    Slot known = 0;               ///< entries of `clock` in use
    alignas(64) std::array<Epoch, max_slots> clock{};

    Message acquired_by_fence, released_by_fence; ///< what relaxed loads saw; what relaxed stores will carry

    Frame* frames = nullptr;
    std::uint32_t depth = 0, placed = 0;
    std::array<KnownCall, 128> calls{};   ///< by hash
    std::array<Place, 2048> accesses{};   ///< likewise: places of accesses, whose nodes say what they are of

    std::array<HeldLock, 1024> held{};
    std::uint32_t held_count = 0;
    LockSet held_set = 0;

    Place created_at = 0;
    std::uint32_t parent = 0;
    std::uint64_t function = 0;
    pthread_t handle{};
    std::uint32_t system_id = 0; ///< the kernel's number
    std::atomic<bool> ended{false};
    Message final; ///< its clock when it ended
    std::uint64_t stack_low = 0, stack_high = 0;
    bool detached = false, joined = false;

    Watched* watched = nullptr;  ///< what the process that watches sees of it
    Recorder* recorder = nullptr;
    std::uint32_t inputs = 0;      ///< calls of heddle::any
    std::uint64_t cut_terms = 0;   ///< operations on terms that were done on numbers, for lack of room
    std::uint64_t random = 0;    ///< state of its noise
    std::uint32_t noise_rank = 0;
    std::uint64_t visible_operations = 0, pause_at = 0, pause_again_at = 0;
    StoreBuffer buffer;
    std::uint64_t moves_seen = 0, idle_spins = 0; ///< looks at atomics since the last move
    bool tired = false; ///< it should let others run
    Message strong;              ///< order by creation and joining only, for lock orders

    void set_epoch(Epoch epoch) {
        clock[slot] = epoch;
        epoch_bits = std::uint64_t{epoch} << 40 | std::uint64_t{slot} << 30;
    }
    Epoch epoch() const { return clock[slot]; }
};

/// The calling thread; null before it is known and after its end: then nothing is looked at.
extern thread_local constinit Thread* me;

inline constexpr std::uint32_t max_depth = 60'000;

/// The calling context of the thread.
Place context_of(Thread& thread);
/// The place of an access (or any event) at the return address, with the locks held now.
inline Place place_of(Thread& thread, std::uint64_t pc) {
    const Place caller = thread.depth && thread.placed == thread.depth ? thread.frames[thread.depth - 1].place : context_of(thread);
    const LockSet locks = thread.held_set;
    const std::uint64_t hash = (pc * 0x9e3779b97f4a7c15) ^ ((std::uint64_t{caller} << 32 | locks) * 0xc2b2ae3d27d4eb4f);
    Place& known = thread.accesses[hash >> 53];
    const PlaceNode& node = node_of(known);
    if (node.pc != pc || node.caller != caller || node.locks != locks) [[unlikely]] known = place_of(caller, pc, locks);
    return known;
}

/// What the releases of the thread carry as its own entry; then the thread's next epoch begins.
Epoch release_epoch(Thread& thread);
/// The thread's clock goes into the message (instead of what was there, or added).
void release_to(Thread& thread, Message& message, bool add);
/// Adds the message to what the thread knows.
void acquire_from(Thread& thread, const Message& message);

/// Makes the thread of main.
void begin_threads();
/// A new thread, child of the calling one; its clock is the creator's, who releases. Never null.
Thread* new_thread(Thread& parent, std::uint64_t function, std::uint64_t pc);
/// The calling thread is this one from now on.
void enter_thread(Thread* thread);
/// Whether no other thread of the program runs.
bool only_thread();
/// Whether all have ended.
bool no_thread();
/// For the calling thread, which is not known: adopted when the program runs, and it has not ended already.
void meet_unknown_thread();
/// Whether the calling thread is not to be adopted from now on (a signal may come before it says who it is). @return as before
bool bar_meeting(bool bar);
/// From now on no thread is adopted.
void forget_unknown_threads();
/// For a thread that nobody announced (made inside a library): it is taken to have seen all that happened so far.
Thread* adopt_thread();
/// For the moment of a fork.
void hold_threads();
void let_threads_go();
/// In a forked child: the calling thread is the only one, and knows all that the others had done.
void forget_other_threads(Thread& self);
/// The thread knows all that any other has done.
void acquire_from_all(Thread& thread);
/// How many threads run besides the calling one (of those that take turns on one, that one).
std::uint32_t others_running();
/// Its last event: its clock is there for whoever joins it.
void leave_thread(Thread& thread);
/// The creation failed.
void abandon_thread(Thread* thread);

/// What threads need of the hooks; nothing happens until these are in place.
struct ThreadHooks {
    void (*deliver_signals)() = [] {}; ///< runs the handlers of the signals that came while the runtime was busy
    void (*will_end)() = [] {};        ///< sees to it that the calling thread's end is noted
};
extern ThreadHooks thread_does;
/// By its handle, the youngest one that is not joined; null when unknown.
Thread* thread_with(pthread_t handle);
/// Whether a thread had that handle that somebody has joined.
bool was_joined(pthread_t handle);
Thread* thread_numbered(std::uint32_t serial);
/// Whose access the epoch in the slot was.
std::uint32_t serial_of(Slot slot, Epoch epoch);
std::uint32_t thread_count();
/// No other thread can lack what happened up to that epoch: no later access can be concurrent with it.
bool known_to_all(Slot slot, Epoch epoch);
/// The thread was joined: its slot can be given on.
void retire_thread(Thread& thread);

} // namespace heddle::native
