// What programs tell race detectors themselves: the dynamic annotations (AnnotateHappensBefore and others), the interface of
// <sanitizer/tsan_interface.h> for user-made locks and fibers, and what tests of race detectors use to meet unseen.
#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>

#include <time.h>

#include "native/benign.hpp"
#include "native/accesses.hpp"
#include "native/findings.hpp"
#include "native/hook.hpp"
#include "native/inside.hpp"
#include "native/locking.hpp"
#include "native/real.hpp"
#include "native/recorder.hpp"

namespace heddle::native {
namespace {

using Kind = trace::RecordedKind;

void release_to_address(void* address, std::uint64_t pc) {
    if (!watching()) return;
    const Inside inside;
    drain(*me);
    Sync& sync = sync_at(reinterpret_cast<std::uint64_t>(address));
    const std::lock_guard guard(sync.lock);
    if (only_atomic(sync)) sync.kind = static_cast<std::uint32_t>(SyncKind::annotated);
    release_at(*me, sync, true);
    if (me->recorder) me->recorder->sync(Kind::annotate, sync, pc, 0, 0);
}
void acquire_from_address(void* address, std::uint64_t pc) {
    if (!watching()) return;
    const Inside inside;
    Sync& sync = sync_at(reinterpret_cast<std::uint64_t>(address));
    const std::lock_guard guard(sync.lock);
    acquire_at(*me, sync);
    if (me->recorder) me->recorder->sync(Kind::annotate, sync, pc, 0, 1);
}

void happens_before(const char*, int, void* address) { release_to_address(address, HEDDLE_CALLER); }
void happens_after(const char*, int, void* address) { acquire_from_address(address, HEDDLE_CALLER); }
void tsan_release(void* address) { release_to_address(address, HEDDLE_CALLER); }
void tsan_acquire(void* address) { acquire_from_address(address, HEDDLE_CALLER); }

void lock_create(const char*, int, void* lock) {
    if (!watching()) return;
    const Inside inside;
    lock_created(lock, SyncKind::shared_mutex, HEDDLE_CALLER);
}
void lock_destroy(const char*, int, void* lock) {
    if (!watching()) return;
    const Inside inside;
    lock_destroyed(*me, lock, HEDDLE_CALLER);
}
void lock_acquired(const char*, int, void* lock, long exclusive) {
    if (!watching()) return;
    const Inside inside;
    lock_taken(*me, lock_wanted(*me, lock, SyncKind::shared_mutex, !exclusive, true, HEDDLE_CALLER), !exclusive, HEDDLE_CALLER);
}
void lock_released(const char*, int, void* lock, long) {
    if (!watching()) return;
    const Inside inside;
    lock_given_up(*me, lock, SyncKind::shared_mutex, HEDDLE_CALLER);
}

void ignore_reads_begin(const char*, int) { if (me) ++me->ignore_reads; }
void ignore_reads_end(const char*, int) { if (me && me->ignore_reads) --me->ignore_reads; }
void ignore_writes_begin(const char*, int) { if (me) ++me->ignore_writes; }
void ignore_writes_end(const char*, int) { if (me && me->ignore_writes) --me->ignore_writes; }
void ignore_sync_begin(const char*, int) { if (me) ++me->ignore_sync; }
void ignore_sync_end(const char*, int) { if (me && me->ignore_sync) --me->ignore_sync; }

void benign_sized(const char*, int, const volatile void* address, long size, const char*) {
    announce_benign(reinterpret_cast<std::uint64_t>(address), static_cast<std::uint64_t>(size));
}
void benign_one(const char* file, int line, const volatile void* address, const char* why) { benign_sized(file, line, address, 1, why); }

int no() { return 0; }
int yes() { return 1; }
void nothing() {}
const char* query(const char*) { return ""; }

// --- user-made locks: flags as in <sanitizer/tsan_interface.h> ---

constexpr unsigned flag_linker_initialised = 1 << 0, flag_write_recursive = 1 << 1, flag_read = 1 << 3, flag_try = 1 << 4,
                   flag_try_failed = 1 << 5, flag_all_levels_lock = 1 << 6, flag_all_levels_unlock = 1 << 7, flag_not_static = 1 << 8;

SyncKind kind_of(unsigned flags) { return flags & flag_write_recursive ? SyncKind::recursive_mutex : SyncKind::shared_mutex; }
std::uint64_t number_of(const void* lock) { return reinterpret_cast<std::uint64_t>(lock); }

void mutex_create(void* lock, unsigned flags) {
    if (!watching()) return;
    const Inside inside;
    lock_created(lock, kind_of(flags), HEDDLE_CALLER);
    sync_at(number_of(lock)).linker_initialised = flags & flag_linker_initialised;
    sync_at(number_of(lock)).not_static = flags & flag_not_static;
}
void mutex_destroy(void* lock, unsigned flags) {
    if (!watching()) return;
    const Inside inside;
    const Sync* sync = find_sync(number_of(lock));
    if (!sync || (flags & flag_linker_initialised) || sync->linker_initialised || ((flags & flag_not_static) && !sync->not_static)) return;
    lock_destroyed(*me, lock, HEDDLE_CALLER);
}
// Between pre and post the lock's own code runs: what it does inside is its own business.
void mutex_pre_lock(void* lock, unsigned flags) {
    if (!watching()) return;
    {
        const Inside inside;
        lock_wanted(*me, lock, kind_of(flags), flags & flag_read, !(flags & flag_try), HEDDLE_CALLER);
    }
    ++me->ignore_reads, ++me->ignore_writes, ++me->ignore_sync;
}
void end_of_own_code() {
    if (me && me->ignore_reads && me->ignore_writes && me->ignore_sync) --me->ignore_reads, --me->ignore_writes, --me->ignore_sync;
}
void mutex_post_lock(void* lock, unsigned flags, int levels) {
    if (!watching()) return;
    end_of_own_code();
    if (flags & flag_try_failed) return;
    const Inside inside;
    Sync& sync = sync_at(number_of(lock));
    if (only_atomic(sync)) sync.kind = static_cast<std::uint32_t>(kind_of(flags));
    if ((flags & flag_read) && sync.owner)
        found(FoundKind::misuse, HEDDLE_CALLER, sync.address, "a lock is taken for reading while T%u holds it for writing", sync.owner - 1);
    const bool again = sync.owner == me->serial + 1;
    if (!(flags & flag_read) && sync.owner && !again)
        found(FoundKind::misuse, HEDDLE_CALLER, sync.address, "a lock is taken while T%u holds it", sync.owner - 1);
    if (!(flags & flag_read) && again) sync.kind = static_cast<std::uint32_t>(SyncKind::recursive_mutex); // said so or not
    lock_taken(*me, sync, flags & flag_read, HEDDLE_CALLER);
    if (!again && (flags & flag_all_levels_lock) && levels > 0) sync.recursion = static_cast<std::uint32_t>(levels);
}
int mutex_pre_unlock(void* lock, unsigned flags) {
    if (!watching()) return 0;
    int levels = flags & flag_read ? 0 : 1;
    {
        const Inside inside;
        Sync& sync = sync_at(number_of(lock));
        const bool own = sync.owner == me->serial + 1;
        if ((flags & flag_read) && own)
            found(FoundKind::misuse, HEDDLE_CALLER, sync.address, "a lock is given up for reading that is held for writing");
        if (own && (flags & flag_all_levels_unlock)) levels = static_cast<int>(sync.recursion), sync.recursion = 1;
        lock_given_up(*me, lock, kind_of(flags), HEDDLE_CALLER);
    }
    ++me->ignore_reads, ++me->ignore_writes, ++me->ignore_sync;
    return levels;
}
void mutex_post_unlock(void*, unsigned) { end_of_own_code(); }
void mutex_pre_other(void*, unsigned) { if (me) ++me->ignore_reads, ++me->ignore_writes, ++me->ignore_sync; }
void mutex_pre_divert(void*, unsigned) { end_of_own_code(); }

// --- fibers: threads that take turns on one ---

void* current_fiber() { return me; }
void* create_fiber(unsigned) {
    if (!watching()) return nullptr;
    const Inside inside;
    Thread* fiber = new_thread(*me, 0, HEDDLE_CALLER);
    fiber->watched->waiting = Waiting::ended; // until it is switched to
    return fiber;
}
void destroy_fiber(void* fiber) {
    Thread* thread = static_cast<Thread*>(fiber);
    if (!thread || thread == me) return;
    Thread* self = me;
    const Inside inside;
    thread->detached = true; // nobody joins it: its slot can be given on
    leave_thread(*thread);
    me = self;
}
void switch_to_fiber(void* fiber, unsigned flags) {
    constexpr unsigned no_sync = 1;
    Thread* to = static_cast<Thread*>(fiber);
    if (!to || !me) return;
    if (!(flags & no_sync)) {
        const Inside inside;
        Message message;
        drain(*me);
        release_to(*me, message, false);
        acquire_from(*to, message);
    }
    // Whoever joins the thread waits for the fiber that it ends in.
    to->handle = me->handle;
    me->handle = {};
    to->stack_low = to->stack_high = 0;
    me->watched->alive = 0, me->watched->waiting = Waiting::ended;
    to->watched->system_id = me->watched->system_id.load();
    to->watched->alive = 1, to->watched->waiting = Waiting::no;
    me = to;
    to->busy = false;
}

// --- meeting without being seen ---

void meet_init(std::atomic<std::uint64_t>* barrier, unsigned count) { barrier->store(count); }
void meet(std::atomic<std::uint64_t>* barrier) {
    const std::uint64_t before = barrier->fetch_add(std::uint64_t{1} << 32);
    const std::uint64_t count = before & 0xffff'ffff, round = (before >> 32) / count;
    std::optional<WaitingFor> note;
    if (watching()) {
        const Inside inside;
        note.emplace(*me, Waiting::barrier, reinterpret_cast<std::uint64_t>(barrier), 0, HEDDLE_CALLER);
    }
    const timespec moment{0, 20'000};
    for (unsigned i = 0; (barrier->load() >> 32) / count == round; ++i)
        if (i > 100) clock_nanosleep(CLOCK_MONOTONIC, 0, &moment, nullptr);
}
std::size_t shadow_depth() { return me ? me->depth : 0; }

} // namespace

std::span<const Hook> annotation_hooks() {
    static const Hook hooks[]{
        hook("AnnotateHappensBefore", happens_before), hook("AnnotateHappensAfter", happens_after),
        hook("WTFAnnotateHappensBefore", happens_before), hook("WTFAnnotateHappensAfter", happens_after),
        hook("__tsan_release", tsan_release), hook("__tsan_acquire", tsan_acquire),
        hook("AnnotateRWLockCreate", lock_create), hook("AnnotateRWLockCreateStatic", lock_create),
        hook("AnnotateRWLockDestroy", lock_destroy), hook("AnnotateRWLockAcquired", lock_acquired),
        hook("AnnotateRWLockReleased", lock_released),
        hook("AnnotateIgnoreReadsBegin", ignore_reads_begin), hook("AnnotateIgnoreReadsEnd", ignore_reads_end),
        hook("AnnotateIgnoreWritesBegin", ignore_writes_begin), hook("AnnotateIgnoreWritesEnd", ignore_writes_end),
        hook("AnnotateIgnoreSyncBegin", ignore_sync_begin), hook("AnnotateIgnoreSyncEnd", ignore_sync_end),
        hook("AnnotateBenignRaceSized", benign_sized), hook("AnnotateBenignRace", benign_one),
        hook("WTFAnnotateBenignRaceSized", benign_sized),
        hook("AnnotateFlushState", nothing), hook("AnnotateNewMemory", nothing), hook("AnnotateNoOp", nothing),
        hook("AnnotateFlushExpectedRaces", nothing), hook("AnnotateEnableRaceDetection", nothing),
        hook("AnnotateMutexIsUsedAsCondVar", nothing), hook("AnnotateMutexIsNotPHB", nothing), hook("AnnotateCondVarSignal", nothing),
        hook("AnnotateCondVarSignalAll", nothing), hook("AnnotateCondVarWait", nothing), hook("AnnotatePCQGet", nothing),
        hook("AnnotatePCQPut", nothing), hook("AnnotatePCQDestroy", nothing), hook("AnnotatePCQCreate", nothing),
        hook("AnnotateExpectRace", nothing), hook("AnnotatePublishMemoryRange", nothing),
        hook("AnnotateUnpublishMemoryRange", nothing), hook("AnnotateThreadName", nothing), hook("AnnotateTraceMemory", nothing),
        hook("AnnotateMemoryIsInitialized", nothing), hook("AnnotateMemoryIsUninitialized", nothing),
        hook("ThreadSanitizerQuery", query), hook("RunningOnValgrind", no), hook("ValgrindSlowdown", yes),
        hook("__tsan_mutex_create", mutex_create), hook("__tsan_mutex_destroy", mutex_destroy),
        hook("__tsan_mutex_pre_lock", mutex_pre_lock), hook("__tsan_mutex_post_lock", mutex_post_lock),
        hook("__tsan_mutex_pre_unlock", mutex_pre_unlock), hook("__tsan_mutex_post_unlock", mutex_post_unlock),
        hook("__tsan_mutex_pre_signal", mutex_pre_other), hook("__tsan_mutex_post_signal", mutex_post_unlock),
        hook("__tsan_mutex_pre_divert", mutex_pre_divert), hook("__tsan_mutex_post_divert", mutex_pre_other),
        hook("__tsan_get_current_fiber", current_fiber), hook("__tsan_create_fiber", create_fiber),
        hook("__tsan_destroy_fiber", destroy_fiber), hook("__tsan_switch_to_fiber", switch_to_fiber),
        hook("__tsan_set_fiber_name", nothing),
        hook("__tsan_testonly_barrier_init", meet_init), hook("__tsan_testonly_barrier_wait", meet),
        hook("__tsan_testonly_shadow_stack_current_size", shadow_depth),
    };
    return hooks;
}

} // namespace heddle::native
