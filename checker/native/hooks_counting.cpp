// Semaphores and barriers on real threads.
#include <cerrno>
#include <mutex>

#include <pthread.h>
#include <semaphore.h>

#include "native/accesses.hpp"
#include "native/hook.hpp"
#include "native/inside.hpp"
#include "native/locking.hpp"
#include "native/noise.hpp"
#include "native/real.hpp"
#include "native/recorder.hpp"

namespace heddle::native {
namespace {

using Kind = trace::RecordedKind;

Sync& object(const void* address) { return sync_at(reinterpret_cast<std::uint64_t>(address)); }
void use(const void* address, std::uint64_t pc) { access(reinterpret_cast<std::uint64_t>(address), 0, Access::atomic_read, pc); }

int sem_create(sem_t* s, int shared, unsigned value) {
    access_range(reinterpret_cast<std::uint64_t>(s), 8, Access::write, HEDDLE_CALLER);
    if (watching()) forget_syncs(reinterpret_cast<std::uint64_t>(s), 8);
    return HEDDLE_NATIVE(sem_init)(s, shared, value);
}
int sem_remove(sem_t* s) {
    access_range(reinterpret_cast<std::uint64_t>(s), 8, Access::write, HEDDLE_CALLER);
    if (watching()) forget_syncs(reinterpret_cast<std::uint64_t>(s), 8);
    return HEDDLE_NATIVE(sem_destroy)(s);
}
int sem_give(sem_t* s) {
    if (!watching()) return HEDDLE_NATIVE(sem_post)(s);
    use(s, HEDDLE_CALLER);
    const Inside inside;
    visible(*me);
    {
        Sync& sync = object(s);
        const std::lock_guard guard(sync.lock);
        release_at(*me, sync, true);
        if (me->recorder) me->recorder->sync(Kind::post, sync, HEDDLE_CALLER);
    }
    me->watched->moves.fetch_add(1, std::memory_order_relaxed);
    return HEDDLE_NATIVE(sem_post)(s);
}

template <typename Wait>
int take(sem_t* s, Waiting waiting, std::uint64_t pc, Wait wait) {
    if (!watching()) return wait();
    use(s, pc);
    const Inside inside;
    visible(*me);
    int result = HEDDLE_NATIVE(sem_trywait)(s);
    if (result != 0) {
        const WaitingFor note(*me, waiting, reinterpret_cast<std::uint64_t>(s), 0, pc);
        result = wait();
    }
    if (result != 0) return result;
    Sync& sync = object(s);
    const std::lock_guard guard(sync.lock);
    acquire_at(*me, sync);
    if (me->recorder) me->recorder->sync(Kind::take, sync, pc);
    return 0;
}

int sem_take(sem_t* s) {
    return take(s, Waiting::semaphore, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(sem_wait)(s); });
}
int sem_try(sem_t* s) {
    return take(s, Waiting::outside, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(sem_trywait)(s); });
}
int sem_timed(sem_t* s, const timespec* until) {
    return take(s, Waiting::outside, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(sem_timedwait)(s, until); });
}
int sem_clock(sem_t* s, clockid_t clock, const timespec* until) {
    return take(s, Waiting::outside, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(sem_clockwait)(s, clock, until); });
}

int barrier_create(pthread_barrier_t* b, const pthread_barrierattr_t* attributes, unsigned count) {
    access_range(reinterpret_cast<std::uint64_t>(b), 8, Access::write, HEDDLE_CALLER);
    if (watching()) {
        forget_syncs(reinterpret_cast<std::uint64_t>(b), 8);
        object(b).recursion = count; // how many meet
    }
    return HEDDLE_NATIVE(pthread_barrier_init)(b, attributes, count);
}
int barrier_remove(pthread_barrier_t* b) {
    access_range(reinterpret_cast<std::uint64_t>(b), 8, Access::write, HEDDLE_CALLER);
    return HEDDLE_NATIVE(pthread_barrier_destroy)(b);
}
int barrier_meet(pthread_barrier_t* b) {
    if (!watching()) return HEDDLE_NATIVE(pthread_barrier_wait)(b);
    const std::uint64_t pc = HEDDLE_CALLER;
    use(b, pc);
    const Inside inside;
    Thread& thread = *me;
    visible(thread);
    Sync& sync = object(b);
    std::uint32_t round;
    {
        const std::lock_guard guard(sync.lock);
        // `readers` counts arrivals; two messages take turns, as nobody can arrive twice before all have passed once.
        round = sync.recursion ? sync.readers / sync.recursion : 0;
        Message& message = round % 2 ? sync.readers_message : sync.message;
        if (sync.recursion && sync.readers % sync.recursion == 0) message.clear();
        ++sync.readers;
        release_to(thread, message, true);
        if (thread.recorder) thread.recorder->sync(Kind::arrive, sync, pc, round);
    }
    int result;
    {
        const WaitingFor note(thread, Waiting::barrier, reinterpret_cast<std::uint64_t>(b), 0, pc);
        result = HEDDLE_NATIVE(pthread_barrier_wait)(b);
    }
    if (result == 0 || result == PTHREAD_BARRIER_SERIAL_THREAD) {
        // Whoever was let through may destroy the barrier: only what is ours is used from here on.
        const std::lock_guard guard(sync.lock);
        acquire_from(thread, round % 2 ? sync.readers_message : sync.message);
        if (thread.recorder) thread.recorder->sync(Kind::pass, sync, pc, round);
    }
    return result;
}

} // namespace

std::span<const Hook> counting_hooks() {
    static const Hook hooks[]{
        hook("sem_init", sem_create), hook("sem_destroy", sem_remove), hook("sem_post", sem_give), hook("sem_wait", sem_take),
        hook("sem_trywait", sem_try), hook("sem_timedwait", sem_timed), hook("sem_clockwait", sem_clock),
        hook("pthread_barrier_init", barrier_create), hook("pthread_barrier_destroy", barrier_remove),
        hook("pthread_barrier_wait", barrier_meet),
    };
    return hooks;
}

} // namespace heddle::native
