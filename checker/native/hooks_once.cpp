// What is done once: pthread_once (std::call_once is built on it), call_once of <threads.h>, the guards of static locals.
#include <mutex>

#include <pthread.h>
#include <threads.h>

#include "native/accesses.hpp"
#include "native/hook.hpp"
#include "native/inside.hpp"
#include "native/locking.hpp"
#include "native/noise.hpp"
#include "native/real.hpp"
#include "native/recorder.hpp"

extern "C" int __cxa_guard_acquire(void*);
extern "C" void __cxa_guard_release(void*) noexcept;
extern "C" void __cxa_guard_abort(void*) noexcept;

namespace heddle::native {
namespace {

using Kind = trace::RecordedKind;

Sync& object(const void* address) { return sync_at(reinterpret_cast<std::uint64_t>(address)); }

void done(const void* control, std::uint64_t pc) {
    if (!watching()) return;
    const Inside inside;
    drain(*me);
    Sync& sync = object(control);
    const std::lock_guard guard(sync.lock);
    release_at(*me, sync, true);
    if (me->recorder) me->recorder->sync(Kind::once_run, sync, pc);
}

void seen(const void* control, std::uint64_t pc) {
    if (!watching()) return;
    const Inside inside;
    Sync& sync = object(control);
    const std::lock_guard guard(sync.lock);
    acquire_at(*me, sync);
    if (me->recorder) me->recorder->sync(Kind::once_seen, sync, pc);
}

/// The routine that pthread_once, which takes no argument for it, is to run.
struct Wanted {
    void (*routine)();
    const void* control;
    std::uint64_t pc;
    bool ran;
};
thread_local constinit Wanted* wanted = nullptr;

/// An attempt has failed that the next one comes after: its thread knows what the former did. (tests/faults/call_once_throws_mended.cpp)
void after_failures(const void* control, std::uint64_t pc) {
    if (!watching()) return;
    const Inside inside;
    Sync& sync = object(control);
    const std::lock_guard guard(sync.lock);
    if (!sync.recursion) return;
    acquire_at(*me, sync);
    if (me->recorder) me->recorder->sync(Kind::once_seen, sync, pc);
}

void run_wanted() {
    Wanted& once = *wanted;
    after_failures(once.control, once.pc);
    struct Done { // also when the routine throws
        Wanted& once;
        bool failed = true;
        ~Done() {
            done(once.control, once.pc);
            if (failed) object(once.control).recursion = 1;
        }
    } done_at_last{once};
    once.routine(); // may throw, and may call another once
    wanted = &once;
    once.ran = true;
    done_at_last.failed = false;
}

template <typename Call>
int run_once(const void* control, void (*routine)(), std::uint64_t pc, Call call) {
    if (!watching()) return call(routine);
    visible(*me);
    access(reinterpret_cast<std::uint64_t>(control), 0, Access::atomic_read, pc);
    Wanted mine{routine, control, pc, false};
    struct Restore {
        Wanted* before = wanted;
        ~Restore() { wanted = before; }
    } restore;
    wanted = &mine;
    const int result = call(run_wanted);
    if (!mine.ran) seen(control, pc);
    return result;
}

int once(pthread_once_t* control, void (*routine)()) {
    return run_once(control, routine, HEDDLE_CALLER, [&](void (*run)()) { return HEDDLE_NATIVE(pthread_once)(control, run); });
}
void c11_once(once_flag* control, void (*routine)()) {
    run_once(control, routine, HEDDLE_CALLER,
             [&](void (*run)()) { return HEDDLE_NATIVE(pthread_once)(reinterpret_cast<pthread_once_t*>(control), run); });
}

int guard_acquire(void* guard) {
    if (watching()) visible(*me);
    const int first = HEDDLE_NATIVE(__cxa_guard_acquire)(guard);
    seen(guard, HEDDLE_CALLER); // also whoever begins anew after an attempt that failed
    return first;
}
void guard_abort(void* guard) {
    done(guard, HEDDLE_CALLER);
    HEDDLE_NATIVE(__cxa_guard_abort)(guard);
}
void guard_release(void* guard) {
    done(guard, HEDDLE_CALLER);
    HEDDLE_NATIVE(__cxa_guard_release)(guard);
}

} // namespace

std::span<const Hook> once_hooks() {
    static const Hook hooks[]{
        hook("pthread_once", once), hook("call_once", c11_once),
        hook("__cxa_guard_acquire", guard_acquire), hook("__cxa_guard_release", guard_release),
        hook("__cxa_guard_abort", guard_abort),
    };
    return hooks;
}

} // namespace heddle::native
