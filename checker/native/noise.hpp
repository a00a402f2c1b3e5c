// Seeded perturbation of the order of threads, after PCT (Burckhardt et al., ASPLOS 2010): each thread gets a random rank
// and waits at visible operations the longer the lower it is; at a few random points of the run a thread falls to the
// lowest rank. Real threads obey no scheduler of ours, so these are delays, not decisions.
#pragma once

#include <cstdint>

#include "native/thread.hpp"

namespace heddle::native {

extern bool noisy;

/// From now on, with that seed.
void make_noise(std::uint64_t seed);
/// The thread has begun.
void join_noise(Thread& thread);
void perturb(Thread& thread);

/// Before every visible operation.
inline void visible(Thread& thread) {
    if (noisy) [[unlikely]] perturb(thread);
}

} // namespace heddle::native
