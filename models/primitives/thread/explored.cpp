// Threads: create, join, detach, exit; a thread's handle is its number plus one, so that no handle is zero.
// What std::thread's library part does is done here too, because it writes the std::thread object unseen.

#include <pthread.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <thread>

#include <unwind.h>

#include "primitives/mutex/explored.hpp"
#include "primitives/thread/explored.hpp"
#include "primitives/clock/explored.hpp"
#include "runtime/outside_state.hpp"
#include "runtime/exit_functions.hpp"
#include "runtime/hooks.hpp"
#include "runtime/memory.hpp"

using namespace heddle;
using namespace heddle::runtime;
using namespace heddle::primitives;

namespace {

pthread_t handle_of(std::uint64_t number) { return number + 1; }

/// The fiber behind a handle of the program's; fails when it is none.
Fiber& fiber_of(pthread_t handle, const char* what, std::uint64_t pc) {
    Fiber* fiber = memory().known(handle - 1);
    if (!fiber || !fiber->start.function) fail(Verdict::misuse, pc, "%s of something that is no thread", what);
    return *fiber;
}

void detach(pthread_t handle, std::uint64_t pc) {
    Fiber& fiber = fiber_of(handle, "detach", pc);
    if (fiber.detached) fail(Verdict::misuse, pc, "a thread is detached twice");
    if (fiber.joined) fail(Verdict::misuse, pc, "a joined thread is detached");
    fiber.detached = true;
    outside_state = "detached threads";
}

} // namespace

namespace heddle::primitives {

namespace {

// What the continuations are about, in Fiber::scratch.
enum { place, detached };
enum { result_place, result_size, joined_thread };

bool created(Fiber& fiber, Value& number) {
    if (fiber.scratch[detached]) memory().fiber(static_cast<ThreadId>(number)).detached = true;
    auto* handle = reinterpret_cast<pthread_t*>(fiber.scratch[place]);
    plain_write(handle, sizeof *handle, fiber.operation.pc);
    *handle = handle_of(static_cast<std::uint64_t>(number));
    number = 0;
    return true;
}

bool joined(Fiber& fiber, Value& result) {
    result = 0;
    if (!fiber.scratch[result_place]) return true;
    void* destination = reinterpret_cast<void*>(fiber.scratch[result_place]);
    const void* value = memory().known(fiber.scratch[joined_thread])->exit_value;
    plain_write(destination, fiber.scratch[result_size], fiber.operation.pc);
    std::memcpy(destination, &value, fiber.scratch[result_size]);
    return true;
}

/// A bad pointer faults here, in the program's name, and not in the engine.
void touch(void* destination) {
    if (destination) static_cast<volatile char*>(destination)[0];
}

} // namespace

int create_thread(const StartRequest& request, pthread_t* handle, bool is_detached, std::uint64_t pc) {
    (void)*static_cast<volatile pthread_t*>(handle);
    Fiber& fiber = current();
    fiber.request = request;
    fiber.scratch[place] = reinterpret_cast<std::uint64_t>(handle);
    fiber.scratch[detached] = is_detached;
    fiber.has_children = true;
    Operation& op = pending_operation(OpKind::create, nullptr, pc);
    op.operand = reinterpret_cast<std::uint64_t>(request.function);
    op.expected = reinterpret_cast<std::uint64_t>(request.argument);
    return suspend_and_return<int>(created);
}

namespace {

/// The thread to join, when it can be; what is to be done with its result is noted.
Fiber& to_join(pthread_t handle, void* result, std::size_t size, std::uint64_t pc) {
    Fiber& other = fiber_of(handle, "join", pc);
    if (&other == &current()) fail(Verdict::misuse, pc, "a thread joins itself");
    if (other.joined) fail(Verdict::misuse, pc, "a thread is joined twice");
    if (other.detached) fail(Verdict::misuse, pc, "a detached thread is joined");
    touch(result);
    Fiber& fiber = current();
    fiber.scratch[result_place] = reinterpret_cast<std::uint64_t>(result);
    fiber.scratch[result_size] = size;
    fiber.scratch[joined_thread] = handle - 1;
    return other;
}

// Of a join that does not wait, or not for ever.
enum { when_busy = 3, time_limit };

bool looked(Fiber& fiber, Value& ended) {
    if (!ended) {
        if (fiber.scratch[time_limit]) pass_until(fiber, static_cast<std::int64_t>(fiber.scratch[time_limit]));
        ended = fiber.scratch[when_busy];
        return true;
    }
    memory().known(fiber.scratch[joined_thread])->joined = true;
    and_then(fiber, OpKind::join, 0, joined);
    fiber.operation.operand = fiber.scratch[joined_thread];
    return false;
}

/// Joins if the thread has ended. Time may pass at any moment: that it has not may be so until any limit.
int try_to_join(pthread_t handle, void** result, std::int64_t limit, int busy, std::uint64_t pc) {
    Fiber& other = to_join(handle, result, sizeof *result, pc);
    Fiber& fiber = current();
    fiber.scratch[when_busy] = static_cast<std::uint64_t>(busy);
    fiber.scratch[time_limit] = static_cast<std::uint64_t>(limit);
    Operation& op = pending_operation(OpKind::load, &asked_of(other)->ended, pc);
    op.size = sizeof(std::uint64_t);
    op.order = MemoryOrder::acquire;
    return suspend_and_return<int>(looked);
}

} // namespace

int join_thread(pthread_t handle, void* result, std::size_t size, std::uint64_t pc) {
    to_join(handle, result, size, pc).joined = true;
    pending_operation(OpKind::join, nullptr, pc).operand = handle - 1;
    return suspend_and_return<int>(joined);
}

namespace {

_Unwind_Reason_Code exit_at_end_of_stack(int, _Unwind_Action actions, _Unwind_Exception_Class, _Unwind_Exception*,
                                         _Unwind_Context*, void* value) {
    if (actions & _UA_END_OF_STACK) end_thread(value);
    return _URC_NO_REASON;
}

} // namespace

void exit_thread(void* value) {
    static _Unwind_Exception nobody; // never freed, never looked into: one will do for all threads
    _Unwind_ForcedUnwind(&nobody, exit_at_end_of_stack, value);
    end_thread(value); // code without unwind tables
}

} // namespace heddle::primitives

void heddle::runtime::finish_thread() {
    run_at_thread_exit();
    if (current().used_keys) destroy_key_values();
    give_up_robust();
    if (current().number == 0 || !program::Module::loaded()->may_ask_about_threads()) return;
    Operation op = operation(OpKind::store, reinterpret_cast<std::uint64_t>(&asked_of(current())->ended), current().start.user_function);
    op.size = sizeof(std::uint64_t);
    op.order = MemoryOrder::release;
    op.operand = 1;
    backend->perform(op);
}

extern "C" int heddle_pthread_create(pthread_t* handle, const pthread_attr_t* attributes, void* (*function)(void*),
                                     void* argument) {
    if (!from_fiber()) {
        if (in_program) leave_constructors(HEDDLE_PC);
        return HEDDLE_REAL(pthread_create, handle, attributes, function, argument);
    }
    int state = PTHREAD_CREATE_JOINABLE;
    std::size_t stack = 0;
    if (attributes) {
        pthread_attr_getdetachstate(attributes, &state);
        pthread_attr_getstacksize(attributes, &stack);
    }
    return create_thread({function, argument, reinterpret_cast<std::uint64_t>(function), stack}, handle,
                         state == PTHREAD_CREATE_DETACHED, HEDDLE_PC);
}

extern "C" int heddle_pthread_join(pthread_t handle, void** result) {
    if (!from_fiber()) return HEDDLE_REAL(pthread_join, handle, result);
    return join_thread(handle, result, sizeof *result, HEDDLE_PC);
}

extern "C" int heddle_pthread_tryjoin_np(pthread_t handle, void** result) {
    if (!from_fiber()) return HEDDLE_REAL(pthread_tryjoin_np, handle, result);
    return try_to_join(handle, result, 0, EBUSY, HEDDLE_PC);
}

extern "C" int heddle_pthread_timedjoin_np(pthread_t handle, void** result, const timespec* limit) {
    if (!from_fiber()) return HEDDLE_REAL(pthread_timedjoin_np, handle, result, limit);
    if (!limit) return join_thread(handle, result, sizeof *result, HEDDLE_PC);
    plain_read(limit, sizeof *limit, HEDDLE_PC);
    return try_to_join(handle, result, nanoseconds(*limit), ETIMEDOUT, HEDDLE_PC);
}

extern "C" int heddle_pthread_clockjoin_np(pthread_t handle, void** result, clockid_t clock, const timespec* limit) {
    if (!from_fiber()) return HEDDLE_REAL(pthread_clockjoin_np, handle, result, clock, limit);
    if (!limit) return join_thread(handle, result, sizeof *result, HEDDLE_PC);
    plain_read(limit, sizeof *limit, HEDDLE_PC);
    return try_to_join(handle, result, nanoseconds(*limit), ETIMEDOUT, HEDDLE_PC);
}

extern "C" int heddle_pthread_detach(pthread_t handle) {
    if (!from_fiber()) return HEDDLE_REAL(pthread_detach, handle);
    detach(handle, HEDDLE_PC);
    return 0;
}

extern "C" void heddle_pthread_exit(void* value) {
    if (!from_fiber()) {
        HEDDLE_REAL(pthread_exit, value);
        __builtin_unreachable();
    }
    require_no_exit_functions(HEDDLE_PC);
    exit_thread(value);
}

extern "C" pthread_t pthread_self() noexcept {
    if (!from_fiber()) return HEDDLE_REAL(pthread_self);
    return handle_of(current().number);
}

extern "C" int heddle_sched_yield() {
    if (!from_fiber()) return HEDDLE_REAL(sched_yield);
    if (listening) listening->pause(HEDDLE_PC);
    return 0;
}

// std::thread. Its only member is the handle; the state that it runs belongs to the new thread.

namespace {

/// std::thread::_State as the vtable has it: two destructors, then _M_run.
struct ThreadState {
    using Method = void (*)(ThreadState*);
    const Method* methods;
    void destroy() { methods[1](this); }
    void run() { methods[2](this); }
};

void* run_state(void* state) {
    auto* self = static_cast<ThreadState*>(state);
    self->run();
    self->destroy();
    return nullptr;
}

pthread_t take_handle(pthread_t* handle, std::uint64_t pc) {
    plain_read(handle, sizeof *handle, pc);
    return *handle;
}

void set_handle(pthread_t* handle, pthread_t value, std::uint64_t pc) {
    plain_write(handle, sizeof *handle, pc);
    *handle = value;
}

template <typename Method>
Method* next_method(const char* name) {
    return reinterpret_cast<Method*>(dlsym(RTLD_NEXT, name));
}

} // namespace

#define HEDDLE_START_THREAD _ZNSt6thread15_M_start_threadESt10unique_ptrINS_6_StateESt14default_deleteIS1_EEPFvvE
#define HEDDLE_TEXT_(name) #name
#define HEDDLE_TEXT(name) HEDDLE_TEXT_(name)

extern "C" void heddle__ZNSt6thread15_M_start_threadESt10unique_ptrINS_6_StateESt14default_deleteIS1_EEPFvvE(
    pthread_t* handle, ThreadState** state, void (*depend)()) {
    if (!from_fiber()) {
        if (in_program) leave_constructors(HEDDLE_PC);
        static auto* real_method = next_method<void(pthread_t*, ThreadState**, void (*)())>(HEDDLE_TEXT(HEDDLE_START_THREAD));
        return real_method(handle, state, depend);
    }
    const std::uint64_t pc = HEDDLE_PC;
    plain_write(state, sizeof *state, pc);
    ThreadState* owned = *state;
    *state = nullptr;
    create_thread({run_state, owned, reinterpret_cast<std::uint64_t>(owned->methods[2]), 0}, handle, false, pc);
}

extern "C" void heddle__ZNSt6thread4joinEv(pthread_t* handle) {
    if (!from_fiber()) {
        static auto* real_method = next_method<void(pthread_t*)>("_ZNSt6thread4joinEv");
        return real_method(handle);
    }
    const std::uint64_t pc = HEDDLE_PC;
    const pthread_t joined = take_handle(handle, pc);
    if (!joined) std::__throw_system_error(EINVAL);
    // Joining leaves the thread object with no thread; nobody looks before the join has ended.
    set_handle(handle, 0, pc);
    join_thread(joined, nullptr, 0, pc);
}

extern "C" void heddle__ZNSt6thread6detachEv(pthread_t* handle) {
    if (!from_fiber()) {
        static auto* real_method = next_method<void(pthread_t*)>("_ZNSt6thread6detachEv");
        return real_method(handle);
    }
    const std::uint64_t pc = HEDDLE_PC;
    const pthread_t detached = take_handle(handle, pc);
    if (!detached) std::__throw_system_error(EINVAL);
    detach(detached, pc);
    set_handle(handle, 0, pc);
}

extern "C" unsigned heddle_hardware_concurrency() { return 2; }
