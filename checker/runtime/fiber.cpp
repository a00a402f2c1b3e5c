#include "runtime/fiber.hpp"

#include <algorithm>
#include <cstring>

#include <cstdlib>
#include <utility>

#include <cxxabi.h>

#include "core/pulse.hpp"
#include "runtime/exit_functions.hpp"
#include "runtime/hooks.hpp"

namespace heddle::runtime {

Fiber outside;
extern "C" {
Fiber* heddle_current = &outside;
}
bool in_program = false;
std::uint64_t switch_count = 0;

namespace {

std::uint64_t* exception_globals = nullptr; ///< __cxa_eh_globals: two words, of the OS thread

/// Mostly there is nothing to swap: an exception is in flight.
void swap_exception_globals(Fiber& fiber) {
    if (!(exception_globals[0] | exception_globals[1] | fiber.exception_globals[0] | fiber.exception_globals[1])) return;
    std::swap(exception_globals[0], fiber.exception_globals[0]);
    std::swap(exception_globals[1], fiber.exception_globals[1]);
}

} // namespace

namespace {

/// Runs what is due at the end of the current thread and makes `end` its pending operation.
void prepare_end(void* exit_value) {
    Fiber& fiber = current();
    fiber.exit_value = exit_value;
    run_thread_exit_calls();
    if (!fiber.process_over) finish_thread();
    if (listening) listening->settle();
    fiber.ended = true;
    fiber.operation = operation(OpKind::end, 0, fiber.start.user_function);
    fiber.operation.frame = fiber.stack_top;
    fiber.pending = &fiber.operation;
}

} // namespace

/// The bottom of every fiber. Not noexcept and without a handler: an exception that nobody catches must find the end of
/// the stack, so that std::terminate is called where it was thrown, before anything is unwound.
extern "C" Fiber* heddle_run_fiber() {
    Fiber& fiber = current();
    prepare_end(fiber.start.function(fiber.start.argument));
    return &fiber;
}
extern "C" void heddle_fiber_start(); // entry.S: calls it, and ends the stack for unwinders

void Fiber::forget() {
    pending = nullptr;
    then = nullptr;
    context = nullptr;
    started = ended = joined = detached = has_children = process_over = false;
    depth = 0;
    lowest = stack_top;
    exit_value = nullptr;
    name[0] = 0;
    at_thread_exit = nullptr;
    exception_globals[0] = exception_globals[1] = 0;
    throw_pc = library_call = import_call = 0;
    followed_count = 0;
    error_number = 0;
    slept = not_before = 0;
    waiting = Wait::none;
    awaited = 0;
    inputs = 0;
    held_count = 0;
    exit_call_count = 0;
    for (std::uint32_t i = 0; i < used_keys; ++i) key_values[i] = nullptr;
    used_keys = 0;
}

void prepare(Fiber& fiber) {
    if (!exception_globals) exception_globals = reinterpret_cast<std::uint64_t*>(abi::__cxa_get_globals());
    // What heddle_suspend leaves on a stack: six registers, then where to go on; 16-byte aligned when that has been popped.
    const bool asked = program::Module::loaded() && program::Module::loaded()->may_ask_about_threads();
    auto* top = reinterpret_cast<std::uint64_t*>(fiber.stack_top - (asked ? 64 : 0)) - 2;
    *--top = reinterpret_cast<std::uint64_t>(&heddle_fiber_start);
    top -= 6;
    fiber.context = top;
    fiber.started = true;
}

/// What functions that have returned have left below the stack pointer: new frames have holes, in which it would be told from
/// something else. Not what the thread goes on with: a hook's frames, or the return address on top.
static void clear_dead_stack(const Fiber& fiber) {
    constexpr std::uint64_t slack = 2048; ///< of functions without hooks
    const std::uint64_t end = fiber.context ? reinterpret_cast<std::uint64_t>(fiber.context) : fiber.entry.rsp;
    const std::uint64_t begin = std::max(fiber.stack_bottom, std::min(fiber.lowest, end) - slack);
    if (begin < end && end <= fiber.stack_top) std::memset(reinterpret_cast<void*>(begin), 0, end - begin);
}

void switch_to(Fiber& fiber) {
    if (stacks_are_cleared) clear_dead_stack(fiber);
    ++switch_count;
    heddle_current = &fiber;
    swap_exception_globals(fiber);
    in_program = true;
    pulse->in_program.store(true, std::memory_order_relaxed);
    pulse->entries.store(switch_count, std::memory_order_relaxed);
    heddle_enter(&fiber);
    pulse->in_program.store(false, std::memory_order_relaxed);
    in_program = false;
    swap_exception_globals(fiber);
    heddle_current = &outside;
    if (fiber.entry.rsp < fiber.lowest && fiber.entry.rsp > fiber.stack_bottom) fiber.lowest = fiber.entry.rsp;
}

void end_thread(void* exit_value) {
    prepare_end(exit_value);
    for (;;) heddle_suspend(heddle_current);
}

} // namespace heddle::runtime
