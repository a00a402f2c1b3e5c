// Calls by which threads reach each other outside the memory model: queued signals (hooks_process.cpp has the plain ones) and
// system calls by number.
// They order nothing for the detector; but whoever makes one has no stores left that others do not see yet.
#include <cerrno>
#include <csignal>

#include <sys/syscall.h>
#include <unistd.h>

#include "native/hook.hpp"
#include "native/inside.hpp"
#include "native/noise.hpp"
#include "native/past_stores.hpp"
#include "native/real.hpp"

namespace heddle::native {
namespace {

void leave_program() {
    if (!noisy || !watching()) return;
    const Inside inside;
    drain(*me);
}

/// The system makes the stores so far visible to whoever is reached.
void reach_others() {
    leave_program();
    show_all_stores();
}

int queue_signal(pid_t process, int signal, const union sigval value) {
    reach_others();
    return HEDDLE_NATIVE(sigqueue)(process, signal, value);
}
int queue_to_thread(pthread_t thread, int signal, const union sigval value) {
    reach_others();
    return HEDDLE_NATIVE(pthread_sigqueue)(thread, signal, value);
}

long system_call(long number, long a, long b, long c, long d, long e, long f) {
    using Function = long (*)(long, long, long, long, long, long, long);
    static const auto real = reinterpret_cast<Function>(dlsym(RTLD_NEXT, "syscall"));
    // A barrier in all threads at once, so that others need none: from the first one on (mostly the registration) memory is strong.
    if (number == SYS_membarrier) end_weak_memory();
    if (number == SYS_futex) leave_program();
    else reach_others();
    return real(number, a, b, c, d, e, f);
}

} // namespace

std::span<const Hook> system_hooks() {
    static const Hook hooks[]{
        hook("sigqueue", queue_signal), hook("pthread_sigqueue", queue_to_thread), hook("syscall", system_call),
    };
    return hooks;
}

} // namespace heddle::native
