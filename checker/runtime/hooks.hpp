// What the hooks share: the place they were called from, failing, and passing a call through to the real function.
#pragma once

#include <cstdint>
#include <cstring>
#include <utility>

#include <dlfcn.h>

#include "program/module.hpp"
#include "runtime/backend.hpp"
#include "runtime/fiber.hpp"
#include "runtime/memory.hpp"

/// The program's return address, in the body of a hook.
#define HEDDLE_PC (reinterpret_cast<std::uint64_t>(__builtin_return_address(0)))

namespace heddle::runtime {

extern "C" void heddle_suspend_in_hook(); // entry.S

/// The backend when somebody wants to know of plain accesses, else null.
extern Backend* listening;

/// A segment is being recorded: plain accesses are kept, library code is followed.
extern bool recording;

/// Waiting for a condition may end without a signal.
extern bool spurious_wakeups;
/// Arrivals at latches and barriers are updates of a counter (Machine::order_arrivals).
extern bool arrivals_ordered;

/// The place of an operation for the engine: the program's, also when library code has asked for it; the same whether that
/// code is followed or not.
inline std::uint64_t operation_place(std::uint64_t pc) {
    const program::Module* module = program::Module::loaded();
    return !module || module->contains(pc) || !heddle_current->import_call ? pc : heddle_current->import_call;
}

/// The program may end with another status than zero.
extern bool any_exit_status;

/// All bytes zero, the padding too: operations are hashed as bytes. Spelled out because the compilers make of a memset of
/// this size an instruction that takes longer than all the rest of a hook.
inline void clear(Operation& op) {
    typedef long long Block __attribute__((vector_size(16), may_alias));
    static_assert(sizeof(Operation) == 7 * sizeof(Block) && alignof(Operation) >= alignof(Block));
    auto* blocks = reinterpret_cast<Block*>(&op);
    constexpr Block zero{0, 0};
    blocks[0] = zero, blocks[1] = zero, blocks[2] = zero, blocks[3] = zero, blocks[4] = zero, blocks[5] = zero;
    blocks[6] = zero;
}

/// What the thread has slept since its operation before goes with this one.
inline void take_time(Fiber& fiber, Operation& op) {
    op.slept = std::exchange(fiber.slept, 0);
    op.not_before = std::exchange(fiber.not_before, 0);
}

/// An operation of the current thread, all other fields zero.
inline Operation operation(OpKind kind, std::uint64_t address, std::uint64_t pc) {
    Operation op;
    clear(op);
    op.kind = kind;
    op.address = address;
    op.pc = operation_place(pc);
    op.frame = heddle_current->entry.rsp + 8;
    take_time(*heddle_current, op);
    return op;
}

/// The current fiber's next operation, to be finished by suspend_and_return. All other fields zero.
inline Operation& pending_operation(OpKind kind, const volatile void* object, std::uint64_t pc) {
    if (listening) [[unlikely]] listening->settle();
    Fiber& fiber = current();
    Operation& op = fiber.operation;
    clear(op);
    op.kind = kind;
    op.address = reinterpret_cast<std::uint64_t>(object);
    op.pc = operation_place(pc);
    op.frame = fiber.entry.rsp + 8;
    take_time(fiber, op);
    fiber.pending = &op;
    return op;
}

/// Goes to the engine, with pending_operation; when the fiber goes on, the hook has returned what `then` (or else the
/// operation) gave, to the place that entry.S saw. Nothing after this call is executed. The result is in the register of any
/// integer type, so T is only there to end the function with.
template <typename T>
[[gnu::always_inline]] inline T suspend_and_return(Continuation then = nullptr) {
    Fiber* fiber = heddle_current;
    fiber->then = then;
    return reinterpret_cast<T (*)(Fiber*)>(reinterpret_cast<void (*)()>(heddle_suspend_in_hook))(fiber);
}

/// In a continuation: the hook's next operation. @return false, for the continuation to return
inline bool and_then(Fiber& fiber, OpKind kind, std::uint64_t address, Continuation then) {
    const std::uint64_t pc = fiber.operation.pc, frame = fiber.operation.frame;
    Operation& op = fiber.operation;
    clear(op);
    op.kind = kind;
    op.address = address;
    op.pc = pc;
    op.frame = frame;
    take_time(fiber, op);
    fiber.then = then;
    return false;
}

inline std::uint64_t perform(OpKind kind, const void* object, std::uint64_t pc, std::uint64_t operand = 0) {
    Operation op = operation(kind, reinterpret_cast<std::uint64_t>(object), pc);
    op.operand = operand;
    return static_cast<std::uint64_t>(backend->perform(op));
}

/// The execution ends here, in a violation. The message is formatted as by printf and kept by the runtime.
[[noreturn, gnu::format(printf, 3, 4)]] void fail(Verdict verdict, std::uint64_t pc, const char* format, ...);
/// A message for operations to refer to: kept for ever.
const char* keep_message(const char* text);
/// The program called something that is not modelled; `name` is the linker's.
[[noreturn]] void fail_unsupported(const char* name, std::uint64_t pc);

inline void plain_read(const void* address, std::size_t size, std::uint64_t pc) {
    if (listening && size) listening->plain_read(reinterpret_cast<std::uint64_t>(address), size, pc);
}
inline void plain_write(const void* address, std::size_t size, std::uint64_t pc) {
    if (listening && size) listening->plain_write(reinterpret_cast<std::uint64_t>(address), size, pc);
}

/// The program's nearest return address: `pc` itself, or the innermost call on the shadow stack when `pc` is a library's.
std::uint64_t program_pc(std::uint64_t pc);

/// Whether a call on a synchronisation object is the engine's business: by a thread of the program, on its own memory.
/// (What libraries keep of their own is not put back between runs; but see modelled_lock.)
inline bool modelled(const void* object) {
    return from_fiber() && in_program_memory(reinterpret_cast<std::uint64_t>(object));
}

/// A mutex, which leaves no trace in memory, also when it is a library's: fibers switch while a library holds it
/// (std::atomic_load of a shared_ptr, std::pmr::synchronized_pool_resource).
inline bool modelled_lock(const void*) { return from_fiber(); }

/// Fails when an atomic access to that address outside the program's memory would fault.
void check_atomic_address(std::uint64_t address, std::size_t size, std::uint64_t pc);

/// A static constructor is about to start a thread: it is left in the middle, and constructors are explored as a part of main.
[[noreturn]] void leave_constructors(std::uint64_t pc);

/// What the primitives have to do at the end of the current thread, when its thread_local objects are gone.
void finish_thread();
/// Values of pthread_key_create's keys, at the end of the current thread.
void destroy_key_values();
/// Forgets the keys that the last run created.
void forget_keys();

/// The function that the interposed one stands in front of.
template <typename Function>
Function* real(Function*& cached, const char* name) {
    if (!cached) [[unlikely]] cached = reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
    return cached;
}

/// In an interposed function: calls the real one. For use outside of fibers.
#define HEDDLE_REAL(function, ...)                                                                                     \
    ([&] {                                                                                                             \
        static decltype(::function)* cached = nullptr;                                                                 \
        return ::heddle::runtime::real(cached, #function)(__VA_ARGS__);                                                \
    }())

} // namespace heddle::runtime
