// The race detector of real threads against the slow obvious one: every access kept for ever with the vector clock of its
// thread. Threads are only data here: one after the other they do what a seeded generator says.
#include <cstdlib>
#include <random>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "native/accesses.hpp"
#include "native/findings.hpp"
#include "native/heap.hpp"
#include "native/inside.hpp"
#include "native/places.hpp"
#include "native/sync.hpp"
#include "native/thread.hpp"

using namespace heddle::native;

namespace {

/// All that a run sets up, in this process; threads are entered by setting `me`.
struct Runtime {
    int ends[2];
    Runtime() {
        reserve_shadow();
        reserve_places();
        reserve_syncs();
        reserve_blocks();
        board = static_cast<WatchBoard*>(reserve(sizeof(WatchBoard)));
        REQUIRE(pipe2(ends, O_NONBLOCK) == 0);
        send_findings_to(ends[1]);
        begin_threads();
        leave();
    }
    static void leave() { me = nullptr; }
    bool found() {
        Found one;
        bool any = false;
        while (read(ends[0], &one, sizeof one) == static_cast<ssize_t>(sizeof one)) any |= one.kind == FoundKind::race;
        return any;
    }
};

Runtime& runtime() {
    static Runtime one;
    return one;
}

using Clock = std::vector<unsigned>;

struct KeptAccess {
    unsigned thread, begin, end;
    bool write, atomic;
    Clock clock; ///< of its thread at that time
};

/// The obvious detector: vector clocks that count every operation.
struct Obvious {
    std::vector<Clock> clocks;
    std::vector<Clock> released;
    std::vector<KeptAccess> accesses;

    Obvious(unsigned threads, unsigned objects) : clocks(threads, Clock(threads)), released(objects, Clock(threads)) {
        for (unsigned t = 0; t < threads; ++t) clocks[t][t] = 1;
    }
    static void join(Clock& into, const Clock& from) {
        for (std::size_t i = 0; i < into.size(); ++i) into[i] = std::max(into[i], from[i]);
    }
    bool access(const KeptAccess& now) {
        bool race = false;
        for (const KeptAccess& old : accesses)
            race |= old.thread != now.thread && old.begin < now.end && now.begin < old.end && (old.write || now.write) &&
                    !(old.atomic && now.atomic) && old.clock[old.thread] > clocks[now.thread][old.thread];
        accesses.push_back(now);
        accesses.back().clock = clocks[now.thread];
        return race;
    }
};

} // namespace

TEST_CASE("the first race of a run is the one that an exhaustive detector finds", "[native]") {
    const char* given = std::getenv("HEDDLE_SEED");
    const unsigned first = given ? static_cast<unsigned>(std::atoi(given)) : 1, count = given ? 1 : 3000;
    Runtime& all = runtime();
    alignas(64) static std::uint64_t memory[2];
    unsigned races = 0, lists = 0;
    for (unsigned seed = first; seed < first + count; ++seed) {
        INFO("HEDDLE_SEED=" << seed);
        std::mt19937 random(seed);
        const auto pick = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
        const unsigned threads = 2 + pick(6), objects = 1 + pick(3), seldom = 3u << pick(7);
        // Reuse of slots is part of what is tested: the threads of one seed are joined before the next.
        me = thread_numbered(0);
        std::vector<Thread*> real;
        Obvious obvious(threads + 1, objects);
        std::vector<Message> messages(objects);
        forget_accesses(reinterpret_cast<std::uint64_t>(memory), sizeof memory);
        real.push_back(me);
        for (unsigned t = 1; t <= threads; ++t) {
            real.push_back(new_thread(*me, 0, 1));
            Obvious::join(obvious.clocks[t], obvious.clocks[0]);
            ++obvious.clocks[0][0];
        }
        bool over = false;
        for (unsigned step = 0; step < 60 && !over; ++step) {
            const unsigned t = pick(threads + 1), what = pick(10), object = pick(objects);
            me = real[t];
            if (what < 2) {
                const bool add = pick(2);
                release_to(*me, messages[object], add);
                if (add) Obvious::join(obvious.released[object], obvious.clocks[t]);
                else obvious.released[object] = obvious.clocks[t];
                ++obvious.clocks[t][t];
            } else if (what < 6) {
                acquire_from(*me, messages[object]);
                Obvious::join(obvious.clocks[t], obvious.released[object]);
            } else {
                const unsigned log = pick(4), size = 1u << log, at = pick(16 / size) * size;
                const bool write = pick(seldom) == 0, atomic = pick(6) == 0;
                const Access kind = atomic ? (write ? Access::atomic_write : Access::atomic_read) : write ? Access::write : Access::read;
                access(reinterpret_cast<std::uint64_t>(memory) + at, log, kind, 1000 + std::uint64_t{seed} * 100 + step);
                const bool expected = obvious.access({t, at, at + size, write, atomic, {}});
                const bool seen = all.found();
                CAPTURE(step, t, at, size, write, atomic);
                REQUIRE(seen == expected);
                races += seen;
                over = seen; // from here on the two may choose differently whom to blame
            }
        }
        lists += (*cells_of(reinterpret_cast<std::uint64_t>(memory)) & list_flag) != 0;
        for (unsigned t = 1; t <= threads; ++t) {
            Thread* ended = real[t];
            me = ended;
            ended->stack_low = ended->stack_high = 0;
            leave_thread(*ended);
            me = real[0];
            acquire_from(*me, ended->final);
            retire_thread(*ended);
        }
        Runtime::leave();
    }
    if (!given) {
        CHECK(races > 500);  // the generator makes both kinds
        CHECK(races < 2900);
        CHECK(lists > 20);   // and granules with more than four accesses
    }
}

TEST_CASE("an epoch that was released holds nothing that comes later", "[native]") {
    runtime();
    me = thread_numbered(0);
    Thread& thread = *me;
    Message first, second, third;
    thread.news = true;
    release_to(thread, first, false);
    release_to(thread, second, false); // nothing new in between: the same epoch
    CHECK(first[thread.slot] == second[thread.slot]);
    CHECK(first[thread.slot] < thread.epoch());
    thread.news = true;
    release_to(thread, third, false);
    CHECK(third[thread.slot] == second[thread.slot] + 1);
    Runtime::leave();
}

TEST_CASE("places of the same path have the same number, and recursion does not make new ones", "[native]") {
    runtime();
    CHECK(place_of(0, 77, 0) == place_of(0, 77, 0));
    CHECK(place_of(0, 77, 0) != place_of(place_of(0, 77, 0), 77, 0));
    Thread& thread = *thread_numbered(0);
    const std::uint32_t depth = thread.depth;
    const auto call = [&](std::uint64_t pc) { thread.frames[thread.depth++].pc = pc; };
    call(501), call(502);
    const Place once = context_of(thread);
    for (int i = 0; i < 100; ++i) call(501), call(502);
    CHECK(context_of(thread) == once);
    thread.depth = depth;
    thread.placed = std::min(thread.placed, depth);
}
