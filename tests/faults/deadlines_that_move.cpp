// Right: the assertion fails, in the third or thirteenth round. In each round a time of the program's own moves on by exactly what the
// clock does, so that a round looks like the one before but for the time; but another time stands still, and in the end they differ by
// what is asserted. A comparison of states that lets every time move with the clock would verify all of them.
// check: as expected
// check -- -O0: as expected
// check -- -O2: as expected
// within: 10
#include <atomic>
#include <cassert>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <heddle/heddle.hpp>

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

std::mutex m;
std::condition_variable changed;
std::timed_mutex timed;
std::atomic<bool> flag;
bool ready;
Clock::time_point begin, deadline;

template <class Waiter>
void with_setter(Waiter waiter) {
    std::thread thread(waiter);
    { std::lock_guard guard(m); ready = true; }
    changed.notify_one();
    flag = true;
    thread.join();
}

HEDDLE_PATTERN(a_deadline_moves, "A global deadline moves on by a millisecond a round", "assertion") {
    begin = deadline = Clock::now();
    with_setter([] {
        std::unique_lock lock(m);
        while (!ready) { deadline += 1ms; changed.wait_until(lock, deadline); assert(deadline - begin != 3ms); }
    });
}

HEDDLE_PATTERN(a_deadline_moves_for_long, "The same, but the thirteenth round", "assertion") {
    begin = deadline = Clock::now();
    with_setter([] {
        std::unique_lock lock(m);
        while (!ready) { deadline += 1ms; changed.wait_until(lock, deadline); assert(deadline - begin != 13ms); }
    });
}

HEDDLE_PATTERN(a_local_deadline_moves, "A local deadline, and a sleep until it", "assertion") {
    with_setter([] {
        const auto start = Clock::now();
        auto until = start;
        while (!flag) { until += 1ms; std::this_thread::sleep_until(until); assert(until - start != 3ms); }
    });
}

HEDDLE_PATTERN(time_that_has_passed, "Nothing moves but the clock, which is looked at", "assertion") {
    with_setter([] {
        const auto start = Clock::now();
        while (!flag) {
            std::this_thread::sleep_for(1ms);
            const auto passed = Clock::now() - start;
            assert(!(passed >= 3ms && passed < 4ms));
        }
    });
}

HEDDLE_PATTERN(the_seventh_round, "A stage that is too short for doublings of the time", "assertion") {
    with_setter([] {
        const auto start = Clock::now();
        while (!flag) {
            std::this_thread::sleep_for(1ms);
            const auto passed = Clock::now() - start;
            assert(!(passed >= 7ms && passed < 7ms + 50us));
        }
    });
}

HEDDLE_PATTERN(a_stage_in_between, "It spins at first, yields after ten milliseconds (wrongly), and sleeps after a hundred", "assertion") {
    with_setter([] {
        const auto start = Clock::now();
        while (!flag) {
            const auto passed = Clock::now() - start;
            if (passed < 10ms) continue;
            assert(passed >= 100ms);
            std::this_thread::sleep_for(1ms);
        }
    });
}

HEDDLE_PATTERN(a_sum_of_times, "What was waited is added up", "assertion") {
    with_setter([] {
        std::unique_lock lock(m);
        std::chrono::nanoseconds waited{0};
        while (!ready) { changed.wait_for(lock, 1ms); waited += 1ms; assert(waited != 3ms); }
    });
}

HEDDLE_PATTERN(a_lock_until_a_deadline_that_moves, "A timed lock is tried with later and later deadlines", "assertion") {
    deadline = Clock::now();
    const auto first = deadline;
    timed.lock();
    std::thread thread([=] {
        do { deadline += 1ms; assert(deadline - first < 4ms); } while (!timed.try_lock_until(deadline));
        timed.unlock();
    });
    timed.unlock();
    thread.join();
}
