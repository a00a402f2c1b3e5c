#include "native/noise.hpp"

#include <atomic>
#include <ctime>

#include <sched.h>

namespace heddle::native {

bool noisy = false;

namespace {

std::uint64_t seed_ = 0;
std::uint64_t change_points_[4] = {};   ///< numbers of visible operations, all threads together
std::atomic<std::uint64_t> operations_{0};
bool one_processor_ = false;
unsigned eagerness_ = 0;                ///< one operation in so many is delayed

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

void make_noise(std::uint64_t seed) {
    noisy = true;
    seed_ = seed;
    std::uint64_t state = seed;
    // Runs differ in length by orders of magnitude; the points are spread over all of them.
    for (std::uint64_t& point : change_points_) point = next(state) % (std::uint64_t{8} << next(state) % 12);
    one_processor_ = next(state) % 4 == 0;
    eagerness_ = 1u << (1 + next(state) % 4);
}

void join_noise(Thread& thread) {
    if (!noisy) return;
    std::uint64_t state = seed_ ^ (0xd1342543de82ef95 * (thread.serial + 1));
    thread.noise_rank = static_cast<std::uint32_t>(next(state) % 8);
    thread.random = state;
    if (one_processor_ && thread.serial == 0) { // inherited by the others
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(sched_getcpu() < 0 ? 0 : sched_getcpu(), &one);
        sched_setaffinity(0, sizeof one, &one);
    }
}

void perturb(Thread& thread) {
    const std::uint64_t number = operations_.fetch_add(1, std::memory_order_relaxed);
    for (const std::uint64_t point : change_points_)
        if (number == point) {
            thread.noise_rank = 12;
            sleep_for(500 + next(thread.random) % 2500);
        }
    // Long runs get their noise at the begin and now and then after it.
    const unsigned rarely = number < 2000 ? eagerness_ : number < 100'000 ? eagerness_ * 64 : eagerness_ * 4096;
    if (next(thread.random) % rarely) return;
    if (next(thread.random) % 3 == 0) sched_yield();
    else sleep_for(next(thread.random) % (10u << (thread.noise_rank / 2)));
}

} // namespace heddle::native
