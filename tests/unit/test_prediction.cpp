// Prediction against the slow and obvious: all orders that a small recording could have gone in, one by one.
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "smt/predict.hpp"
#include "smt/reordering.hpp"
#include "recording_generator.hpp"

using namespace heddle;
using namespace heddle::smt;
using trace::RecordedThread;
using tests::Generator, tests::K;
using tests::plain_at, tests::atomic_at, tests::mutex_at, tests::condition_at, tests::semaphore_at;

namespace {

/// Every order of the recording's events in which each thread sees what it saw; what can be next at the same time.
class Enumeration {
public:
    explicit Enumeration(const Recording& recording) : r_(recording) {
        find_sources();
        State state;
        state.next.assign(r_.threads.size(), 0);
        state.waiting.assign(r_.threads.size(), 0);
        explore(state);
    }

    std::set<std::pair<Reference, Reference>, bool (*)(const std::pair<Reference, Reference>&, const std::pair<Reference, Reference>&)> races{
        [](const auto& a, const auto& b) {
            return std::tuple(a.first.thread, a.first.index, a.second.thread, a.second.index) <
                   std::tuple(b.first.thread, b.first.index, b.second.thread, b.second.index);
        }};
    /// Whether the events can happen in this order, and then those of `next` are each next in their threads.
    bool can_follow(const std::vector<Reference>& schedule, const std::vector<Reference>& next) const {
        State first;
        first.next.assign(r_.threads.size(), 0);
        first.waiting.assign(r_.threads.size(), 0);
        std::vector<State> states{first};
        for (const Reference& at : schedule) {
            std::vector<State> after;
            for (const State& s : states) {
                if (executed(s, at)) { // the second half of an update
                    after.push_back(s);
                    continue;
                }
                if (s.next[at.thread] != at.index || !possible(s, at.thread, event(at))) continue;
                for (const State& t : perform(s, at.thread, event(at))) after.push_back(t);
            }
            states = std::move(after);
        }
        return !states.empty() && std::all_of(next.begin(), next.end(), [&](Reference r) { return states[0].next[r.thread] == r.index; });
    }

    bool deadlock_seen(std::vector<Reference> acquisitions) const { return deadlocks_.contains(key(acquisitions)); }

private:
    struct State {
        std::vector<std::uint32_t> next;
        std::vector<char> waiting; ///< 1: for the condition, 2: woken
        std::map<std::uint64_t, Reference> writer; ///< of plain memory
        std::map<std::uint64_t, unsigned> value;
        std::map<std::uint64_t, int> owner, readers;
        int units = 0;

        std::vector<std::uint64_t> key() const {
            std::vector<std::uint64_t> k(next.begin(), next.end());
            k.insert(k.end(), waiting.begin(), waiting.end());
            for (const auto& [a, w] : writer) k.insert(k.end(), {a, w.thread, w.index});
            for (const auto& [a, v] : value) k.insert(k.end(), {a, v});
            return k;
        }
    };

    static std::vector<std::uint64_t> key(const std::vector<Reference>& references) {
        std::vector<std::uint64_t> k;
        for (const Reference& r : references) k.push_back(std::uint64_t{r.thread} << 32 | r.index);
        std::sort(k.begin(), k.end());
        return k;
    }

    /// By time, which is the order in which it was recorded.
    void find_sources() {
        std::map<std::uint32_t, Reference> by_time;
        for (std::uint32_t t = 0; t < r_.threads.size(); ++t)
            for (std::uint32_t i = 0; i < r_.threads[t].events.size(); ++i) by_time[r_.threads[t].events[i].time] = {t, i};
        std::map<std::uint64_t, Reference> writer;
        for (const auto& [time, at] : by_time) {
            const RecordedEvent& e = event(at);
            if (e.kind == K::plain_read && writer.contains(e.address)) source_[{at.thread, at.index}] = writer[e.address];
            if (e.kind == K::plain_write) writer[e.address] = at;
        }
    }

    const RecordedEvent& event(Reference r) const { return r_.threads[r.thread].events[r.index]; }
    std::uint32_t release_after(Reference r) const {
        const auto& events = r_.threads[r.thread].events;
        std::uint32_t i = r.index;
        while (i < events.size() && !is_release(events[i].kind)) ++i;
        return i;
    }

    void explore(const State& state) {
        if (!seen_.insert(state.key()).second) return;
        note(state);
        for (std::uint32_t t = 0; t < state.next.size(); ++t) {
            if (state.next[t] >= r_.threads[t].events.size()) continue;
            const RecordedEvent& e = event({t, state.next[t]});
            if (!possible(state, t, e)) continue;
            for (const State& after : perform(state, t, e)) explore(after);
        }
    }

    void note(const State& s) {
        std::vector<std::uint32_t> blocked;
        for (std::uint32_t a = 0; a < s.next.size(); ++a) {
            if (s.next[a] >= r_.threads[a].events.size()) continue;
            const RecordedEvent& x = event({a, s.next[a]});
            if (x.kind == K::lock || x.kind == K::lock_shared) blocked.push_back(a);
            for (std::uint32_t b = a + 1; b < s.next.size(); ++b) {
                if (s.next[b] >= r_.threads[b].events.size()) continue;
                const RecordedEvent& y = event({b, s.next[b]});
                if (is_plain(x.kind) && is_plain(y.kind) && x.address == y.address &&
                    (is_write(x.kind) || is_write(y.kind)))
                    races.insert({{a, s.next[a]}, {b, s.next[b]}});
            }
        }
        for (const std::uint32_t a : blocked)
            for (const std::uint32_t b : blocked)
                if (a < b && waits_for(s, a, b) && waits_for(s, b, a)) deadlocks_.insert(key({{a, s.next[a]}, {b, s.next[b]}}));
    }

    bool waits_for(const State& s, std::uint32_t a, std::uint32_t b) const {
        const RecordedEvent& e = event({a, s.next[a]});
        // b holds it exclusively, or for reading and a wants to write.
        int depth = 0, shared = 0;
        for (std::uint32_t i = 0; i < s.next[b]; ++i) {
            const RecordedEvent& x = event({b, i});
            if (x.address == e.address) {
                depth += (x.kind == K::lock) - (x.kind == K::unlock);
                shared += (x.kind == K::lock_shared) - (x.kind == K::unlock_shared);
            }
            if (x.kind == K::wait_begin && x.value == e.address) --depth;
        }
        return depth > 0 || (shared > 0 && e.kind == K::lock);
    }

    bool executed(const State& s, Reference r) const { return s.next[r.thread] > r.index; }

    bool possible(const State& s, std::uint32_t t, const RecordedEvent& e) const {
        const Reference me{t, s.next[t]};
        switch (e.kind) {
        case K::start: {
            if (t == 0) return true;
            for (std::uint32_t i = 0; i < s.next[0]; ++i)
                if (event({0, i}).kind == K::create && event({0, i}).other == t) return true;
            return false;
        }
        case K::end: return t != 0;
        case K::join: return s.next[e.other] == r_.threads[e.other].events.size();
        case K::lock: return !s.owner.contains(e.address) && (!s.readers.contains(e.address) || s.readers.at(e.address) == 0);
        case K::lock_shared: return !s.owner.contains(e.address);
        case K::trylock_failed: return s.owner.contains(e.address) || (s.readers.contains(e.address) && s.readers.at(e.address) > 0);
        case K::wait_end: return s.waiting[t] == 2;
        case K::take: return s.units > 0;
        case K::atomic_read:
        case K::rmw_read: return (s.value.contains(e.address) ? s.value.at(e.address) : 0) == e.value;
        case K::plain_read: {
            const auto wanted = source_.find({me.thread, me.index});
            const auto now = s.writer.find(e.address);
            if (wanted == source_.end()) return now == s.writer.end();
            if (now == s.writer.end() || !(now->second == wanted->second)) return false;
            // All of the writer's segment has happened (unless it had not when this was recorded: a race there).
            const std::uint32_t writer = wanted->second.thread, release = release_after(wanted->second);
            const bool raced = release >= r_.threads[writer].events.size() || event({writer, release}).time > e.time;
            return writer == t || raced || s.next[writer] > release;
        }
        case K::plain_write:
            // Nobody's segment that has read it is still going on (what it read again is not recorded).
            for (std::uint32_t other = 0; other < s.next.size(); ++other) {
                if (other == t) continue;
                for (std::uint32_t i = 0; i < s.next[other]; ++i)
                    if (event({other, i}).kind == K::plain_read && event({other, i}).address == e.address &&
                        release_after({other, i}) >= s.next[other])
                        return false;
            }
            return true;
        default: return true;
        }
    }

    /// What may follow (a signal wakes any of the waiters).
    std::vector<State> perform(State s, std::uint32_t t, const RecordedEvent& e) const {
        const Reference me{t, s.next[t]++};
        switch (e.kind) {
        case K::lock: s.owner[e.address] = int(t); break;
        case K::unlock: s.owner.erase(e.address); break;
        case K::lock_shared: ++s.readers[e.address]; break;
        case K::unlock_shared: --s.readers[e.address]; break;
        case K::wait_begin:
            s.owner.erase(std::uint64_t(e.value));
            s.waiting[t] = 1;
            break;
        case K::wait_end: s.waiting[t] = 0; break;
        case K::broadcast:
            for (char& w : s.waiting)
                if (w == 1) w = 2;
            break;
        case K::signal: {
            std::vector<State> all;
            for (std::size_t w = 0; w < s.waiting.size(); ++w)
                if (s.waiting[w] == 1) {
                    all.push_back(s);
                    all.back().waiting[w] = 2;
                }
            if (!all.empty()) return all;
            break;
        }
        case K::post: ++s.units; break;
        case K::take: --s.units; break;
        case K::atomic_write: s.value[e.address] = unsigned(e.value); break;
        case K::rmw_read: {
            const RecordedEvent& second = event({t, s.next[t]});
            s.value[e.address] = unsigned(second.value);
            ++s.next[t];
            break;
        }
        case K::plain_write: s.writer[e.address] = me; break;
        default: break;
        }
        return {s};
    }

    const Recording& r_;
    std::map<std::pair<std::uint32_t, std::uint32_t>, Reference> source_;
    std::set<std::vector<std::uint64_t>> seen_, deadlocks_;
};

std::string text_of(const Recording& recording) {
    std::string text;
    for (std::size_t t = 0; t < recording.threads.size(); ++t)
        for (const RecordedEvent& e : recording.threads[t].events)
            text += "T" + std::to_string(t) + " @" + std::to_string(e.time) + " kind " + std::to_string(int(e.kind)) + " at " +
                    std::to_string(e.address) + " value " + std::to_string(unsigned(e.value)) + " other " +
                    std::to_string(e.other) + "\n";
    return text;
}

/// The thread of `a` wants a lock that the thread of `b` holds when it wants its own.
bool waits_for(const History& history, Place a, Place b) {
    const RecordedEvent &x = history[a], &y = history[b];
    const auto takes = [](K kind) { return kind == K::lock || kind == K::lock_shared; };
    if (!takes(x.kind) || !takes(y.kind) || history.at(a).thread == history.at(b).thread) return false;
    for (const std::uint32_t r : history.held_at(b))
        if (history.regions()[r].lock == x.address && !(history.regions()[r].shared && x.kind == K::lock_shared)) return true;
    return false;
}

std::vector<Reference> references(const History& history, const std::vector<Place>& places) {
    std::vector<Reference> all;
    for (const Place p : places) all.push_back(history.at(p));
    return all;
}

unsigned first_seed() {
    const char* given = std::getenv("HEDDLE_SEED");
    return given ? unsigned(std::atoi(given)) : 1;
}

} // namespace

TEST_CASE("Z3 and an enumeration of all reorderings agree on which accesses can happen at once", "[prediction]") {
    std::uint64_t pairs = 0, possible = 0, recordings = 0, cycles = 0, possible_cycles = 0;
    for (unsigned seed = first_seed(); seed < first_seed() + 1000; ++seed) {
        const Recording recording = Generator(seed).run();
        const Enumeration enumeration(recording);
        const History history(recording);
        INFO("HEDDLE_SEED=" << seed << " gives\n" << text_of(recording));
        REQUIRE(history.left_out() == 0);
        ++recordings;
        Window window(history, 0, history.size(), std::chrono::milliseconds(0));
        Effort effort;
        for (Place a = 0; a < history.size(); ++a)
            for (Place b = a + 1; b < history.size(); ++b) {
                const RecordedEvent &x = history[a], &y = history[b];
                Reference one = history.at(a), other = history.at(b);
                if (!is_plain(x.kind) || !is_plain(y.kind) || x.address != y.address || one.thread == other.thread ||
                    !(is_write(x.kind) || is_write(y.kind)))
                    continue;
                if (other.thread < one.thread) std::swap(one, other);
                Question question;
                question.next = {a, b};
                std::vector<Place> schedule;
                const Answer answer = window.ask(question, schedule, effort);
                const bool expected = enumeration.races.contains({one, other});
                INFO("T" << one.thread << " event " << one.index << " and T" << other.thread << " event " << other.index);
                REQUIRE(answer == (expected ? Answer::satisfiable : Answer::unsatisfiable));
                ++pairs, possible += expected;
                if (expected) REQUIRE(enumeration.can_follow(references(history, schedule), {one, other}));
                // The quick answers of the filters are no others.
                if (expected) CHECK_FALSE((history.must_precede(a, b) || history.must_precede(b, a) || history.locked_apart(a, b)));
            }
        for (Place a = 0; a < history.size(); ++a)
            for (Place b = a + 1; b < history.size(); ++b) {
                if (!waits_for(history, a, b) || !waits_for(history, b, a)) continue;
                Question question;
                question.next = {a, b};
                std::vector<Place> schedule;
                const bool expected = enumeration.deadlock_seen({history.at(a), history.at(b)});
                INFO("the locks at " << a << " and " << b);
                REQUIRE(window.ask(question, schedule, effort) ==
                        (expected ? Answer::satisfiable : Answer::unsatisfiable));
                if (expected)
                    REQUIRE(enumeration.can_follow(references(history, schedule), {history.at(a), history.at(b)}));
                ++cycles, possible_cycles += expected;
            }
    }
    std::printf("%llu recordings, %llu pairs, %llu of them possible; %llu lock cycles, %llu of them possible\n",
                (unsigned long long)recordings, (unsigned long long)pairs, (unsigned long long)possible,
                (unsigned long long)cycles, (unsigned long long)possible_cycles);
    INFO(recordings << " recordings, " << pairs << " pairs, " << possible << " of them possible");
    CHECK(pairs > 1500);
    CHECK(possible > 200);
    CHECK(possible < pairs - 200);
    CHECK(cycles > 30);
    CHECK(possible_cycles > 5);
    CHECK(possible_cycles < cycles);
}
