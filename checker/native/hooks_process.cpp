// The end of the process, signals and forks; what ends a run badly is reported before it takes the process along.
#include <array>
#include <atomic>
#include <bit>
#include <csetjmp>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <cxxabi.h>
#include <exception>
#include <mutex>
#include <string>
#include <typeinfo>

#include <dlfcn.h>
#include <pthread.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "native/accesses.hpp"
#include "native/backtrace.hpp"
#include "native/ending.hpp"
#include "native/findings.hpp"
#include "native/hook.hpp"
#include "native/inside.hpp"
#include "native/locking.hpp"
#include "native/noise.hpp"
#include "native/past_stores.hpp"
#include "native/process.hpp"
#include "native/real.hpp"
#include "native/recorder.hpp"

extern "C" int __cxa_atexit(void (*)(void*), void*, void*) noexcept;

namespace heddle::native {
namespace {

bool said_why = false; ///< the abort that follows is no news

[[noreturn]] void die() {
    std::signal(SIGABRT, SIG_DFL);
    std::fflush(nullptr);
    std::abort();
}

void assertion(const char* condition, const char* file, unsigned line, const char* function) {
    found(FoundKind::assertion, HEDDLE_CALLER, 0, "assertion `%s` failed", condition);
    std::fprintf(stderr, "%s:%u: %s: Assertion `%s' failed.\n", file, line, function, condition);
    said_why = true;
    die();
}
void library_assertion(const char*, int, const char* function, const char* condition) {
    found(FoundKind::assertion, HEDDLE_CALLER, 0, "the library's assertion `%s` failed in %s", condition ? condition : "", function ? function : "");
    said_why = true;
    die();
}

/// Where the calling thread last threw. (std::terminate may come after the calls in between have been unwound.)
thread_local constinit Place last_throw = 0;

/// @param caller of the function that throws; a library's own call leads to the program's
void remember_throw(std::uint64_t caller) {
    if (!watching()) return;
    const Inside inside;
    const bool programs = caller - module_begin < module_end - module_begin;
    if (const std::uint64_t pc = programs ? caller : innermost_program_call()) last_throw = place_of(*me, pc);
}

template <typename Throw>
Throw* thrower(const char* name) {
    return reinterpret_cast<Throw*>(dlsym(RTLD_NEXT, name));
}

[[noreturn]] void thrown(void* exception, std::type_info* type, void (*destroy)(void*)) {
    remember_throw(HEDDLE_CALLER);
    static const auto real = thrower<void(void*, std::type_info*, void (*)(void*))>("__cxa_throw");
    real(exception, type, destroy);
    __builtin_unreachable();
}
[[noreturn]] void thrown_on() {
    remember_throw(HEDDLE_CALLER);
    static const auto real = thrower<void()>("__cxa_rethrow");
    real();
    __builtin_unreachable();
}
/// std::rethrow_exception, which takes the pointer by its address.
constexpr const char* throw_pointer_name = "_ZSt17rethrow_exceptionNSt15__exception_ptr13exception_ptrE";
[[noreturn]] void thrown_by_pointer(void* pointer) {
    remember_throw(HEDDLE_CALLER);
    static const auto real = thrower<void(void*)>(throw_pointer_name);
    real(pointer);
    __builtin_unreachable();
}

/// What the exception that is being handled says of itself; empty: nothing.
std::string words_of_exception() {
    try {
        throw;
    } catch (const std::exception& e) {
        return e.what();
    } catch (const std::string& text) {
        return text;
    } catch (const char* text) {
        return text ? text : "";
    } catch (int number) {
        return std::to_string(number);
    } catch (...) {
        return "";
    }
}

[[noreturn]] void terminated() {
    if (!said_why) {
        said_why = true;
        const std::type_info* type = abi::__cxa_current_exception_type();
        if (type) {
            int status = 0;
            char* name = abi::__cxa_demangle(type->name(), nullptr, nullptr, &status);
            const std::string words = words_of_exception();
            found_at(FoundKind::exception, last_throw, "an exception of type %s is not caught%s%s", name ? name : type->name(),
                     words.empty() ? "" : ": ", words.c_str());
        } else {
            const std::uint64_t pc = innermost_program_call();
            found(FoundKind::crash, pc ? pc : HEDDLE_CALLER, 0, "std::terminate() was called (a joinable std::thread destroyed?)");
        }
    }
    die();
}

// --- signals of the program's own faults ---

/// In the program itself: the instruction, as if it were a call. In a library: the call that led there.
std::uint64_t place_of_fault(const void* context) {
    const auto pc = static_cast<std::uint64_t>(static_cast<const ucontext_t*>(context)->uc_mcontext.gregs[REG_RIP]);
    if (pc - module_begin < module_end - module_begin) return pc + 1;
    const Thread* thread = me;
    return thread && thread->depth ? thread->frames[std::min(thread->depth, max_depth) - 1].pc : 0;
}

void on_fault(int signal, siginfo_t* info, void* context) {
    if (!said_why) {
        said_why = true;
        const std::uint64_t pc = place_of_fault(context);
        if (signal == SIGSEGV || signal == SIGBUS)
            found(FoundKind::crash, pc, 0, "%s at address %p", strsignal(signal), info->si_addr);
        else
            found(FoundKind::crash, pc, 0, "%s", signal == SIGABRT ? "abort() was called" : strsignal(signal));
    }
    std::signal(signal, SIG_DFL);
    raise(signal);
}

constexpr int fault_signals[]{SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

// --- the program's own handlers ---

struct Handler {
    struct sigaction wanted;
    std::atomic<bool> spoils_errno{false}; ///< which has been told
    std::uint64_t place; ///< its address orders: what happened before sigaction happens before the handler
};
Handler handlers[NSIG];

/// What is known of signals that have to wait, by their numbers.
std::array<siginfo_t, 64>& pending_of(Thread&) {
    thread_local constinit std::array<siginfo_t, 64> infos{};
    return infos;
}

/// The signal that the calling thread is sending itself: its handler runs where the thread expects it.
thread_local constinit int sent_to_itself = 0;

bool is_fault(int signal) { return signal == SIGSEGV || signal == SIGBUS || signal == SIGFPE || signal == SIGILL || signal == SIGTRAP; }

void run_handler(int signal, siginfo_t* info, void* context) {
    const int saved = errno;
    Thread* const thread = me;
    const bool waits = thread && thread->busy && thread->waits;
    if (thread && thread->busy && !waits && !is_fault(signal) && signal < 64) {
        // In the middle of the runtime: when it has done what it does, see deliver_signals().
        pending_of(*thread)[signal] = *info;
        thread->pending_signals.fetch_or(std::uint64_t{1} << signal, std::memory_order_relaxed);
        return;
    }
    if (waits) thread->busy = thread->waits = false;
    if (watching()) {
        const Inside inside;
        Sync& sync = sync_at(reinterpret_cast<std::uint64_t>(&handlers[signal].place));
        const std::lock_guard guard(sync.lock);
        acquire_at(*me, sync);
    }
    const struct sigaction& wanted = handlers[signal].wanted;
    const bool barred = !thread && bar_meeting(true);
    const bool anywhere = !is_fault(signal) && signal != sent_to_itself;
    constexpr int nobodys = 31'337; // an errno that no call sets
    if (anywhere) ++signal_handlers, errno = nobodys;
    if (wanted.sa_flags & SA_SIGINFO) wanted.sa_sigaction(signal, info, context);
    else wanted.sa_handler(signal);
    if (anywhere && signal_handlers) --signal_handlers;
    if (anywhere && errno != nobodys && signal != SIGTERM && watching() && !handlers[signal].spoils_errno.exchange(true)) {
        const Inside inside;
        found(FoundKind::misuse, reinterpret_cast<std::uint64_t>(wanted.sa_sigaction) + 1, 0,
              "the signal handler for %s leaves errno changed: the interrupted code may rely on it", strsignal(signal));
    }
    if (!thread) bar_meeting(barred);
    if (thread && thread->buffer.count) { // the thread may go on waiting
        const Inside inside;
        drain(*thread);
    }
    if (waits) thread->busy = thread->waits = true;
    errno = saved;
}

int set_action(int signal, const struct sigaction* action, struct sigaction* before) {
    if (signal <= 0 || signal >= NSIG) return HEDDLE_NATIVE(sigaction)(signal, action, before);
    Handler& handler = handlers[signal];
    const struct sigaction old = handler.wanted;
    struct sigaction installed;
    if (action) {
        if (watching()) {
            const Inside inside;
            drain(*me);
            Sync& sync = sync_at(reinterpret_cast<std::uint64_t>(&handler.place));
            const std::lock_guard guard(sync.lock);
            release_at(*me, sync, true);
        }
        installed = *action;
        if (action->sa_handler != SIG_DFL && action->sa_handler != SIG_IGN) {
            handler.wanted = *action;
            installed.sa_sigaction = run_handler;
            installed.sa_flags |= SA_SIGINFO;
            if (!is_fault(signal) && signal != SIGABRT) board->handles_signals = 1;
            if (signal == board->say_where) board->say_where = 0; // the program's from now on
        } else {
            handler.wanted = {};
        }
    }
    struct sigaction real;
    const int result = HEDDLE_NATIVE(sigaction)(signal, action ? &installed : nullptr, &real);
    if (before) *before = (real.sa_flags & SA_SIGINFO) && real.sa_sigaction == run_handler ? old
                          : (real.sa_flags & SA_SIGINFO) && real.sa_sigaction == on_fault  ? (struct sigaction){}
                                                                                           : real;
    return result;
}

/// Whoever the signal reaches sees all that was stored before it.
void before_signal() {
    if (!noisy || !watching()) return;
    const Inside inside;
    drain(*me);
    show_all_stores();
}

template <typename Send>
int send_to_itself(int signal, Send send) {
    const int before = sent_to_itself;
    sent_to_itself = signal;
    const int result = send();
    sent_to_itself = before;
    return result;
}
int raise_signal(int signal) {
    before_signal();
    return send_to_itself(signal, [&] { return HEDDLE_NATIVE(raise)(signal); });
}
int send_signal(pid_t process, int signal) {
    before_signal();
    if (process != getpid()) return HEDDLE_NATIVE(kill)(process, signal);
    return send_to_itself(signal, [&] { return HEDDLE_NATIVE(kill)(process, signal); });
}
int send_signal_to_thread(pthread_t thread, int signal) {
    before_signal();
    if (!pthread_equal(thread, pthread_self())) return HEDDLE_NATIVE(pthread_kill)(thread, signal);
    return send_to_itself(signal, [&] { return HEDDLE_NATIVE(pthread_kill)(thread, signal); });
}
/// Out of a handler, perhaps.
[[noreturn]] void jump(jmp_buf place, int value) {
    signal_handlers = 0;
    sent_to_itself = 0;
    HEDDLE_NATIVE(longjmp)(place, value);
    __builtin_unreachable();
}

sighandler_t set_handler(int signal, sighandler_t handler) {
    struct sigaction action {}, before {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    return set_action(signal, &action, &before) == 0 ? before.sa_handler : SIG_ERR;
}

// --- ends and forks ---

/// A handler for the end of the process: what comes before it is registered happens before it runs.
struct AtExit {
    void (*function)(void*);
    void* argument;
};

void run_at_exit(void* given) {
    auto* const at_exit = static_cast<AtExit*>(given);
    if (watching()) {
        const Inside inside;
        Sync& sync = sync_at(reinterpret_cast<std::uint64_t>(at_exit));
        const std::lock_guard guard(sync.lock);
        acquire_at(*me, sync);
    }
    at_exit->function(at_exit->argument);
}

int register_at_exit(void (*function)(void*), void* argument, void* library) {
    if (!watching()) return HEDDLE_NATIVE(__cxa_atexit)(function, argument, library);
    auto* at_exit = new AtExit{function, argument};
    {
        const Inside inside;
        drain(*me);
        Sync& sync = sync_at(reinterpret_cast<std::uint64_t>(at_exit));
        const std::lock_guard guard(sync.lock);
        release_at(*me, sync, true);
    }
    return HEDDLE_NATIVE(__cxa_atexit)(run_at_exit, at_exit, library);
}

void exiting(int status) {
    begin_ending();
    HEDDLE_NATIVE(exit)(status);
}
void exiting_at_once(int status) {
    at_the_end();
    HEDDLE_NATIVE(_exit)(status);
}

void default_faults() {
    for (const int signal : fault_signals)
        if (handlers[signal].wanted.sa_handler == nullptr) std::signal(signal, SIG_DFL);
}

pid_t fork_process() { return HEDDLE_NATIVE(fork)(); } // forking.cpp does what there is to do

void* find_symbol(void* library, const char* name) {
    void* const found = HEDDLE_NATIVE(dlsym)(library, name);
    const auto address = reinterpret_cast<std::uint64_t>(found);
    if (!name || address - module_begin < module_end - module_begin) return found;
    return program_import(name, found);
}

[[noreturn]] void aborts() {
    if (!said_why && !handlers[SIGABRT].wanted.sa_handler) {
        said_why = true;
        found(FoundKind::crash, HEDDLE_CALLER, 0, "abort() was called");
    }
    std::abort();
}

void thread_exits(void* value) { HEDDLE_NATIVE(pthread_exit)(value); }

void* open_library(const char* name, int flags) {
    void* library = HEDDLE_NATIVE(dlopen)(name, flags);
    if (library) bind_libraries();
    return library;
}

void deliver_signals() {
    Thread& thread = *me;
    const int saved = errno;
    while (const std::uint64_t pending = thread.pending_signals.load(std::memory_order_relaxed)) {
        const int signal = std::countr_zero(pending);
        sigset_t mask = handlers[signal].wanted.sa_mask, before;
        if (!(handlers[signal].wanted.sa_flags & SA_NODEFER)) sigaddset(&mask, signal);
        HEDDLE_NATIVE(pthread_sigmask)(SIG_BLOCK, &mask, &before);
        siginfo_t info = pending_of(thread)[static_cast<std::size_t>(signal)];
        thread.pending_signals.fetch_and(~(std::uint64_t{1} << signal), std::memory_order_relaxed);
        ucontext_t context;
        getcontext(&context);
        if (handlers[signal].wanted.sa_handler) run_handler(signal, &info, &context);
        HEDDLE_NATIVE(pthread_sigmask)(SIG_SETMASK, &before, nullptr);
    }
    errno = saved;
}

} // namespace

thread_local constinit unsigned signal_handlers = 0;

void found_in_signal_handler(std::uint64_t pc) {
    static std::array<std::atomic<std::uint64_t>, 64> told;
    for (std::atomic<std::uint64_t>& one : told) {
        std::uint64_t known = 0;
        if (one.compare_exchange_strong(known, pc)) break;
        if (known == pc) return;
    }
    found(FoundKind::misuse, pc, 0, "a signal handler uses the heap: the interrupted code may be in the middle of doing so");
}

void forget_faults() {
    said_why = true;
    default_faults();
}

void leave_watch() {
    me = nullptr;
    forget_unknown_threads();
    send_findings_to(-1);
    default_faults();
}

void watch_for_faults() {
    // A stack of its own: the stack may be what overflowed.
    constexpr std::size_t size = 256 << 10;
    stack_t stack{};
    stack.ss_sp = reserve(size);
    stack.ss_size = size;
    sigaltstack(&stack, nullptr);
    struct sigaction action {};
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    for (const int signal : fault_signals) HEDDLE_NATIVE(sigaction)(signal, &action, nullptr);
    std::set_terminate(terminated);
    thread_does.deliver_signals = deliver_signals;
}

namespace {

/// Only asked of a thread that sleeps, before its process is ended.
void say_where(int) {
    if (!me) return;
    Watched& watched = *me->watched;
    watched.at.count = static_cast<std::uint32_t>(program_calls(watched.at.pcs.data(), watched.at.pcs.size()));
    watched.said = 1;
}

} // namespace

void answer_where() {
    struct sigaction action {};
    action.sa_handler = say_where;
    action.sa_flags = SA_ONSTACK | SA_RESTART;
    const int signal = SIGRTMAX;
    if (HEDDLE_NATIVE(sigaction)(signal, &action, nullptr) == 0) board->say_where = signal;
}

/// Exceptions that libraries throw for the program (std::vector::at, std::future::get).
std::span<const Hook> throwing_hooks() {
    static const Hook hooks[]{hook("__cxa_throw", thrown), hook("__cxa_rethrow", thrown_on), hook(throw_pointer_name, thrown_by_pointer)};
    return hooks;
}

std::span<const Hook> process_hooks() {
    static const Hook hooks[]{
        hook("__assert_fail", assertion), hook("_ZSt21__glibcxx_assert_failPKciS0_S0_", library_assertion),
        hook("sigaction", set_action), hook("signal", set_handler), hook("exit", exiting), hook("_exit", exiting_at_once), hook("_Exit", exiting_at_once), hook("abort", aborts),
        hook("fork", fork_process), hook("vfork", fork_process), hook("pthread_exit", thread_exits), hook("__cxa_throw", thrown),
        hook("__cxa_rethrow", thrown_on), hook(throw_pointer_name, thrown_by_pointer),
        hook("raise", raise_signal), hook("kill", send_signal), hook("pthread_kill", send_signal_to_thread),
        hook("longjmp", jump), hook("_longjmp", jump), hook("siglongjmp", jump), hook("__longjmp_chk", jump),
        hook("__cxa_atexit", register_at_exit), hook("dlsym", find_symbol), hook("dlopen", open_library),
    };
    return hooks;
}

} // namespace heddle::native
