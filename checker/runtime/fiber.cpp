#include "runtime/fiber.hpp"

#include <cstdlib>
#include <utility>

#include <cxxabi.h>

#include <boost/context/detail/fcontext.hpp>

#include "runtime/hooks.hpp"

namespace heddle::runtime {

namespace context = boost::context::detail;

Fiber outside;
extern "C" {
Fiber* heddle_current = &outside;
}
bool in_program = false;
std::uint64_t switch_count = 0;

namespace {

context::fcontext_t engine_context = nullptr;
std::uint64_t* exception_globals = nullptr; ///< __cxa_eh_globals: two words, of the OS thread

void swap_exception_globals(Fiber& fiber) {
    std::swap(exception_globals[0], fiber.exception_globals[0]);
    std::swap(exception_globals[1], fiber.exception_globals[1]);
}

/// The bottom of every fiber. Not noexcept and without a handler: an exception that nobody catches must find the end of
/// the stack, so that std::terminate is called where it was thrown, before anything is unwound.
void run_fiber(context::transfer_t from) {
    engine_context = from.fctx;
    Fiber& fiber = current();
    end_thread(fiber.start.function(fiber.start.argument));
}

} // namespace

void Fiber::forget() {
    pending = nullptr;
    context = nullptr;
    started = ended = joined = detached = false;
    depth = 0;
    lowest = stack_top;
    exit_value = nullptr;
    exception_globals[0] = exception_globals[1] = 0;
    throw_pc = library_call = 0;
    error_number = 0;
    held_count = 0;
    exit_call_count = 0;
    for (std::uint32_t i = 0; i < used_keys; ++i) key_values[i] = nullptr;
    used_keys = 0;
}

void prepare(Fiber& fiber) {
    if (!exception_globals) exception_globals = reinterpret_cast<std::uint64_t*>(abi::__cxa_get_globals());
    void* top = reinterpret_cast<void*>(fiber.stack_top);
    fiber.context = context::make_fcontext(top, fiber.stack_top - fiber.stack_bottom, run_fiber);
    fiber.started = true;
}

void switch_to(Fiber& fiber) {
    ++switch_count;
    heddle_current = &fiber;
    swap_exception_globals(fiber);
    in_program = true;
    const context::transfer_t back = context::jump_fcontext(fiber.context, nullptr);
    in_program = false;
    fiber.context = back.fctx;
    swap_exception_globals(fiber);
    heddle_current = &outside;
}

void switch_to_engine(const Operation& operation) {
    heddle_current->pending = &operation;
    engine_context = context::jump_fcontext(engine_context, nullptr).fctx;
}

void end_thread(void* exit_value) {
    Fiber& fiber = current();
    fiber.exit_value = exit_value;
    while (fiber.exit_call_count > 0) {
        const ThreadExitCall call = fiber.exit_calls[--fiber.exit_call_count];
        call.destructor(call.object);
    }
    destroy_key_values();
    fiber.ended = true;
    Operation end = operation(OpKind::end, 0, fiber.start.user_function);
    end.frame = fiber.stack_top;
    for (;;) backend->perform(end);
}

} // namespace heddle::runtime
