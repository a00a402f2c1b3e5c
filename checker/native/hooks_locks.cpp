// pthread mutexes, reader-writer locks and spin locks, and the mutexes of <threads.h>, on real threads.
#include <cerrno>
#include <climits>
#include <cstdio>

#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <threads.h>
#include <unistd.h>

#include "native/accesses.hpp"
#include "native/findings.hpp"
#include "native/hook.hpp"
#include "native/inside.hpp"
#include "native/locking.hpp"
#include "native/noise.hpp"
#include "native/real.hpp"

namespace heddle::native {
namespace {

SyncKind kind_of(const pthread_mutex_t* mutex) {
    return (mutex->__data.__kind & 3) == PTHREAD_MUTEX_RECURSIVE ? SyncKind::recursive_mutex : SyncKind::mutex;
}

/// A use of the object itself: races with its creation and destruction.
void use(const volatile void* object, std::uint64_t pc) {
    access(reinterpret_cast<std::uint64_t>(object), 0, Access::atomic_read, pc);
}

/// Locks: first without waiting, else saying so.
template <typename Try, typename Wait>
int take(const volatile void* object, SyncKind kind, bool shared, std::uint64_t pc, Waiting waiting, Try attempt, Wait wait) {
    if (!watching()) return wait();
    use(object, pc);
    const Inside inside;
    Thread& thread = *me;
    Sync& sync = lock_wanted(thread, object, kind, shared, true, pc);
    int result = attempt();
    // Critical sections are longer than they were: what would just have been free soon will be, and sleeping is dear.
    for (unsigned round = 0; result == EBUSY && round < 24 && !noisy; ++round) {
        for (unsigned pause = 0; pause < 16; ++pause) __builtin_ia32_pause();
        result = attempt();
    }
    if (result == EBUSY || result == EAGAIN || result == EDEADLK) {
        const WaitingFor note(thread, waiting, reinterpret_cast<std::uint64_t>(object), index_of(sync), pc);
        result = wait();
    }
    if (result == 0 || result == EOWNERDEAD) lock_taken(thread, sync, shared, pc);
    return result;
}

template <typename Try>
int try_take(const volatile void* object, SyncKind kind, bool shared, std::uint64_t pc, Try attempt) {
    if (!watching()) return attempt();
    use(object, pc);
    const Inside inside;
    Sync& sync = lock_wanted(*me, object, kind, shared, false, pc);
    const int result = attempt();
    if (result == 0 || result == EOWNERDEAD) lock_taken(*me, sync, shared, pc);
    else trylock_failed(*me, sync, pc);
    return result;
}

template <typename Give>
int give_up(const volatile void* object, SyncKind kind, std::uint64_t pc, Give give) {
    if (watching()) {
        use(object, pc);
        const Inside inside;
        lock_given_up(*me, object, kind, pc);
    }
    return give();
}

template <typename Create>
int create(const volatile void* object, SyncKind kind, std::size_t size, std::uint64_t pc, Create make) {
    if (watching()) {
        access_range(reinterpret_cast<std::uint64_t>(object), size, Access::write, pc);
        const Inside inside;
        lock_created(object, kind, pc);
    }
    return make();
}

template <typename Destroy>
int destroy(const volatile void* object, std::size_t size, std::uint64_t pc, Destroy unmake) {
    if (watching()) {
        access_range(reinterpret_cast<std::uint64_t>(object), size, Access::write, pc);
        const Inside inside;
        lock_destroyed(*me, object, pc);
    }
    return unmake();
}

// --- mutexes ---

/// The C library tells by EINVAL that the object is none.
int checked(int result, const pthread_mutex_t* m, std::uint64_t pc) {
    if (result == EINVAL && watching())
        found(FoundKind::misuse, pc, reinterpret_cast<std::uint64_t>(m), "a mutex is used that was destroyed or never made");
    return result;
}

/// glibc's leaves a mutex that is not recoverable locked by who tries it (2.36): take() would change what the program sees.
int try_native(pthread_mutex_t* m) {
    const int result = HEDDLE_NATIVE(pthread_mutex_trylock)(m);
    if (result != ENOTRECOVERABLE) return result;
    __atomic_store_n(&m->__data.__lock, 0, __ATOMIC_RELEASE);
    syscall(SYS_futex, &m->__data.__lock, FUTEX_WAKE, INT_MAX);
    return result;
}

int mutex_init(pthread_mutex_t* m, const pthread_mutexattr_t* attributes) {
    int type = PTHREAD_MUTEX_NORMAL;
    if (attributes) pthread_mutexattr_gettype(attributes, &type);
    return create(m, type == PTHREAD_MUTEX_RECURSIVE ? SyncKind::recursive_mutex : SyncKind::mutex, 8, HEDDLE_CALLER,
                  [&] { return HEDDLE_NATIVE(pthread_mutex_init)(m, attributes); });
}
int mutex_destroy(pthread_mutex_t* m) {
    const Sync* const sync = watching() ? find_sync(reinterpret_cast<std::uint64_t>(m)) : nullptr;
    const bool known = sync && (sync->owner || sync->readers); // which is told
    const int result = destroy(m, 8, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(pthread_mutex_destroy)(m); });
    // Nobody has locked it here: it is the copy of a locked one.
    if (result == EBUSY && !known && watching())
        found(FoundKind::misuse, HEDDLE_CALLER, reinterpret_cast<std::uint64_t>(m), "a locked mutex is destroyed");
    return result;
}
int mutex_lock(pthread_mutex_t* m) {
    return checked(take(m, kind_of(m), false, HEDDLE_CALLER, Waiting::mutex, [&] { return try_native(m); },
                        [&] { return HEDDLE_NATIVE(pthread_mutex_lock)(m); }),
                   m, HEDDLE_CALLER);
}
int mutex_trylock(pthread_mutex_t* m) {
    return try_take(m, kind_of(m), false, HEDDLE_CALLER, [&] { return try_native(m); });
}
int mutex_timedlock(pthread_mutex_t* m, const timespec* until) {
    return take(m, kind_of(m), false, HEDDLE_CALLER, Waiting::outside, [&] { return try_native(m); },
                [&] { return HEDDLE_NATIVE(pthread_mutex_timedlock)(m, until); });
}
int mutex_clocklock(pthread_mutex_t* m, clockid_t clock, const timespec* until) {
    return take(m, kind_of(m), false, HEDDLE_CALLER, Waiting::outside, [&] { return try_native(m); },
                [&] { return HEDDLE_NATIVE(pthread_mutex_clocklock)(m, clock, until); });
}
/// Mutexes of this kind say themselves that it is not the owner who unlocks them, to programs that ask (errorcheck_mutex_says_so).
bool refuses_strangers(const pthread_mutex_t* m) { return (m->__data.__kind & 3) == PTHREAD_MUTEX_ERRORCHECK; }

int mutex_unlock(pthread_mutex_t* m) {
    if (watching() && refuses_strangers(m)) {
        const Sync* const sync = find_sync(reinterpret_cast<std::uint64_t>(m));
        if (!sync || sync->owner != me->serial + 1) return HEDDLE_NATIVE(pthread_mutex_unlock)(m);
    }
    return give_up(m, kind_of(m), HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(pthread_mutex_unlock)(m); });
}

// --- reader-writer locks ---

int rwlock_init(pthread_rwlock_t* l, const pthread_rwlockattr_t* attributes) {
    return create(l, SyncKind::shared_mutex, 8, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(pthread_rwlock_init)(l, attributes); });
}
int rwlock_destroy(pthread_rwlock_t* l) {
    return destroy(l, 8, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(pthread_rwlock_destroy)(l); });
}
int rwlock_rdlock(pthread_rwlock_t* l) {
    return take(l, SyncKind::shared_mutex, true, HEDDLE_CALLER, Waiting::read_lock, [&] { return HEDDLE_NATIVE(pthread_rwlock_tryrdlock)(l); },
                [&] { return HEDDLE_NATIVE(pthread_rwlock_rdlock)(l); });
}
int rwlock_tryrdlock(pthread_rwlock_t* l) {
    return try_take(l, SyncKind::shared_mutex, true, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(pthread_rwlock_tryrdlock)(l); });
}
int rwlock_timedrdlock(pthread_rwlock_t* l, const timespec* until) {
    return take(l, SyncKind::shared_mutex, true, HEDDLE_CALLER, Waiting::outside, [&] { return HEDDLE_NATIVE(pthread_rwlock_tryrdlock)(l); },
                [&] { return HEDDLE_NATIVE(pthread_rwlock_timedrdlock)(l, until); });
}
int rwlock_clockrdlock(pthread_rwlock_t* l, clockid_t clock, const timespec* until) {
    return take(l, SyncKind::shared_mutex, true, HEDDLE_CALLER, Waiting::outside, [&] { return HEDDLE_NATIVE(pthread_rwlock_tryrdlock)(l); },
                [&] { return HEDDLE_NATIVE(pthread_rwlock_clockrdlock)(l, clock, until); });
}
int rwlock_wrlock(pthread_rwlock_t* l) {
    return take(l, SyncKind::shared_mutex, false, HEDDLE_CALLER, Waiting::write_lock, [&] { return HEDDLE_NATIVE(pthread_rwlock_trywrlock)(l); },
                [&] { return HEDDLE_NATIVE(pthread_rwlock_wrlock)(l); });
}
int rwlock_trywrlock(pthread_rwlock_t* l) {
    return try_take(l, SyncKind::shared_mutex, false, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(pthread_rwlock_trywrlock)(l); });
}
int rwlock_timedwrlock(pthread_rwlock_t* l, const timespec* until) {
    return take(l, SyncKind::shared_mutex, false, HEDDLE_CALLER, Waiting::outside, [&] { return HEDDLE_NATIVE(pthread_rwlock_trywrlock)(l); },
                [&] { return HEDDLE_NATIVE(pthread_rwlock_timedwrlock)(l, until); });
}
int rwlock_clockwrlock(pthread_rwlock_t* l, clockid_t clock, const timespec* until) {
    return take(l, SyncKind::shared_mutex, false, HEDDLE_CALLER, Waiting::outside, [&] { return HEDDLE_NATIVE(pthread_rwlock_trywrlock)(l); },
                [&] { return HEDDLE_NATIVE(pthread_rwlock_clockwrlock)(l, clock, until); });
}
int rwlock_unlock(pthread_rwlock_t* l) {
    return give_up(l, SyncKind::shared_mutex, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(pthread_rwlock_unlock)(l); });
}

// --- spin locks ---

int spin_init(pthread_spinlock_t* l, int shared) {
    return create(l, SyncKind::spin_lock, 4, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(pthread_spin_init)(l, shared); });
}
int spin_destroy(pthread_spinlock_t* l) {
    return destroy(l, 4, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(pthread_spin_destroy)(l); });
}
int spin_lock(pthread_spinlock_t* l) {
    return take(l, SyncKind::spin_lock, false, HEDDLE_CALLER, Waiting::mutex, [&] { return HEDDLE_NATIVE(pthread_spin_trylock)(l); },
                [&] { return HEDDLE_NATIVE(pthread_spin_lock)(l); });
}
int spin_trylock(pthread_spinlock_t* l) {
    return try_take(l, SyncKind::spin_lock, false, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(pthread_spin_trylock)(l); });
}
int spin_unlock(pthread_spinlock_t* l) {
    return give_up(l, SyncKind::spin_lock, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(pthread_spin_unlock)(l); });
}

// --- streams: flockfile() and the like ---

void stream_lock(FILE* stream) {
    take(stream, SyncKind::recursive_mutex, false, HEDDLE_CALLER, Waiting::mutex,
         [&] { return HEDDLE_NATIVE(ftrylockfile)(stream) ? EBUSY : 0; }, [&] { return HEDDLE_NATIVE(flockfile)(stream), 0; });
}
int stream_trylock(FILE* stream) {
    return try_take(stream, SyncKind::recursive_mutex, false, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(ftrylockfile)(stream); });
}
void stream_unlock(FILE* stream) {
    give_up(stream, SyncKind::recursive_mutex, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(funlockfile)(stream), 0; });
}

// --- <threads.h> ---

pthread_mutex_t* of(mtx_t* m) { return reinterpret_cast<pthread_mutex_t*>(m); } // the same in glibc

int thrd_result(int error) {
    return error == 0 ? thrd_success : error == EBUSY ? thrd_busy : error == ETIMEDOUT ? thrd_timedout : thrd_error;
}

int c11_init(mtx_t* m, int type) {
    return create(m, type & mtx_recursive ? SyncKind::recursive_mutex : SyncKind::mutex, 8, HEDDLE_CALLER,
                  [&] { return HEDDLE_NATIVE(mtx_init)(m, type); });
}
void c11_destroy(mtx_t* m) {
    destroy(m, 8, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(pthread_mutex_destroy)(of(m)); });
}
int c11_lock(mtx_t* m) {
    return thrd_result(take(m, kind_of(of(m)), false, HEDDLE_CALLER, Waiting::mutex,
                            [&] { return HEDDLE_NATIVE(pthread_mutex_trylock)(of(m)); },
                            [&] { return HEDDLE_NATIVE(pthread_mutex_lock)(of(m)); }));
}
int c11_timedlock(mtx_t* m, const timespec* until) {
    return thrd_result(take(m, kind_of(of(m)), false, HEDDLE_CALLER, Waiting::outside,
                            [&] { return HEDDLE_NATIVE(pthread_mutex_trylock)(of(m)); },
                            [&] { return HEDDLE_NATIVE(pthread_mutex_timedlock)(of(m), until); }));
}
int c11_trylock(mtx_t* m) {
    return thrd_result(try_take(m, kind_of(of(m)), false, HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(pthread_mutex_trylock)(of(m)); }));
}
int c11_unlock(mtx_t* m) {
    return thrd_result(give_up(m, kind_of(of(m)), HEDDLE_CALLER, [&] { return HEDDLE_NATIVE(pthread_mutex_unlock)(of(m)); }));
}

} // namespace

std::span<const Hook> lock_hooks() {
    static const Hook hooks[]{
        hook("pthread_mutex_init", mutex_init), hook("pthread_mutex_destroy", mutex_destroy),
        hook("pthread_mutex_lock", mutex_lock), hook("pthread_mutex_trylock", mutex_trylock),
        hook("pthread_mutex_timedlock", mutex_timedlock), hook("pthread_mutex_clocklock", mutex_clocklock),
        hook("pthread_mutex_unlock", mutex_unlock),
        hook("pthread_rwlock_init", rwlock_init), hook("pthread_rwlock_destroy", rwlock_destroy),
        hook("pthread_rwlock_rdlock", rwlock_rdlock), hook("pthread_rwlock_tryrdlock", rwlock_tryrdlock),
        hook("pthread_rwlock_timedrdlock", rwlock_timedrdlock), hook("pthread_rwlock_clockrdlock", rwlock_clockrdlock),
        hook("pthread_rwlock_wrlock", rwlock_wrlock), hook("pthread_rwlock_trywrlock", rwlock_trywrlock),
        hook("pthread_rwlock_timedwrlock", rwlock_timedwrlock), hook("pthread_rwlock_clockwrlock", rwlock_clockwrlock),
        hook("pthread_rwlock_unlock", rwlock_unlock),
        hook("pthread_spin_init", spin_init), hook("pthread_spin_destroy", spin_destroy),
        hook("pthread_spin_lock", spin_lock), hook("pthread_spin_trylock", spin_trylock),
        hook("pthread_spin_unlock", spin_unlock),
        hook("flockfile", stream_lock), hook("ftrylockfile", stream_trylock), hook("funlockfile", stream_unlock),
        hook("mtx_init", c11_init), hook("mtx_destroy", c11_destroy), hook("mtx_lock", c11_lock),
        hook("mtx_timedlock", c11_timedlock), hook("mtx_trylock", c11_trylock), hook("mtx_unlock", c11_unlock),
    };
    return hooks;
}

} // namespace heddle::native
