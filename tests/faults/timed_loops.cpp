// Loops over waits with a limit. Each round is another time, and they were inconclusive at the bound of unrolling. Each pattern
// says what is right; what the number of rounds or a deadline decides is told in the broken ones.
// check: as expected
// check -- -O0: as expected
// within: 60
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <ctime>
#include <future>
#include <mutex>
#include <semaphore>
#include <thread>

#include <heddle/heddle.hpp>

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

struct Flag {
    std::mutex mutex;
    std::condition_variable changed;
    bool set = false;

    void raise() {
        std::lock_guard lock(mutex);
        set = true;
        changed.notify_one();
    }

    void wait() {
        std::unique_lock lock(mutex);
        while (!set) changed.wait_for(lock, 1ms);
    }
};

// No locals: clang puts what one thread keeps of a time beside what others use, and a round then changes shared memory.
Flag flag;
std::timed_mutex mutex;
int count = 0;

} // namespace

HEDDLE_PATTERN(waits_until_it_is_set, "A wait of one millisecond again and again") {
    std::thread setter([&] { flag.raise(); });
    flag.wait();
    setter.join();
}

HEDDLE_PATTERN(nobody_notifies, "The waiter finds out when its time is over") {
    std::thread setter([&] {
        std::lock_guard lock(flag.mutex);
        flag.set = true;
    });
    flag.wait();
    setter.join();
}

HEDDLE_PATTERN(nobody_sets_it, "The waiter looks for ever", "livelock") {
    std::thread setter([&] { flag.changed.notify_one(); });
    flag.wait();
    setter.join();
}

HEDDLE_PATTERN(set_without_the_mutex, "It looks while the flag is written", "data race") {
    std::thread setter([&] { flag.set = true; });
    flag.wait();
    setter.join();
}

HEDDLE_PATTERN(waits_with_a_predicate, "wait_for with a predicate, in a loop") {
    std::thread setter([&] { flag.raise(); });
    {
        std::unique_lock lock(flag.mutex);
        while (!flag.changed.wait_for(lock, 1ms, [&] { return flag.set; })) {
        }
    }
    setter.join();
}

HEDDLE_PATTERN(counts_its_rounds, "What the loop counts decides", "assertion") {
    std::thread setter([&] { flag.raise(); });
    {
        std::unique_lock lock(flag.mutex);
        for (int rounds = 0; !flag.set; ++rounds) {
            heddle::ensure(rounds < 3, "it is set in time");
            flag.changed.wait_for(lock, 1ms);
        }
    }
    setter.join();
}

HEDDLE_PATTERN(gives_up, "Waits of a millisecond for five seconds in all", "assertion") {
    std::thread setter([&] { flag.raise(); });
    {
        std::unique_lock lock(flag.mutex);
        const auto end = Clock::now() + 5s;
        while (!flag.set && Clock::now() < end) flag.changed.wait_for(lock, 1ms);
        heddle::ensure(flag.set, "five seconds are enough");
    }
    setter.join();
}

HEDDLE_PATTERN(gives_up_and_says_so, "The same, and it does not claim that") {
    std::thread setter([&] { flag.raise(); });
    {
        std::unique_lock lock(flag.mutex);
        const auto end = Clock::now() + 5s;
        while (!flag.set && Clock::now() < end) flag.changed.wait_for(lock, 1ms);
    }
    setter.join();
    heddle::ensure(flag.set, "it is set in the end");
}

HEDDLE_PATTERN(late_for_the_first_time_anywhere, "Two clocks in a loop: either may be the first to be late", "assertion") {
    std::thread setter([&] { flag.raise(); });
    bool late = false;
    {
        std::unique_lock lock(flag.mutex);
        const auto end = Clock::now() + 1s;
        while (!flag.set && Clock::now() < end) {
            flag.changed.wait_for(lock, 1ms);
            late = Clock::now() >= end;
        }
        heddle::ensure(flag.set || late, "who gives up knows that it is late");
    }
    setter.join();
}

HEDDLE_PATTERN(counts_seconds, "Until five seconds have passed by another clock") {
    const std::time_t begin = std::time(nullptr);
    std::unique_lock lock(flag.mutex);
    while (std::time(nullptr) - begin < 5) flag.changed.wait_for(lock, 100ms);
}

HEDDLE_PATTERN(seen_in_each_round, "Another thread may meet five rounds of a loop before its time is over", "assertion") {
    std::thread holder([&] {
        for (const auto end = Clock::now() + 10ms; Clock::now() < end; std::this_thread::sleep_for(1ms)) std::lock_guard lock(mutex);
    });
    int failed = 0;
    for (int i = 0; i < 5; ++i)
        if (mutex.try_lock()) mutex.unlock();
        else ++failed;
    heddle::ensure(failed < 5, "some attempt succeeds");
    holder.join();
}

HEDDLE_PATTERN(tries_until_it_is_free, "try_lock_for in a loop") {
    const auto work = [&] {
        while (!mutex.try_lock_for(1ms)) {
        }
        ++count;
        mutex.unlock();
    };
    std::thread other(work);
    work();
    other.join();
    heddle::ensure(count == 2, "both have had it");
}

HEDDLE_PATTERN(never_free, "The mutex stays locked by who joins", "livelock") {
    mutex.lock();
    std::thread other([&] {
        while (!mutex.try_lock_for(1ms)) {
        }
        mutex.unlock();
    });
    other.join();
    mutex.unlock();
}

HEDDLE_PATTERN(counts_its_attempts, "Attempts are counted", "assertion") {
    std::thread other([&] { std::lock_guard lock(mutex); });
    for (int attempts = 0; !mutex.try_lock_for(1ms); ++attempts) heddle::ensure(attempts < 2, "two attempts are enough");
    mutex.unlock();
    other.join();
}

HEDDLE_PATTERN(future_in_pieces, "A future waited for a millisecond at a time") {
    std::promise<int> promise;
    auto future = promise.get_future();
    std::thread other([&] { promise.set_value(3); });
    while (future.wait_for(1ms) != std::future_status::ready) {
    }
    heddle::ensure(future.get() == 3, "the value arrives");
    other.join();
}

HEDDLE_PATTERN(future_never_ready, "Nobody keeps the promise", "livelock") {
    std::promise<int> promise;
    auto future = promise.get_future();
    while (future.wait_for(1ms) != std::future_status::ready) {
    }
}

HEDDLE_PATTERN(future_given_up, "The value may come after the deadline", "assertion") {
    std::promise<int> promise;
    auto future = promise.get_future();
    std::thread other([&] { promise.set_value(3); });
    const auto end = Clock::now() + 1s;
    bool ready = false;
    while (!(ready = future.wait_for(1ms) == std::future_status::ready) && Clock::now() < end) {
    }
    other.join();
    heddle::ensure(ready, "a second is enough");
}

HEDDLE_PATTERN(semaphore_in_pieces, "A semaphore tried for a millisecond at a time") {
    std::counting_semaphore<4> semaphore(0);
    int value = 0;
    std::thread other([&] {
        value = 1;
        semaphore.release();
    });
    while (!semaphore.try_acquire_for(1ms)) {
    }
    heddle::ensure(value == 1, "the value is there");
    other.join();
}

HEDDLE_PATTERN(semaphore_in_vain, "Nobody releases it", "livelock") {
    std::counting_semaphore<4> semaphore(0);
    while (!semaphore.try_acquire_for(1ms)) {
    }
}

HEDDLE_PATTERN(polls_and_sleeps, "An atomic flag looked at each millisecond until a deadline") {
    std::atomic<bool> raised{false};
    std::thread setter([&] { raised = true; });
    const auto end = Clock::now() + 10ms;
    while (!raised && Clock::now() < end) std::this_thread::sleep_for(1ms);
    setter.join();
    heddle::ensure(raised, "it is set in the end");
}

HEDDLE_PATTERN(polls_beside_a_start_time, "It remembers when it began, and nobody sets the flag", "livelock") {
    std::atomic<bool> raised{false};
    const auto begin = Clock::now();
    std::thread([&] { heddle::ensure(!raised, "nobody sets it"); }).join();
    while (!raised) std::this_thread::sleep_for(1ms);
    heddle::ensure(Clock::now() >= begin, "time does not go back");
}
