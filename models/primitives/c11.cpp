// <threads.h>, as far as it differs from pthreads in more than the name (import_table.cpp binds the rest to its twins). In
// glibc a mtx_t, a cnd_t and a once_flag are laid out as their twins, and a thrd_t is a pthread_t.

#include <threads.h>

#include <pthread.h>

#include <cerrno>
#include <cstring>

#include "primitives/mutex.hpp"
#include "primitives/thread.hpp"
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
    return try_lock(mutex, kind_of(mutex, HEDDLE_PC), HEDDLE_PC) == EBUSY ? thrd_busy : thrd_success;
}

extern "C" int heddle_cnd_init(cnd_t* condition) {
    plain_write(condition, sizeof *condition, HEDDLE_PC);
    std::memset(condition, 0, sizeof *condition);
    return thrd_success;
}

namespace {

/// A thread's result, an int, travels as the pointer that pthread functions return.
void* as_pointer(int result) { return reinterpret_cast<void*>(static_cast<std::intptr_t>(result)); }

} // namespace

extern "C" int heddle_thrd_create(thrd_t* handle, thrd_start_t function, void* argument) {
    if (!from_fiber()) return in_program ? thrd_error : HEDDLE_REAL(thrd_create, handle, function, argument);
    const std::uint64_t pc = HEDDLE_PC;
    // The result is an int in a register where a pointer is expected: its upper half is not looked at.
    auto* start = reinterpret_cast<void* (*)(void*)>(reinterpret_cast<void (*)()>(function));
    const pthread_t created = create_thread({start, argument, reinterpret_cast<std::uint64_t>(function)}, pc);
    plain_write(handle, sizeof *handle, pc);
    *handle = created;
    return thrd_success;
}

extern "C" int heddle_thrd_join(thrd_t handle, int* result) {
    if (!from_fiber()) return HEDDLE_REAL(thrd_join, handle, result);
    const auto value = reinterpret_cast<std::intptr_t>(join_thread(handle, HEDDLE_PC));
    if (result) {
        plain_write(result, sizeof *result, HEDDLE_PC);
        *result = static_cast<int>(value);
    }
    return thrd_success;
}

extern "C" void heddle_thrd_exit(int result) {
    if (!from_fiber()) HEDDLE_REAL(thrd_exit, result);
    exit_thread(as_pointer(result));
}
