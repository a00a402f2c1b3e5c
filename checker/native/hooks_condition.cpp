// Condition variables on real threads. They order nothing by themselves; the mutex does.
#include <cerrno>
#include <optional>
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

namespace heddle::native {
namespace {

using Kind = trace::RecordedKind;

void use(const volatile void* object, std::uint64_t pc) {
    access(reinterpret_cast<std::uint64_t>(object), 0, Access::atomic_read, pc);
}

void record(Thread& thread, Kind kind, const void* condition, std::uint64_t pc, std::uint64_t mutex = 0, std::uint32_t other = 0) {
    if (!thread.recorder) return;
    Sync& sync = sync_at(reinterpret_cast<std::uint64_t>(condition));
    const std::lock_guard guard(sync.lock);
    thread.recorder->sync(kind, sync, pc, mutex, other);
}

/// Gives the mutex up for as long as one lives, also when the thread is cancelled meanwhile.
class Asleep {
public:
    Asleep(Thread& thread, pthread_cond_t* condition, pthread_mutex_t* mutex, Waiting waiting, std::uint64_t pc)
        : thread_(thread), condition_(condition), mutex_(mutex), pc_(pc),
          kind_((mutex->__data.__kind & 3) == PTHREAD_MUTEX_RECURSIVE ? SyncKind::recursive_mutex : SyncKind::mutex) {
        record(thread, Kind::wait_begin, condition, pc, reinterpret_cast<std::uint64_t>(mutex));
        lock_given_up(thread, mutex, kind_, pc, true);
        note_.emplace(thread, waiting, reinterpret_cast<std::uint64_t>(condition), 0, pc);
    }
    ~Asleep() {
        note_.reset();
        record(thread_, Kind::wait_end, condition_, pc_, reinterpret_cast<std::uint64_t>(mutex_), timed_out);
        Sync& sync = sync_at(reinterpret_cast<std::uint64_t>(mutex_));
        lock_taken(thread_, sync, false, pc_);
    }
    bool timed_out = false;

private:
    Thread& thread_;
    pthread_cond_t* condition_;
    pthread_mutex_t* mutex_;
    std::uint64_t pc_;
    SyncKind kind_;
    std::optional<WaitingFor> note_;
};

template <typename Wait>
int wait(pthread_cond_t* condition, pthread_mutex_t* mutex, Waiting waiting, std::uint64_t pc, Wait sleep) {
    if (!watching()) return sleep();
    use(condition, pc);
    const Inside inside;
    visible(*me);
    Asleep asleep(*me, condition, mutex, waiting, pc);
    const int result = sleep();
    asleep.timed_out = result == ETIMEDOUT;
    return result;
}

template <typename Wake>
int wake(pthread_cond_t* condition, Kind kind, std::uint64_t pc, Wake act) {
    if (!watching()) return act();
    use(condition, pc);
    const Inside inside;
    visible(*me);
    record(*me, kind, condition, pc);
    me->watched->moves.fetch_add(1, std::memory_order_relaxed);
    return act();
}

int cond_init(pthread_cond_t* c, const pthread_condattr_t* attributes) {
    access_range(reinterpret_cast<std::uint64_t>(c), 8, Access::write, HEDDLE_CALLER);
    return HEDDLE_NATIVE(pthread_cond_init)(c, attributes);
}
int cond_destroy(pthread_cond_t* c) {
    access_range(reinterpret_cast<std::uint64_t>(c), 8, Access::write, HEDDLE_CALLER);
    return HEDDLE_NATIVE(pthread_cond_destroy)(c);
}
int cond_wait(pthread_cond_t* c, pthread_mutex_t* m) {
    return wait(c, m, Waiting::condition, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(pthread_cond_wait)(c, m); });
}
int cond_timedwait(pthread_cond_t* c, pthread_mutex_t* m, const timespec* until) {
    return wait(c, m, Waiting::outside, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(pthread_cond_timedwait)(c, m, until); });
}
int cond_clockwait(pthread_cond_t* c, pthread_mutex_t* m, clockid_t clock, const timespec* until) {
    return wait(c, m, Waiting::outside, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(pthread_cond_clockwait)(c, m, clock, until); });
}
int cond_signal(pthread_cond_t* c) {
    return wake(c, Kind::signal, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(pthread_cond_signal)(c); });
}
int cond_broadcast(pthread_cond_t* c) {
    return wake(c, Kind::broadcast, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(pthread_cond_broadcast)(c); });
}

// <threads.h>: the same objects in glibc, other numbers for success
pthread_cond_t* of(cnd_t* c) { return reinterpret_cast<pthread_cond_t*>(c); }
pthread_mutex_t* of(mtx_t* m) { return reinterpret_cast<pthread_mutex_t*>(m); }
int result_of(int error) { return error == 0 ? thrd_success : error == ETIMEDOUT ? thrd_timedout : thrd_error; }

int c11_wait(cnd_t* c, mtx_t* m) {
    return result_of(wait(of(c), of(m), Waiting::condition, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(pthread_cond_wait)(of(c), of(m)); }));
}
int c11_timedwait(cnd_t* c, mtx_t* m, const timespec* until) {
    return result_of(wait(of(c), of(m), Waiting::outside, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(pthread_cond_timedwait)(of(c), of(m), until); }));
}
int c11_signal(cnd_t* c) {
    return result_of(wake(of(c), Kind::signal, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(pthread_cond_signal)(of(c)); }));
}
int c11_broadcast(cnd_t* c) {
    return result_of(wake(of(c), Kind::broadcast, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(pthread_cond_broadcast)(of(c)); }));
}

} // namespace

std::span<const Hook> condition_hooks() {
    static const Hook hooks[]{
        hook("pthread_cond_init", cond_init), hook("pthread_cond_destroy", cond_destroy),
        hook("pthread_cond_wait", cond_wait), hook("pthread_cond_timedwait", cond_timedwait),
        hook("pthread_cond_clockwait", cond_clockwait), hook("pthread_cond_signal", cond_signal),
        hook("pthread_cond_broadcast", cond_broadcast),
        hook("cnd_wait", c11_wait), hook("cnd_timedwait", c11_timedwait), hook("cnd_signal", c11_signal),
        hook("cnd_broadcast", c11_broadcast),
    };
    return hooks;
}

} // namespace heddle::native
