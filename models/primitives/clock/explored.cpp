// Clocks and sleeping. A clock is one event whose value the engine makes from what happened before it (Execution::
// time_of_clock); sleeping is no event: what has passed goes with the thread's next operation. Static constructors see the
// time at which every execution begins.

#include "primitives/clock/explored.hpp"

#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

#include "runtime/hooks.hpp"

using namespace heddle;
using namespace heddle::runtime;
using namespace heddle::primitives;

namespace heddle::primitives {

void pass(Fiber& fiber, std::int64_t nanoseconds) {
    if (nanoseconds <= 0) return;
    fiber.slept += nanoseconds;
    if (fiber.not_before) fiber.not_before += nanoseconds;
}

void pass_until(Fiber& fiber, std::int64_t nanoseconds) {
    if (fiber.not_before < nanoseconds) fiber.not_before = nanoseconds;
}

} // namespace heddle::primitives

namespace {

constexpr std::int64_t second = 1'000'000'000;

std::int64_t time_in(const Value& result) { return static_cast<std::int64_t>(result); }

/// The hook returns what the continuation makes of the time.
template <typename T>
T read_clock(std::uint64_t pc, Continuation then) {
    if (!on_fiber()) {
        Value now = start_of_time;
        if (then) then(outside, now);
        return static_cast<T>(now);
    }
    pending_operation(OpKind::clock, nullptr, pc);
    return suspend_and_return<T>(then);
}

/// What is to be written, in Fiber::scratch: where, and since when the clock counts.
enum { place, since };

template <typename T>
void write(Fiber& fiber, const T& value) {
    auto* destination = reinterpret_cast<T*>(fiber.scratch[place]);
    if (!destination) return;
    plain_write(destination, sizeof value, fiber.operation.pc);
    *destination = value;
}

bool timespec_written(Fiber& fiber, Value& result) {
    const std::int64_t time = time_in(result) - static_cast<std::int64_t>(fiber.scratch[since]);
    write(fiber, timespec{time / second, time % second});
    result = fiber.scratch[2]; // what the function returns
    return true;
}

bool timeval_written(Fiber& fiber, Value& result) {
    write(fiber, timeval{time_in(result) / second, time_in(result) % second / 1000});
    result = 0;
    return true;
}

bool seconds_written(Fiber& fiber, Value& result) {
    result = static_cast<std::uint64_t>(time_in(result) / second);
    write(fiber, static_cast<time_t>(result));
    return true;
}

bool ticks(Fiber&, Value& result) {
    result = static_cast<std::uint64_t>((time_in(result) - start_of_time) / (second / CLOCKS_PER_SEC));
    return true;
}

/// Clocks of processor time count from the beginning of the program.
bool counts_from_start(clockid_t clock) { return clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID || clock < 0; }

void about(void* destination, std::int64_t from = 0, int returned = 0) {
    Fiber& fiber = current();
    fiber.scratch[place] = reinterpret_cast<std::uint64_t>(destination);
    fiber.scratch[since] = static_cast<std::uint64_t>(from);
    fiber.scratch[2] = static_cast<std::uint64_t>(returned);
}

} // namespace

// entry.S: heddle_NAME goes on in heddle_heddle_NAME; import_table.cpp binds NAME to the first.

extern "C" int heddle_heddle_clock_gettime(clockid_t clock, timespec* time) {
    about(time, counts_from_start(clock) ? start_of_time : 0);
    return read_clock<int>(HEDDLE_PC, timespec_written);
}

extern "C" int heddle_heddle_timespec_get(timespec* time, int base) {
    about(time, 0, base);
    return read_clock<int>(HEDDLE_PC, timespec_written);
}

extern "C" int heddle_heddle_gettimeofday(timeval* time, void*) {
    about(time);
    return read_clock<int>(HEDDLE_PC, timeval_written);
}

extern "C" time_t heddle_heddle_time(time_t* time) {
    about(time);
    return read_clock<time_t>(HEDDLE_PC, seconds_written);
}

extern "C" clock_t heddle_heddle_clock() { return read_clock<clock_t>(HEDDLE_PC, ticks); }

/// std::chrono::steady_clock::now and system_clock::now.
extern "C" std::int64_t heddle_heddle_chrono_now() { return read_clock<std::int64_t>(HEDDLE_PC, nullptr); }

extern "C" int heddle_clock_getres(clockid_t, timespec* resolution) {
    if (resolution) {
        plain_write(resolution, sizeof *resolution, HEDDLE_PC);
        *resolution = {0, 1};
    }
    return 0;
}

// Sleeping

namespace {

/// Static constructors do not sleep.
void sleep_for(std::int64_t nanoseconds) {
    if (on_fiber()) pass(current(), nanoseconds);
}

void sleep_until(std::int64_t nanoseconds) {
    if (on_fiber()) pass_until(current(), nanoseconds);
}

void sleep_for(const timespec* time, std::uint64_t pc) {
    plain_read(time, sizeof *time, pc);
    sleep_for(nanoseconds(*time));
}

} // namespace

extern "C" int heddle_nanosleep(const timespec* time, timespec*) {
    sleep_for(time, HEDDLE_PC);
    return 0;
}

extern "C" int heddle_clock_nanosleep(clockid_t, int flags, const timespec* time, timespec*) {
    if (!(flags & TIMER_ABSTIME)) {
        sleep_for(time, HEDDLE_PC);
        return 0;
    }
    plain_read(time, sizeof *time, HEDDLE_PC);
    sleep_until(nanoseconds(*time));
    return 0;
}

extern "C" int heddle_usleep(useconds_t microseconds) {
    sleep_for(static_cast<std::int64_t>(microseconds) * 1000);
    return 0;
}

extern "C" unsigned heddle_sleep(unsigned seconds) {
    sleep_for(seconds * second);
    return 0;
}

/// std::this_thread::__sleep_for(seconds, nanoseconds)
extern "C" void heddle_sleep_for(std::int64_t seconds, std::int64_t nanoseconds) { sleep_for(seconds * second + nanoseconds); }

/// The shadow headers': so much time passes; it is no earlier than so many nanoseconds since the clocks' epoch.
extern "C" void heddle_pass(std::int64_t nanoseconds) noexcept { sleep_for(nanoseconds); }
extern "C" void heddle_pass_until(std::int64_t nanoseconds) noexcept { sleep_until(nanoseconds); }
