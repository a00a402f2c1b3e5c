#include "native/stuck.hpp"

#include <algorithm>

namespace heddle::native {
namespace {

bool ends_by_itself(Waiting waiting) { return waiting == Waiting::outside || waiting == Waiting::signal; }

} // namespace

void StuckDetector::collect(const WatchBoard& board, std::uint32_t count) {
    threads_.clear();
    for (std::uint32_t i = 0; i < count; ++i) {
        const Watched& watched = board.thread[i];
        if (!watched.alive) continue;
        StuckThread thread;
        thread.thread = i;
        thread.waiting = watched.waiting;
        thread.object = watched.object;
        thread.function = watched.function;
        thread.at = watched.at;
        for (std::uint32_t lock = 0; lock < watched.lock_count && lock < watched.locks.size(); ++lock)
            thread.locks.push_back(watched.locks[lock]);
        if (thread.waiting == Waiting::no) thread.object = watched.looked_at, thread.locks.clear();
        if (thread.waiting == Waiting::join) thread.holder = static_cast<std::int64_t>(thread.object);
        if (thread.waiting == Waiting::mutex || thread.waiting == Waiting::read_lock || thread.waiting == Waiting::write_lock)
            thread.holder = std::int64_t{board.holders[watched.sync]} - 1;
        threads_.push_back(std::move(thread));
    }
}

bool StuckDetector::mark_cycle() {
    const auto of = [&](std::int64_t serial) {
        return std::find_if(threads_.begin(), threads_.end(), [&](const StuckThread& t) { return t.thread == serial; });
    };
    for (StuckThread& start : threads_) {
        auto at = of(start.thread);
        std::size_t steps = 0;
        while (at != threads_.end() && at->waiting != Waiting::no && !ends_by_itself(at->waiting) && at->holder >= 0 &&
               steps++ <= threads_.size()) {
            at = of(at->holder);
            if (at != threads_.end() && at->thread == start.thread) {
                start.in_cycle = true;
                break;
            }
        }
    }
    return std::any_of(threads_.begin(), threads_.end(), [](const StuckThread& t) { return t.in_cycle; });
}

Stuck StuckDetector::look(const WatchBoard& board, std::chrono::steady_clock::time_point now) {
    const std::uint32_t count = std::min(board.threads.load(), max_watched);
    std::uint64_t moves = 0;
    bool all_wait = count > 0, one_outside = false, one_spins = false, one_computes = false;
    spins_of_.resize(count);
    for (std::uint32_t i = 0; i < count; ++i) {
        const Watched& watched = board.thread[i];
        moves += watched.moves;
        if (!watched.alive) {
            if (watched.waiting != Waiting::ended) all_wait = false, one_computes = true; // not begun yet
            continue;
        }
        const Waiting waiting = watched.waiting;
        const bool spun = watched.spins != spins_of_[i];
        spins_of_[i] = watched.spins;
        if (waiting == Waiting::no) {
            all_wait = false;
            if (spun) one_spins = true;
            else one_computes = true;
        } else if (ends_by_itself(waiting)) {
            one_outside = true;
        }
    }
    if (moves != moves_) moves_ = moves, same_ = 0, moved_at_ = now;
    else if (one_computes) same_ = 0, moved_at_ = now;
    else ++same_;
    if (count == 0) return Stuck::no;

    // A cycle of holders is final, whatever other threads do. It must be the same one, unmoved, at several looks.
    collect(board, count);
    if (mark_cycle()) {
        std::uint64_t print = 1;
        for (const StuckThread& t : threads_)
            if (t.in_cycle) print = print * 31 + t.thread * 7 + t.object + board.thread[t.thread].moves;
        cycle_looks_ = print == cycle_ ? cycle_looks_ + 1 : 0;
        cycle_ = print;
        if (cycle_looks_ >= 3) return Stuck::deadlock;
    } else {
        cycle_ = 0;
    }
    if (same_ >= 4 && all_wait && !one_outside && !board.exiting) return Stuck::deadlock;
    if (one_computes || now - moved_at_ < patience_) return Stuck::no;
    if (one_spins && !one_outside) return Stuck::livelock;
    return Stuck::hang;
}

} // namespace heddle::native
