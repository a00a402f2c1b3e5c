// pthread_spin_*: a mutex; that a waiting thread burns time is of no consequence here.

#include <pthread.h>

#include <cerrno>

#include "primitives/mutex/explored.hpp"
#include "runtime/hooks.hpp"

using namespace heddle::runtime;
using namespace heddle::primitives;

extern "C" int heddle_pthread_spin_init(pthread_spinlock_t* lock, int shared) {
    if (!modelled(const_cast<int*>(lock))) return HEDDLE_REAL(pthread_spin_init, lock, shared);
    plain_write(const_cast<int*>(lock), sizeof *lock, HEDDLE_PC);
    *lock = 0;
    return 0;
}

extern "C" int heddle_pthread_spin_destroy(pthread_spinlock_t* lock) {
    plain_write(const_cast<int*>(lock), sizeof *lock, HEDDLE_PC); // over the queue: nobody may hold it
    return 0;
}

extern "C" int heddle_pthread_spin_lock(pthread_spinlock_t* object) {
    if (!modelled(const_cast<int*>(object))) return HEDDLE_REAL(pthread_spin_lock, object);
    return lock(const_cast<int*>(object), MutexKind::normal, HEDDLE_PC);
}

extern "C" int heddle_pthread_spin_trylock(pthread_spinlock_t* object) {
    if (!modelled(const_cast<int*>(object))) return HEDDLE_REAL(pthread_spin_trylock, object);
    return try_lock(const_cast<int*>(object), MutexKind::normal, HEDDLE_PC, EBUSY);
}

extern "C" int heddle_pthread_spin_unlock(pthread_spinlock_t* object) {
    if (!modelled(const_cast<int*>(object))) return HEDDLE_REAL(pthread_spin_unlock, object);
    return unlock(const_cast<int*>(object), MutexKind::normal, HEDDLE_PC);
}
