// What else can be asked of a thread by its handle, a number that the C library knows nothing of: its name, where it runs, its
// stack, its clock. None of it is seen by another thread except by asking; who asks for what another thread may have set is
// explored by running the program anew.

#include <pthread.h>
#include <sched.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>

#include "runtime/hooks.hpp"
#include "runtime/memory.hpp"

using namespace heddle;
using namespace heddle::runtime;

namespace {

/// The fiber behind a handle; fails when it is none.
Fiber& asked(pthread_t handle, const char* what, std::uint64_t pc) {
    Fiber* fiber = memory().known(handle - 1);
    if (!fiber || (fiber->number != 0 && !fiber->start.function)) fail(Verdict::misuse, pc, "%s of something that is no thread", what);
    return *fiber;
}

constexpr std::size_t name_size = 16; // the kernel's, with its end
constexpr int processors = 2;         // as many as hardware_concurrency says

} // namespace

extern "C" int heddle_pthread_setname_np(pthread_t handle, const char* name) {
    asked(handle, "naming", HEDDLE_PC);
    const std::size_t length = std::strlen(name);
    plain_read(name, length + 1, HEDDLE_PC);
    return length < name_size ? 0 : ERANGE;
}

extern "C" int heddle_pthread_getname_np(pthread_t handle, char* name, std::size_t size) {
    asked(handle, "the name", HEDDLE_PC);
    (void)name, (void)size;
    fail_unsupported("pthread_getname_np", HEDDLE_PC);
}

extern "C" int heddle_pthread_getattr_np(pthread_t handle, pthread_attr_t* attributes) {
    const Fiber& fiber = asked(handle, "the attributes", HEDDLE_PC);
    plain_write(attributes, sizeof *attributes, HEDDLE_PC);
    EngineScope scope;
    pthread_attr_init(attributes);
    pthread_attr_setstack(attributes, reinterpret_cast<void*>(fiber.stack_bottom), fiber.stack_top - fiber.stack_bottom);
    return 0;
}

// Where a thread runs makes no difference here.

extern "C" int heddle_pthread_setaffinity_np(pthread_t handle, std::size_t size, const cpu_set_t* set) {
    asked(handle, "the processors", HEDDLE_PC);
    plain_read(set, size, HEDDLE_PC);
    return 0;
}

extern "C" int heddle_pthread_getaffinity_np(pthread_t handle, std::size_t size, cpu_set_t* set) {
    asked(handle, "the processors", HEDDLE_PC);
    plain_write(set, size, HEDDLE_PC);
    std::memset(set, 0, size);
    for (int i = 0; i < processors; ++i) CPU_SET_S(i, size, set);
    return 0;
}

extern "C" int heddle_pthread_setschedparam(pthread_t handle, int, const sched_param*) {
    asked(handle, "the scheduling", HEDDLE_PC);
    return 0;
}

extern "C" int heddle_pthread_setschedprio(pthread_t handle, int) {
    asked(handle, "the priority", HEDDLE_PC);
    return 0;
}

extern "C" int heddle_pthread_getschedparam(pthread_t handle, int* policy, sched_param* parameters) {
    asked(handle, "the scheduling", HEDDLE_PC);
    plain_write(policy, sizeof *policy, HEDDLE_PC);
    plain_write(parameters, sizeof *parameters, HEDDLE_PC);
    *policy = SCHED_OTHER;
    parameters->sched_priority = 0;
    return 0;
}

extern "C" int heddle_pthread_getcpuclockid(pthread_t handle, clockid_t* clock) {
    asked(handle, "the clock", HEDDLE_PC);
    plain_write(clock, sizeof *clock, HEDDLE_PC);
    *clock = CLOCK_THREAD_CPUTIME_ID;
    return 0;
}

/// Signals are not modelled; asking whether there is such a thread is no signal.
extern "C" int heddle_pthread_kill(pthread_t handle, int signal) {
    asked(handle, "a signal", HEDDLE_PC);
    if (signal != 0) fail_unsupported("pthread_kill", HEDDLE_PC);
    return 0;
}
