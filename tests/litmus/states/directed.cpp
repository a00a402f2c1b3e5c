// Programs that show that a part of the residual is needed, or that a rule is: each fell to an earlier definition without it. The
// description says how many outcomes (results and final memory) there are under rc11, where they were counted by hand or by brute force.
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <heddle/heddle.hpp>

std::atomic<int> x, y, z, u, v;
std::mutex m, n;
int p;
long out[8];

template <class... Bodies> void run(Bodies... bodies) {
    std::thread all[]{std::thread(bodies)...};
    for (auto& t : all) t.join();
    out[4] = x, out[5] = y, out[6] = z, out[7] = u * 8 + v;
}

constexpr auto rlx = std::memory_order_relaxed, acq = std::memory_order_acquire, rel = std::memory_order_release, sc = std::memory_order_seq_cst;
void F() { std::atomic_thread_fence(sc); }

// The bad order is W W F R(stale) F R: the edge from the fence to the write exists before the write's thread fences.
HEDDLE_PATTERN(store_buffering_with_fences, "3 outcomes") {
    run([] { x.store(1, rlx); F(); out[0] = y.load(rlx); }, [] { y.store(1, rlx); F(); out[1] = x.load(rlx); });
}
HEDDLE_PATTERN(two_views_of_two_writes, "16 outcomes") {
    run([] { x.store(1, sc); }, [] { y.store(1, sc); }, [] { const int a = x.load(acq); out[0] = a * 2 + y.load(sc); },
        [] { const int c = y.load(acq); out[1] = c * 2 + x.load(sc); });
}
// A seq_cst object beside a relaxed one is not in interleaving memory.
HEDDLE_PATTERN(old_value_after_a_relaxed_message, "4 outcomes") {
    run([] { x.store(1, sc); y.store(1, rlx); }, [] { const int a = y.load(rlx); out[0] = a * 2 + x.load(sc); });
}
// Fences in one total order need not follow porf.
HEDDLE_PATTERN(fences_against_reads_from, "8 outcomes") {
    run([] { x.store(1, rlx); F(); y.store(1, rlx); }, [] { const int a = y.load(rlx); z.store(1, rlx); out[0] = a; },
        [] { const int b = z.load(rlx); F(); out[1] = b * 2 + x.load(rlx); });
}
// What a message carries is what its writer had seen when it wrote.
HEDDLE_PATTERN(view_of_a_message, "4 outcomes") {
    run([] { x.store(1, rlx); }, [] { x.load(rlx); y.store(1, rel); x.load(rlx); }, [] { const int c = y.load(acq); out[0] = c * 2 + x.load(rlx); });
}
// A write that an update has read stays next to it.
HEDDLE_PATTERN(mark_of_an_update, "24 outcomes") {
    run([] { x.store(1, rlx); }, [] { x.exchange(1); }, [] { x.store(2, rlx); },
        [] { const int a = x.load(rlx), b = x.load(rlx), c = x.load(rlx); out[0] = a * 9 + b * 3 + c; });
}
// What an acquire fence will take from relaxed reads before it.
HEDDLE_PATTERN(pending_messages, "5 outcomes") {
    run([] { y.store(1, rlx); x.store(1, rel); x.store(2, rlx); },
        [] { x.load(rlx); const int a = x.load(rlx); z.load(rlx); std::atomic_thread_fence(acq); out[0] = a * 2 + y.load(rlx); });
}
HEDDLE_PATTERN(view_at_a_release_fence, "4 outcomes") {
    run([] { z.store(1, rlx); x.store(1, rel); }, [] { x.load(acq); std::atomic_thread_fence(rel); x.load(acq); y.store(1, rlx); },
        [] { const int a = y.load(acq); out[0] = a * 2 + z.load(rlx); });
}
HEDDLE_PATTERN(race_behind_a_message, "", "data race") {
    run([] { p = 1; x.store(1, rel); }, [] { x.load(acq); if (x.load(rlx)) y.store(1, rel); }, [] { if (y.load(acq)) out[0] = p; });
}
HEDDLE_PATTERN(race_behind_a_mutex, "", "data race") {
    run([] { p = 1; x.store(1, rel); }, [] { x.load(acq); if (x.load(rlx)) { m.lock(); y = 1; m.unlock(); } },
        [] { m.lock(); const bool there = y == 1; m.unlock(); if (there) out[0] = p; });
}
// Being woken orders nothing: a third thread has seen the write, and its signal is all that the reader has of it.
HEDDLE_PATTERN(race_behind_a_signal, "", "data race") {
    static std::condition_variable c;
    run([] { p = 1; x = 1; }, [] { if (x.load()) { m.lock(); m.unlock(); c.notify_one(); } },
        [] { n.lock(); { std::unique_lock<std::mutex> g(n, std::adopt_lock); y = 1; c.wait(g); } out[0] = p; });
}
HEDDLE_PATTERN(update_passes_the_message_on, "9 outcomes") {
    run([] { out[0] = x.fetch_add(1, rlx); }, [] { const int b = x.exchange(2, sc); y.store(2, rlx); out[1] = b; }, [] { y.store(1, rlx); x.store(1, sc); });
}
HEDDLE_PATTERN(two_kinds_of_ways_in, "7 outcomes") {
    run([] { x.store(1, rlx); }, [] { const int a = x.load(rlx); F(); out[0] = a * 2 + y.load(rlx); }, [] { y.store(1, rlx); F(); out[1] = x.load(rlx); });
}
HEDDLE_PATTERN(happens_before_is_not_coherence, "32 outcomes") {
    run([] { const int a = x.load(rlx); F(); const int b = y.load(rlx); u.store(1, rlx); out[0] = a * 2 + b; },
        [] { x.store(1, rlx); const int c = u.load(rlx); v.store(1, rlx); out[1] = c; },
        [] { y.store(1, sc); const int d = v.load(rlx); out[2] = d * 2 + x.load(sc); });
}
HEDDLE_PATTERN(fences_before_reads_are_not_before_writes, "28 outcomes") {
    run([] { y.store(1, rlx); F(); const int a = x.load(rlx); u.store(1, rlx); out[0] = a; }, [] { x.store(1, rlx); const int b = u.load(rlx); v.store(1, rlx); out[1] = b; },
        [] { const int c = v.load(rlx), d = x.load(rlx); F(); out[2] = c * 4 + d * 2 + y.load(rlx); });
}
// A try fails because of somebody who has unlocked, as seen through a relaxed write.
HEDDLE_PATTERN(try_in_the_past, "") {
    run([] { m.lock(); y.fetch_add(1); m.unlock(); x.store(1, rlx); },
        [] { const int a = x.load(rlx); if (m.try_lock()) { out[0] = a + 2; m.unlock(); } else out[0] = a; });
}
HEDDLE_PATTERN(deadlock_of_two, "", "deadlock") {
    run([] { std::lock_guard a(m); std::lock_guard b(n); }, [] { std::lock_guard b(n); std::lock_guard a(m); });
}
// Both give way for ever: no execution is stuck, and each round changes something.
HEDDLE_PATTERN(both_give_way, "", "livelock") {
    run([] { x = 1; while (y) { x = 0; x = 1; } x = 0; }, [] { y = 1; while (x) { y = 0; y = 1; } y = 0; });
}
