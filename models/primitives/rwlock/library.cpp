// The readers-writer locks of libstdc++ itself (std::pmr::synchronized_pool_resource), as mutexes. In both, whoever writes is
// alone; that readers exclude each other here, too, hides only what two of them do at once inside the library: each order in
// which they come is explored.

#include <pthread.h>

#include <cerrno>

#include "primitives/mutex/explored.hpp"
#include "runtime/hooks.hpp"

using namespace heddle::primitives;
using namespace heddle::runtime;

extern "C" int heddle_heddle_library_rwlock_lock(pthread_rwlock_t* object) {
    if (!modelled_lock(object)) return pthread_rwlock_wrlock(object);
    return lock(object, MutexKind::normal, HEDDLE_PC);
}

extern "C" int heddle_heddle_library_rwlock_trylock(pthread_rwlock_t* object) {
    if (!modelled_lock(object)) return pthread_rwlock_trywrlock(object);
    return try_lock(object, MutexKind::normal, HEDDLE_PC, EBUSY);
}

extern "C" int heddle_heddle_library_rwlock_unlock(pthread_rwlock_t* object) {
    if (!modelled_lock(object)) return pthread_rwlock_unlock(object);
    return unlock(object, MutexKind::normal, HEDDLE_PC);
}
