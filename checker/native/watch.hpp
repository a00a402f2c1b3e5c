// What the process that started the run sees of its threads while they run, in shared memory: who waits for what since
// when, and whether anything moves. It is there after the run was killed, too.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace heddle::native {

enum class Waiting : std::uint8_t {
    no,
    mutex, read_lock, write_lock, condition, join, semaphore, barrier, once, signal,
    library, ///< inside one, until another thread lets it go on: in a futex, as the kernel says (a future), or in a loop (a latch)
    outside, ///< in a system call that somebody else may end (sleep, read, a timed wait)
    ended,
};

struct WatchedStack {
    std::uint32_t count = 0;
    std::array<std::uint64_t, 16> pcs{};
};

struct Watched {
    std::atomic<std::uint32_t> alive{0};
    std::atomic<Waiting> waiting{Waiting::no};
    std::atomic<std::uint64_t> object{0}; ///< its address; join: the other thread's number
    std::atomic<std::uint32_t> sync{0};   ///< index in `holders`
    std::atomic<std::uint64_t> moves{0};  ///< operations that changed something
    std::atomic<std::uint64_t> spins{0};  ///< those that only looked, or gave up the processor
    std::atomic<bool> in_loop{false};     ///< of the standard library's, in which it waits for another thread (a latch, std::atomic::wait)
    std::uint64_t looked_at = 0;          ///< address of the last such look
    std::uint64_t function = 0;           ///< what the thread runs
    WatchedStack at;                      ///< where it waits
    struct Lock {
        std::uint64_t address = 0;
        WatchedStack acquired;
    };
    std::array<Lock, 4> locks{};
    std::uint32_t lock_count = 0;
    std::atomic<std::uint32_t> system_id{0}; ///< the kernel's number of the thread; 0: it has not begun
    std::atomic<std::uint32_t> said{0};      ///< it has written `at` because it was asked to, see say_where
};

inline constexpr std::uint32_t max_watched = 4096, max_syncs = 1u << 22;

/// The memory that both sides share.
struct WatchBoard {
    std::atomic<std::uint32_t> threads{0};        ///< entries of `thread` in use
    std::atomic<std::uint32_t> exiting{0};        ///< exit() has been called
    std::atomic<std::uint32_t> handles_signals{0}; ///< the program has handlers: one may wake a thread that waits
    std::atomic<int> say_where{0};                ///< the signal that makes a thread write where it is; 0: none
    std::array<Watched, max_watched> thread;
    std::array<std::atomic<std::uint32_t>, max_syncs> holders; ///< of each lock: its owner's number + 1
};

extern WatchBoard* board;

} // namespace heddle::native
