// Faults in the program's code, and code that never comes back: the signal handler runs on a stack of its own and switches
// from there to the engine, with a `fail` operation for the thread. The interrupted code is never continued.

#include "runtime/crash.hpp"

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <utility>

#include <sys/mman.h>
#include <ucontext.h>

#include "core/error.hpp"
#include "program/module.hpp"
#include "runtime/endless.hpp"
#include "runtime/follow.hpp"
#include "runtime/hooks.hpp"
#include "runtime/memory.hpp"
#include "runtime/unhooked.hpp"

namespace heddle::runtime {
namespace {

constexpr int fault_signals[]{SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP};
constexpr std::size_t handler_stack_size = 256 << 10;

struct sigaction before[NSIG];
bool catching = false;
EndlessLoop endless;

std::uint64_t register_of(const void* context, int which) {
    return static_cast<std::uint64_t>(static_cast<const ucontext_t*>(context)->uc_mcontext.gregs[which]);
}

/// The interrupted thread is at a hook of its own, as it were: the rest of the runtime finds its frame there.
std::uint64_t adopt_interrupted_state(const void* context) {
    Fiber& fiber = current();
    fiber.entry.rsp = register_of(context, REG_RSP);
    const std::uint64_t pc = register_of(context, REG_RIP);
    if (fiber.entry.rsp < fiber.lowest && fiber.entry.rsp >= fiber.stack_bottom) fiber.lowest = fiber.entry.rsp;
    // Places are return addresses: one byte into what is executed counts as after it.
    return pc + 1;
}

/// The current thread's stack has no room left: in its own code, or in a hook that it called.
bool stack_is_used_up(const siginfo_t* info, const void* context) {
    const Fiber& fiber = current();
    const auto address = reinterpret_cast<std::uint64_t>(info->si_addr);
    return register_of(context, REG_RSP) - (fiber.stack_bottom - slice::guard) < slice::guard + 256 ||
           address - (fiber.stack_bottom - slice::guard) < slice::guard;
}

[[noreturn]] void report_segmentation_fault(const siginfo_t* info, const void* context, std::uint64_t pc) {
    const Fiber& fiber = current();
    const auto address = reinterpret_cast<std::uint64_t>(info->si_addr);
    const bool writes = register_of(context, REG_ERR) & 2;
    if (stack_is_used_up(info, context)) {
        current().lowest = fiber.stack_bottom;
        fail(Verdict::crash, pc, "stack overflow (the stack has %lu MiB)",
             (fiber.stack_top - fiber.stack_bottom + (1 << 20) - 1) >> 20);
    }
    const char* access = writes ? "write" : "read";
    if (address < 4096 && info->si_code == SEGV_MAPERR)
        fail(Verdict::crash, pc, "null pointer %s (address %#lx)", access, address);
    if (info->si_code == SI_KERNEL) // a non-canonical address: the processor does not tell which
        fail(Verdict::crash, pc, "access to an invalid address");
    fail(Verdict::crash, pc, "invalid %s at address %#lx%s", access, address,
         info->si_code == SEGV_ACCERR && writes ? " (read-only memory)" : "");
}

[[noreturn]] void goes_round(const void* context) {
    fail(Verdict::livelock, adopt_interrupted_state(context), "the thread goes round in a loop that nothing can end");
}

/// The code that the watchdog looks at has executed one more instruction. @return whether it goes on
bool look_on(void* context) {
    if (!endless.is_looking()) return false;
    {
        EngineScope scope; // its memory is not the program's
        if (endless.step(*static_cast<ucontext_t*>(context)) != EndlessLoop::Answer::endless) return true; // the watchdog counts on
    }
    goes_round(context);
}

void on_fault(int signal, siginfo_t* info, void* context) {
    if (signal == SIGSEGV && (register_of(context, REG_ERR) & 2) &&
        program::Module::note_write(reinterpret_cast<std::uint64_t>(info->si_addr)))
        return; // the first write to that page, by whomever
    if (signal == SIGTRAP && info->si_code != TRAP_TRACE) endless.give_up(*static_cast<ucontext_t*>(context)); // it accesses memory
    if (signal == SIGTRAP && (info->si_code == TRAP_TRACE ? look_on(context) || watch_again(context) || follow_step(context) : note_unhooked(context)))
        return;
    // Ours: let the process die where it stands. But a hook runs on the stack of the thread that called it, and where that is
    // used up the program is at fault (stack_overflow_in_a_thread with clang++).
    if (!from_fiber() && !(on_fiber() && signal == SIGSEGV && stack_is_used_up(info, context))) {
        sigaction(signal, &before[signal], nullptr);
        if (signal == SIGABRT) std::raise(signal);
        return;
    }
    const std::uint64_t pc = adopt_interrupted_state(context);
    switch (signal) {
    case SIGSEGV: report_segmentation_fault(info, context, pc);
    case SIGBUS: fail(Verdict::crash, pc, "bus error at address %p", info->si_addr);
    case SIGFPE:
        fail(Verdict::crash, pc,
             info->si_code == FPE_INTDIV || info->si_code == FPE_INTOVF ? "integer division by zero or overflow"
                                                                         : "arithmetic exception");
    case SIGILL: fail(Verdict::crash, pc, "illegal instruction (unreachable code was reached?)");
    case SIGTRAP: fail(Verdict::crash, pc, "trap instruction");
    default: fail(Verdict::crash, pc, "abort() was called");
    }
}

// The watchdog counts operations, not time: a run that makes progress is never stopped, however slow the machine.
timer_t timer;
bool timer_exists = false;
std::uint64_t seen_switches = 0;
unsigned seen_times = 0, watch_milliseconds = 0;
constexpr unsigned ticks_to_stop = 4;

std::atomic<bool> overdue{false};

void on_tick(int, siginfo_t*, void* context) {
    if (!on_fiber() || seen_switches != switch_count) {
        seen_switches = switch_count;
        seen_times = 0;
        overdue = false;
        return;
    }
    if (endless.is_looking()) return;
    if (++seen_times >= ticks_to_stop) {
        if (from_fiber()) stop_overdue(adopt_interrupted_state(context));
        overdue = true; // a hook is no place to stop at ("a thread that is in hooks whenever the watchdog looks")
        return;
    }
    if (seen_times != 1 || !from_fiber()) return;
    bool never_ends = false;
    {
        EngineScope scope;
        never_ends = !is_debugged() && endless.begin(*static_cast<ucontext_t*>(context));
    }
    if (never_ends) goes_round(context);
}

} // namespace

bool is_overdue() { return overdue; }

void stop_overdue(unsigned long pc) {
    Operation op;
    {
        EngineScope scope;
        overdue = false;
        seen_times = 0;
        char text[128];
        std::snprintf(text, sizeof text, "the thread has run for %u ms and reaches no visible operation", watch_milliseconds);
        op = operation(OpKind::fail, 0, program_pc(pc));
        op.operand = ran_long;
        op.verdict = Verdict::livelock;
        op.message = keep_message(text);
    }
    for (;;) backend->perform(op);
}

void catch_crashes() {
    static void* stack = nullptr;
    if (!stack)
        stack = mmap(nullptr, handler_stack_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (stack == MAP_FAILED) throw InternalError("no memory for the signal stack");
    stack_t alternative{};
    alternative.ss_sp = stack;
    alternative.ss_size = handler_stack_size;
    sigaltstack(&alternative, nullptr);
    struct sigaction action {};
    action.sa_sigaction = on_fault;
    // The handler is left by switching fibers, not by returning: its signal must not stay blocked.
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    for (const int signal : fault_signals) sigaction(signal, &action, &before[signal]);
    catching = true;
}

void stop_catching_crashes() {
    watch(0);
    if (!catching) return;
    for (const int signal : fault_signals) sigaction(signal, &before[signal], nullptr);
    catching = false;
}

unsigned watch(unsigned milliseconds) {
    const unsigned before_this = std::exchange(watch_milliseconds, milliseconds);
    const int signal = SIGRTMIN + 3;
    if (!timer_exists) {
        if (milliseconds == 0) return before_this;
        struct sigaction action {};
        action.sa_sigaction = on_tick;
        action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTART;
        sigaction(signal, &action, nullptr);
        sigevent event{};
        event.sigev_notify = SIGEV_SIGNAL;
        event.sigev_signo = signal;
        // Processor time: a process that is not scheduled is not stuck.
        if (timer_create(CLOCK_PROCESS_CPUTIME_ID, &event, &timer) != 0) return before_this;
        timer_exists = true;
    }
    itimerspec period{};
    const long nanoseconds = static_cast<long>(milliseconds) * 1'000'000 / ticks_to_stop;
    period.it_interval.tv_sec = period.it_value.tv_sec = nanoseconds / 1'000'000'000;
    period.it_interval.tv_nsec = period.it_value.tv_nsec = nanoseconds % 1'000'000'000;
    seen_times = 0;
    timer_settime(timer, 0, &period, nullptr);
    return before_this;
}

} // namespace heddle::runtime
