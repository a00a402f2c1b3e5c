// <threads.h>, as far as it differs from pthreads in more than the name (import_table.cpp binds the rest to its twins). In
// glibc a mtx_t, a cnd_t and a once_flag are laid out as their twins, and a thrd_t is a pthread_t.

#include <threads.h>

#include <pthread.h>

#include <cerrno>
#include <cstring>

#include "primitives/mutex/explored.hpp"
#include "primitives/thread/explored.hpp"
#include "runtime/exit_functions.hpp"
#include "runtime/hooks.hpp"

using namespace heddle;
using namespace heddle::runtime;
using namespace heddle::primitives;

extern "C" int heddle_mtx_init(mtx_t* mutex, int type) {
    plain_write(mutex, sizeof *mutex, HEDDLE_PC);
    std::memset(mutex, 0, sizeof *mutex);
    if (type & mtx_recursive) reinterpret_cast<pthread_mutex_t*>(mutex)->__data.__kind = PTHREAD_MUTEX_RECURSIVE;
    return thrd_success;
}

extern "C" int heddle_mtx_trylock(mtx_t* mutex) {
    if (!modelled(mutex)) return HEDDLE_REAL(mtx_trylock, mutex);
    return try_lock(mutex, kind_of(mutex, HEDDLE_PC), HEDDLE_PC, thrd_busy);
}

extern "C" int heddle_mtx_timedlock(mtx_t* mutex, const timespec* limit) {
    if (!modelled(mutex)) return HEDDLE_REAL(mtx_timedlock, mutex, limit);
    return lock_until(mutex, kind_of(mutex, HEDDLE_PC), limit, HEDDLE_PC, thrd_timedout);
}

extern "C" int heddle_cnd_init(cnd_t* condition) {
    plain_write(condition, sizeof *condition, HEDDLE_PC);
    std::memset(condition, 0, sizeof *condition);
    return thrd_success;
}

extern "C" int heddle_thrd_create(thrd_t* handle, thrd_start_t function, void* argument) {
    if (!from_fiber()) {
        if (in_program) leave_constructors(HEDDLE_PC);
        return HEDDLE_REAL(thrd_create, handle, function, argument);
    }
    // The result is an int in a register where a pointer is expected: its upper half is not looked at.
    auto* start = reinterpret_cast<void* (*)(void*)>(reinterpret_cast<void (*)()>(function));
    return create_thread({start, argument, reinterpret_cast<std::uint64_t>(function)}, handle, false, HEDDLE_PC);
}

extern "C" int heddle_thrd_join(thrd_t handle, int* result) {
    if (!from_fiber()) return HEDDLE_REAL(thrd_join, handle, result);
    return join_thread(handle, result, sizeof *result, HEDDLE_PC);
}

extern "C" void heddle_thrd_exit(int result) {
    if (!from_fiber()) HEDDLE_REAL(thrd_exit, result);
    require_no_exit_functions(HEDDLE_PC);
    exit_thread(reinterpret_cast<void*>(static_cast<std::intptr_t>(result)));
}
