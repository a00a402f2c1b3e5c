#include "native/ending.hpp"

#include <cstdlib>
#include <vector>

#include <time.h>

#include "native/callbacks.hpp"
#include "native/findings.hpp"
#include "native/inside.hpp"
#include "native/thread.hpp"
#include "native/watch.hpp"

namespace heddle::native {
namespace {

using std::chrono::milliseconds;

milliseconds lingers{0};

/// Threads that had ended when exit() was called, and were neither joined nor detached. (One that still ran then may be meant
/// to; a static destructor may yet join the others.)
std::vector<const Thread*> left_over;

bool is_left_over(const Thread& thread) { return thread.ended && !thread.joined && !thread.detached && thread.created_at; }

/// Until all other threads have ended, or wait for each other, or the time is over.
void let_others_go_on() {
    const timespec moment{0, 1'000'000};
    std::uint64_t moves_before = 0;
    milliseconds still{0};
    const milliseconds longest(wanted_lingering(static_cast<std::size_t>(lingers.count())));
    for (milliseconds time{0}; time < longest && others_running(); time += milliseconds(1)) {
        clock_nanosleep(CLOCK_MONOTONIC, 0, &moment, nullptr);
        std::uint64_t moves = 0;
        bool all_wait = true;
        for (std::uint32_t serial = 0, count = board->threads.load(); serial < count; ++serial) {
            const Watched& watched = board->thread[serial];
            if (!watched.alive || serial == me->serial) continue;
            moves += watched.moves;
            const Waiting waiting = watched.waiting;
            if (waiting == Waiting::no || waiting == Waiting::outside || waiting == Waiting::signal) all_wait = false;
        }
        still = all_wait && moves == moves_before ? still + milliseconds(1) : milliseconds(0);
        moves_before = moves;
        if (still >= milliseconds(20)) return;
    }
}

} // namespace

void begin_ending() {
    if (board->exiting.exchange(1)) return;
    const Inside inside;
    if (me) drain(*me);
    for (std::uint32_t serial = 1, count = thread_count(); serial < count; ++serial)
        if (const Thread* thread = thread_numbered(serial); is_left_over(*thread)) left_over.push_back(thread);
}

void at_the_end() {
    begin_ending();
    const Inside inside;
    for (const Thread* thread : left_over)
        if (is_left_over(*thread)) found_leak(*thread);
    left_over.clear();
    if (me) drain(*me), let_others_go_on();
    tell_program_of_end();
}

void prepare_ending(milliseconds time) {
    lingers = time;
    std::atexit(at_the_end);
}

} // namespace heddle::native
