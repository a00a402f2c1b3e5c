// Waiting for an atomic object to change, and notifying those who wait: std::atomic::wait and notify_*, futexes, the status
// of a future. The wait is one read that the unwanted value keeps where it is; that somebody must be notified is looked at
// where a wait has read a value that is not the newest (decision 15). What the shadow headers (include/shadow) call.

#include <cerrno>
#include <climits>
#include <cstdarg>
#include <cstring>
#include <ctime>

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "primitives/clock/explored.hpp"
#include "runtime/hooks.hpp"

using namespace heddle;
using namespace heddle::runtime;
using namespace heddle::primitives;

/// Whether the caller is explored (and not run on real threads, or a static constructor).
extern "C" int heddle_explored() noexcept { return from_fiber(); }

/// The next load of the object waits until the value is another than `unwanted`, of `size` bytes. 0: a notification must wake
/// it; the change itself does for 1, the status of a future, and 2, the phase of a barrier.
extern "C" void heddle_await(const volatile void* object, std::size_t size, const void* unwanted, int what) noexcept {
    Fiber& fiber = current();
    fiber.waiting = what == 0 ? Wait::notified : what == 1 ? Wait::future : Wait::phase;
    fiber.awaited = reinterpret_cast<std::uint64_t>(object);
    fiber.unwanted = 0;
    std::memcpy(&fiber.unwanted, unwanted, size < sizeof fiber.unwanted ? size : sizeof fiber.unwanted);
}

/// Whether there has been such a load since heddle_await.
extern "C" int heddle_has_awaited() noexcept {
    Fiber& fiber = current();
    const bool done = fiber.waiting == Wait::none;
    fiber.waiting = Wait::none;
    return done;
}

/// From here on the loads of the calling thread are those of a loop that waits for something: 1 for a latch or barrier, 2 for
/// anything else; 0 ends the loop.
extern "C" void heddle_waiting(int what) noexcept {
    if (from_fiber()) current().waiting = what == 0 ? Wait::none : what == 1 ? Wait::meeting : Wait::condition;
}

extern "C" void heddle_heddle_notify(const volatile void* object, int all) {
    if (!from_fiber()) return;
    pending_operation(OpKind::notify, object, HEDDLE_PC).operand = all ? notify_all : 1;
    suspend_and_return<void>();
}

// --- futex -------------------------------------------------------------------------------------------------------------

namespace {

/// A system call's failure, as syscall() returns it.
bool fails_with(Fiber& fiber, Value& result, int error) {
    fiber.error_number = error;
    result = static_cast<std::uint64_t>(-1);
    return true;
}

/// It was woken after it had slept, or found the value changed: the caller cannot know which comes.
bool woken_or_changed(Fiber& fiber, Value& result) { return result ? fails_with(fiber, result, EAGAIN) : true; }

bool changed(Fiber& fiber, Value&) {
    and_then(fiber, OpKind::choose, 0, woken_or_changed);
    fiber.operation.operand = 2;
    return false;
}

/// With a time limit: when the value is still the same it has timed out.
bool changed_in_time(Fiber& fiber, Value& result) {
    if (truncate(result, 4) != fiber.scratch[0]) return changed(fiber, result);
    pass_until(fiber, static_cast<std::int64_t>(fiber.scratch[1]));
    return fails_with(fiber, result, ETIMEDOUT);
}

long futex_wait(const std::uint32_t* word, std::uint32_t value, const timespec* limit, bool absolute, std::uint64_t pc) {
    Operation& op = pending_operation(OpKind::load, word, pc);
    op.size = sizeof *word;
    if (!limit) {
        op.wait = Wait::notified;
        op.expected = value;
        return suspend_and_return<long>(changed);
    }
    Fiber& fiber = current();
    const std::int64_t time = nanoseconds(*limit);
    fiber.scratch[0] = value;
    fiber.scratch[1] = static_cast<std::uint64_t>(absolute ? time : 0);
    if (!absolute) pass(fiber, time);
    return suspend_and_return<long>(changed_in_time);
}

bool how_many(Fiber&, Value& result) {
    result = 0;
    return true;
}

long futex_wake(const std::uint32_t* word, std::uint32_t count, std::uint64_t pc) {
    if (count == 0) return 0;
    pending_operation(OpKind::notify, word, pc).operand = count > 1000 ? notify_all : count;
    return suspend_and_return<long>(how_many);
}

} // namespace

extern "C" pid_t heddle_gettid() { return from_fiber() ? static_cast<pid_t>(current().number + 1) : HEDDLE_REAL(gettid); }

extern "C" long heddle_heddle_syscall(long number, long a, long b, long c, long d, long e, long f) {
    if (!from_fiber()) return HEDDLE_REAL(syscall, number, a, b, c, d, e, f);
    const std::uint64_t pc = HEDDLE_PC;
    if (number == SYS_gettid) return heddle_gettid();
    if (number != SYS_futex) fail_unsupported("syscall", pc);
    const auto* word = reinterpret_cast<const std::uint32_t*>(a);
    switch (b & FUTEX_CMD_MASK) {
    case FUTEX_WAIT: return futex_wait(word, static_cast<std::uint32_t>(c), reinterpret_cast<timespec*>(d), false, pc);
    case FUTEX_WAIT_BITSET:
        return futex_wait(word, static_cast<std::uint32_t>(c), reinterpret_cast<timespec*>(d), true, pc);
    case FUTEX_WAKE:
    case FUTEX_WAKE_BITSET: return futex_wake(word, static_cast<std::uint32_t>(c), pc);
    default: fail_unsupported("syscall(SYS_futex) with an operation other than waiting and waking", pc);
    }
}
