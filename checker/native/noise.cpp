#include "native/noise.hpp"

#include <atomic>
#include <ctime>

#include <sched.h>

#include "native/past_stores.hpp"
#include "native/recorder.hpp"

namespace heddle::native {

bool noisy = false;
std::atomic<bool> buffers_stores{false};

namespace {

/// Runs differ in what is perturbed how: no one way brings out every bug.
enum class Style { gusts, one_is_slow, long_pauses, slow_motion };

std::uint64_t seed_ = 0;
Style style_ = Style::gusts;
std::atomic<std::uint64_t> operations_{0};
bool one_processor_ = false;
unsigned eagerness_ = 2; ///< gusts: one operation in so many is delayed

std::uint64_t next(std::uint64_t& state) { // splitmix64 (Steele, Lea, Flood, OOPSLA 2014)
    std::uint64_t z = state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

void sleep_for(std::uint64_t microseconds) {
    const timespec time{static_cast<time_t>(microseconds / 1'000'000), static_cast<long>(microseconds % 1'000'000 * 1000)};
    clock_nanosleep(CLOCK_MONOTONIC, 0, &time, nullptr);
}

} // namespace

std::uint64_t random_of(Thread& thread) { return next(thread.random); }

void make_noise(std::uint64_t seed) {
    noisy = true;
    seed_ = seed;
    std::uint64_t state = seed;
    style_ = static_cast<Style>(next(state) % 4);
    one_processor_ = next(state) % 4 == 0;
    buffers_stores = next(state) % 4 != 0;
    eagerness_ = 1u << (1 + next(state) % 4);
    // A recording is taken to show one order of everything in which each read sees the newest write.
    const std::uint64_t weak = next(state) % 8;
    if (weak && !recording) remember_stores(1 + static_cast<unsigned>(weak % 3));
}

void end_weak_memory() { buffers_stores = remembers_stores = false; }

void join_noise(Thread& thread) {
    if (!noisy) return;
    std::uint64_t state = seed_ ^ (0xd1342543de82ef95 * (thread.serial + 1));
    thread.noise_rank = static_cast<std::uint32_t>(next(state) % 8);
    // Where the thread makes its pause: its first operations more often than later ones, for most runs are short.
    thread.pause_at = next(state) % (std::uint64_t{4} << next(state) % 5);
    thread.pause_again_at = thread.pause_at + 1 + next(state) % (std::uint64_t{4} << next(state) % 6);
    thread.random = state;
    if (one_processor_ && thread.serial == 0) { // inherited by the others
        cpu_set_t one;
        CPU_ZERO(&one);
        const int here = sched_getcpu();
        CPU_SET(here < 0 ? 0 : here, &one);
        sched_setaffinity(0, sizeof one, &one);
    }
}

void linger(Thread& thread) {
    if (thread.visible_operations < 256) sleep_for(random_of(thread) % 1000);
}

void perturb(Thread& thread) {
    const std::uint64_t mine = thread.visible_operations++;
    switch (style_) {
    case Style::long_pauses:
        // The change points of PCT: here the thread falls behind all others.
        if (mine == thread.pause_at || mine == thread.pause_again_at) sleep_for(1000 + random_of(thread) % 2000);
        return;
    case Style::one_is_slow:
        if (mine < 200 && thread.noise_rank >= 4 && random_of(thread) % 2) sleep_for(random_of(thread) % (40u << (thread.noise_rank - 4)));
        return;
    case Style::slow_motion:
        // Everybody's stores wait long, and whatever can overlap does.
        if (mine < 64) sleep_for(random_of(thread) % 300);
        return;
    case Style::gusts: break;
    }
    const std::uint64_t number = operations_.fetch_add(1, std::memory_order_relaxed);
    // Long runs get their noise at the begin, and now and then after it.
    const unsigned rarely = number < 2000 ? eagerness_ : number < 100'000 ? eagerness_ * 64 : eagerness_ * 4096;
    if (random_of(thread) % rarely) return;
    if (random_of(thread) % 3 == 0) sched_yield();
    else sleep_for(random_of(thread) % (10u << (thread.noise_rank / 2)));
}

} // namespace heddle::native
