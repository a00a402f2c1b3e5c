// Seeded perturbation of the order of threads, after PCT (Burckhardt et al., ASPLOS 2010): each thread gets a random rank
// and waits at visible operations the longer the lower it is; at a few random points of the run a thread falls to the
// lowest rank. Real threads obey no scheduler of ours, so these are delays, not decisions. Half of the runs have store
// buffers as well.
#pragma once

#include <atomic>
#include <cstdint>

#include "native/thread.hpp"

namespace heddle::native {

extern bool noisy;
/// Stores may wait (store_buffer.hpp).
extern std::atomic<bool> buffers_stores;

/// From now on, with that seed.
void make_noise(std::uint64_t seed);
/// From now on stores do not wait and loads see the newest ones.
void end_weak_memory();
/// The thread has begun.
void join_noise(Thread& thread);
void perturb(Thread& thread);
/// Something is so that other threads should have time to see it.
void linger(Thread& thread);

std::uint64_t random_of(Thread& thread);

/// Before every visible operation.
inline void visible(Thread& thread) {
    if (!noisy) [[likely]] return;
    perturb(thread); // first: meanwhile the stores wait
    if (thread.buffer.count) drain(thread);
}
/// … but for an atomic load or store, which may overtake waiting stores, or wait itself.
inline void visible_access(Thread& thread) {
    if (noisy) [[unlikely]] perturb(thread);
}

} // namespace heddle::native
