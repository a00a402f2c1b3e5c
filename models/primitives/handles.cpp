// What else can be asked of a thread by its handle, a number that the C library knows nothing of: its name, where it runs, its
// stack, its clock. None of it is seen by another thread except by asking; who asks for what another thread may have set is
// explored by running the program anew.

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>

#include <sys/prctl.h>

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

// Names. The kernel keeps them, and nobody synchronises by them: where they can be asked for they are two relaxed atomic words.

namespace {

/// A thread begins with its creator's name, and main with the program's.
constexpr const char* first_name = "heddle";

bool may_be_asked_for() { return program::Module::loaded()->may_ask_about_threads(); }

Operation on_name(OpKind kind, std::uint64_t& word, std::uint64_t pc) {
    Operation op = operation(kind, reinterpret_cast<std::uint64_t>(&word), pc);
    op.size = sizeof word;
    op.order = MemoryOrder::relaxed;
    return op;
}

void set_name(Fiber& fiber, const char* name, std::uint64_t pc) {
    const std::size_t length = std::strlen(name);
    plain_read(name, length + 1, pc);
    std::memset(fiber.name, 0, sizeof fiber.name);
    std::memcpy(fiber.name, name, std::min(length, name_size - 1));
    if (!may_be_asked_for()) return;
    std::uint64_t words[2];
    std::memcpy(words, fiber.name, sizeof words);
    for (unsigned i = 0; i < 2; ++i) {
        Operation op = on_name(OpKind::store, asked_of(fiber)->name[i], pc);
        op.operand = words[i];
        backend->perform(op);
    }
}

/// A name that is read while another is set may be half the one and half the other.
void get_name(const Fiber& fiber, char* name, std::uint64_t pc) {
    std::uint64_t words[2];
    for (unsigned i = 0; i < 2; ++i)
        words[i] = static_cast<std::uint64_t>(backend->perform(on_name(OpKind::load, asked_of(fiber)->name[i], pc)));
    char known[name_size];
    std::memcpy(known, words, sizeof known);
    if (!known[0]) std::strcpy(known, first_name);
    plain_write(name, std::strlen(known) + 1, pc);
    std::memcpy(name, known, std::strlen(known) + 1);
}

} // namespace

extern "C" int heddle_pthread_setname_np(pthread_t handle, const char* name) {
    if (!from_fiber()) return HEDDLE_REAL(pthread_setname_np, handle, name);
    Fiber& fiber = asked(handle, "naming", HEDDLE_PC);
    if (std::strlen(name) >= name_size) return ERANGE;
    set_name(fiber, name, HEDDLE_PC);
    return 0;
}

extern "C" int heddle_pthread_getname_np(pthread_t handle, char* name, std::size_t size) {
    if (!from_fiber()) return HEDDLE_REAL(pthread_getname_np, handle, name, size);
    if (size < name_size) return ERANGE;
    get_name(asked(handle, "the name", HEDDLE_PC), name, HEDDLE_PC);
    return 0;
}

extern "C" int heddle_prctl(int option, unsigned long argument, unsigned long third, unsigned long fourth, unsigned long fifth) {
    if (!from_fiber()) return HEDDLE_REAL(prctl, option, argument, third, fourth, fifth);
    const std::uint64_t pc = HEDDLE_PC;
    if (option == PR_SET_NAME) set_name(current(), reinterpret_cast<const char*>(argument), pc);
    else if (option == PR_GET_NAME) get_name(current(), reinterpret_cast<char*>(argument), pc);
    else fail_unsupported("prctl, but for names,", pc);
    return 0;
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
