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
        thread.system_id = watched.system_id;
        thread.waiting = watched.waiting;
        thread.object = watched.object;
        thread.function = watched.function;
        thread.at = watched.at;
        for (std::uint32_t lock = 0; lock < watched.lock_count && lock < watched.locks.size(); ++lock)
            thread.locks.push_back(watched.locks[lock]);
        if (thread.waiting == Waiting::no) thread.object = watched.looked_at, thread.locks.clear();
        if (thread.waiting == Waiting::no && watched.in_loop) thread.waiting = Waiting::library;
        if (const auto asleep = asleep_.find(thread.system_id); thread.waiting == Waiting::no && asleep != asleep_.end()) {
            thread.waiting = asleep->second.on_futex ? Waiting::library : Waiting::outside;
            thread.object = asleep->second.object;
            thread.silent = true;
        }
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

StuckDetector::Survey StuckDetector::survey(const WatchBoard& board, std::uint32_t count) {
    Survey all;
    all.all_wait = count > 0;
    spins_of_.resize(count);
    for (std::uint32_t i = 0; i < count; ++i) {
        const Watched& watched = board.thread[i];
        all.moves += watched.moves;
        if (!watched.alive) {
            if (watched.waiting != Waiting::ended) all.one_computes = true; // not begun yet
            continue;
        }
        const Waiting waiting = watched.waiting;
        const bool spun = watched.spins != spins_of_[i];
        spins_of_[i] = watched.spins;
        if (ends_by_itself(waiting)) all.one_outside = true;
        else if (waiting == Waiting::no && spun) (watched.in_loop ? all.one_loops : all.one_spins) = true;
        else if (waiting == Waiting::no) all.silent.push_back(i);
    }
    if (all.one_computes || all.one_spins) all.all_wait = false;
    return all;
}

/// Whether the thread sleeps and has not run since the last look.
bool StuckDetector::slept_on(std::uint32_t system_id, const KernelView& view) {
    const auto [known, is_new] = switches_.try_emplace(system_id, view.switches);
    const bool same = !is_new && known->second == view.switches;
    known->second = view.switches;
    return view.sleeps && same;
}

void StuckDetector::ask_kernel(const WatchBoard& board, Survey& all) {
    for (const std::uint32_t i : all.silent) {
        const std::uint32_t system_id = board.thread[i].system_id;
        const KernelView view = system_id ? kernel_view(process_, system_id) : KernelView{};
        if (!slept_on(system_id, view)) {
            all.all_wait = false;
            all.one_computes = true;
            return; // what the others do makes no difference
        }
        asleep_[system_id] = view;
        if (!view.on_futex) all.one_outside = true;
    }
}

/// Threads that the runtime does not know (the C library makes some for timers and names) may wake those that it does.
void StuckDetector::ask_about_others(const WatchBoard& board, std::uint32_t count, Survey& all) {
    std::vector<std::uint32_t> known;
    for (std::uint32_t i = 0; i < count; ++i) known.push_back(board.thread[i].system_id);
    for (const std::uint32_t system_id : threads_of(process_)) {
        if (std::ranges::find(known, system_id) != known.end()) continue;
        all.all_wait = false;
        if (slept_on(system_id, kernel_view(process_, system_id))) all.one_outside = true;
        else all.one_computes = true;
    }
}

/// A cycle of holders is final, whatever other threads do. It must be the same one, unmoved, at several looks.
bool StuckDetector::same_cycle_again(const WatchBoard& board) {
    if (!mark_cycle()) {
        cycle_ = 0;
        return false;
    }
    std::uint64_t print = 1;
    for (const StuckThread& t : threads_)
        if (t.in_cycle) print = print * 31 + t.thread * 7 + t.object + board.thread[t.thread].moves;
    cycle_looks_ = print == cycle_ ? cycle_looks_ + 1 : 0;
    cycle_ = print;
    return cycle_looks_ >= 3;
}

Stuck StuckDetector::look(const WatchBoard& board, std::chrono::steady_clock::time_point now) {
    const std::uint32_t count = std::min(board.threads.load(), max_watched);
    Survey all = survey(board, count);
    asleep_.clear();
    if (all.moves == moves_ && !all.one_computes) {
        ask_kernel(board, all);
        if (!all.one_computes) ask_about_others(board, count, all);
    } else if (!all.silent.empty()) {
        all.all_wait = false;
        all.one_computes = true; // for all that is known
    }
    if (all.moves != moves_) moves_ = all.moves, same_ = 0, moved_at_ = now;
    else if (all.one_computes) same_ = 0, moved_at_ = now;
    else ++same_;
    if (count == 0) return Stuck::no;

    collect(board, count);
    if (same_cycle_again(board)) return Stuck::deadlock;
    // A handler for a signal may wake somebody: then only patience tells.
    // (A loop of the standard library looks at what it waits for, so that it may take longer to notice.)
    if (same_ >= (all.one_loops ? 10u : 4u) && all.all_wait && !all.one_outside && !board.exiting && !board.handles_signals) return Stuck::deadlock;
    if (all.one_computes || now - moved_at_ < patience_) return Stuck::no;
    if (all.one_spins && !all.one_outside) return Stuck::livelock;
    return Stuck::hang;
}

} // namespace heddle::native
