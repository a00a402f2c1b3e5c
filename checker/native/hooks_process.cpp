// The end of the process, signals and forks; what ends a run badly is reported before it takes the process along.
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <cxxabi.h>
#include <exception>
#include <mutex>
#include <typeinfo>

#include <dlfcn.h>
#include <pthread.h>
#include <unistd.h>

#include "native/accesses.hpp"
#include "native/findings.hpp"
#include "native/hook.hpp"
#include "native/inside.hpp"
#include "native/locking.hpp"
#include "native/process.hpp"
#include "native/real.hpp"
#include "native/recorder.hpp"

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

[[noreturn]] void terminated() {
    if (!said_why) {
        said_why = true;
        const std::type_info* type = abi::__cxa_current_exception_type();
        if (type) {
            int status = 0;
            char* name = abi::__cxa_demangle(type->name(), nullptr, nullptr, &status);
            const char* shown = name ? name : type->name();
            try {
                throw;
            } catch (const std::exception& e) {
                found(FoundKind::exception, HEDDLE_CALLER, 0, "an exception of type %s is not caught: %s", shown, e.what());
            } catch (...) {
                found(FoundKind::exception, HEDDLE_CALLER, 0, "an exception of type %s is not caught", shown);
            }
        } else {
            found(FoundKind::crash, HEDDLE_CALLER, 0, "std::terminate() was called (a joinable std::thread destroyed?)");
        }
    }
    die();
}

// --- signals of the program's own faults ---

void on_fault(int signal, siginfo_t* info, void*) {
    if (!said_why) {
        said_why = true;
        Thread* thread = me;
        std::uint64_t pc = thread && thread->depth ? thread->frames[std::min(thread->depth, max_depth) - 1].pc : 0;
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
    std::uint64_t place; ///< its address orders: what happened before sigaction happens before the handler
};
Handler handlers[NSIG];

void run_handler(int signal, siginfo_t* info, void* context) {
    const int saved = errno;
    if (watching()) {
        const Inside inside;
        Sync& sync = sync_at(reinterpret_cast<std::uint64_t>(&handlers[signal].place));
        const std::lock_guard guard(sync.lock);
        acquire_at(*me, sync);
    }
    const struct sigaction& wanted = handlers[signal].wanted;
    if (wanted.sa_flags & SA_SIGINFO) wanted.sa_sigaction(signal, info, context);
    else wanted.sa_handler(signal);
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
            Sync& sync = sync_at(reinterpret_cast<std::uint64_t>(&handler.place));
            const std::lock_guard guard(sync.lock);
            release_at(*me, sync, true);
        }
        installed = *action;
        if (action->sa_handler != SIG_DFL && action->sa_handler != SIG_IGN) {
            handler.wanted = *action;
            installed.sa_sigaction = run_handler;
            installed.sa_flags |= SA_SIGINFO;
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

sighandler_t set_handler(int signal, sighandler_t handler) {
    struct sigaction action {}, before {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    return set_action(signal, &action, &before) == 0 ? before.sa_handler : SIG_ERR;
}

// --- ends and forks ---

void exiting(int status) {
    board->exiting = 1;
    if (me) drain(*me);
    HEDDLE_NATIVE(exit)(status);
}

pid_t fork_process() {
    const pid_t child = HEDDLE_NATIVE(fork)();
    if (child == 0) leave_watch();
    return child;
}

void thread_exits(void* value) { HEDDLE_NATIVE(pthread_exit)(value); }

void* open_library(const char* name, int flags) {
    void* library = HEDDLE_NATIVE(dlopen)(name, flags);
    if (library) bind_libraries();
    return library;
}

} // namespace

void leave_watch() {
    me = nullptr;
    send_findings_to(-1);
    for (const int signal : fault_signals)
        if (handlers[signal].wanted.sa_handler == nullptr) std::signal(signal, SIG_DFL);
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
}

std::span<const Hook> process_hooks() {
    static const Hook hooks[]{
        hook("__assert_fail", assertion), hook("_ZSt21__glibcxx_assert_failPKciS0_S0_", library_assertion),
        hook("sigaction", set_action), hook("signal", set_handler), hook("exit", exiting), hook("fork", fork_process),
        hook("vfork", fork_process), hook("pthread_exit", thread_exits), hook("dlopen", open_library),
    };
    return hooks;
}

} // namespace heddle::native
