// A lock for a few instructions, free of the interposed pthread functions.
#pragma once

#include <atomic>
#include <cstdint>

#include <sched.h>

namespace heddle::native {

/// After some rounds the holder is probably not running: let it.
inline void pause_round(unsigned& round) {
    if (++round < 64) __builtin_ia32_pause();
    else sched_yield();
}

class SpinLock {
public:
    void lock() {
        for (unsigned round = 0; held_.exchange(1, std::memory_order_acquire);)
            while (held_.load(std::memory_order_relaxed)) pause_round(round);
    }
    bool try_lock() { return !held_.exchange(1, std::memory_order_acquire); }
    void unlock() { held_.store(0, std::memory_order_release); }

private:
    std::atomic<std::uint32_t> held_{0};
};

} // namespace heddle::native
