#include "smt/history.hpp"

#include <algorithm>
#include <map>
#include <queue>
#include <unordered_map>

#include "smt/stacks.hpp"
#include "trace/recorded_kinds.hpp"

namespace heddle::smt {

using trace::RecordedThread;
using Clock = std::chrono::steady_clock;

namespace {
constexpr std::uint64_t address_space = std::uint64_t{1} << 48; ///< addresses of recordings are below
}

bool is_read(RecordedKind kind) {
    return kind == RecordedKind::plain_read || kind == RecordedKind::atomic_read || kind == RecordedKind::rmw_read;
}

bool is_write(RecordedKind kind) {
    return kind == RecordedKind::plain_write || kind == RecordedKind::atomic_write || kind == RecordedKind::rmw_write;
}

bool is_plain(RecordedKind kind) { return kind == RecordedKind::plain_read || kind == RecordedKind::plain_write; }

bool is_release(RecordedKind kind) { return trace::is(kind, trace::releases); }

namespace {

/// Whether the recorder counts the events of its address.
bool is_counted(RecordedKind kind) { return trace::is(kind, trace::counts); }

} // namespace

class History::Builder {
public:
    Builder(History& history, Clock::time_point until)
        : h_(history), until_(until), threads_(history.recording_.threads), stacks_(stacks_of(history.recording_)) {
        const std::size_t count = threads_.size();
        next_.assign(count, 0);
        reached_.assign(count, 0);
        h_.places_.resize(count);
        for (std::size_t t = 0; t < count; ++t) h_.places_[t].assign(threads_[t].events.size(), nowhere);
        held_.resize(count);
        held_number_.assign(count, 0);
        waiting_since_.assign(count, nowhere);
        created_.assign(count, nowhere);
        ended_.assign(count, nowhere);
        h_.held_sets_.emplace_back();
        h_.clocks_.emplace_back(std::vector<std::uint32_t>(count, 0));
        clock_of_thread_.assign(count, 0);
        if (count) created_[0] = 0;
    }

    void build() {
        for (std::uint32_t t = 0; t < threads_.size(); ++t) wake(t);
        for (unsigned steps = 0; !ready_.empty(); ++steps) {
            if (words_ > most_words || (steps % 1024 == 0 && Clock::now() >= until_)) break;
            const std::uint32_t t = ready_.top().second;
            ready_.pop();
            if (next_[t] < threads_[t].events.size() && is_ready(t)) {
                emit(t);
                if (is_second_half(t)) emit(t); // one step: nobody comes between the halves
                wake(t);
            }
        }
        std::uint64_t all = 0;
        for (const RecordedThread& thread : threads_) all += thread.events.size();
        h_.left_out_ = all - h_.order_.size();
        find_granules();
    }

private:
    static constexpr std::uint64_t most_words = 1u << 26; ///< of clocks and sets of locks: 256 MiB

    void find_granules() {
        for (Place p = 0; p < h_.size(); ++p) {
            const RecordedEvent& e = h_[p];
            if (e.kind == RecordedKind::release) h_.granules_.push_back(e.address / 8);
            else if (is_read(e.kind) || is_write(e.kind)) h_.for_granules(p, [&](std::uint64_t granule) { h_.granules_.push_back(granule); });
        }
        std::sort(h_.granules_.begin(), h_.granules_.end());
        h_.granules_.erase(std::unique(h_.granules_.begin(), h_.granules_.end()), h_.granules_.end());
    }

    using Waiter = std::pair<std::uint32_t, std::uint32_t>; ///< time, thread

    const RecordedEvent& next_of(std::uint32_t t) const { return threads_[t].events[next_[t]]; }

    void wake(std::uint32_t t) {
        if (next_[t] < threads_[t].events.size()) ready_.push({time_of(t), t});
    }
    /// Of the thread's next event; never before the one that precedes it (not all are recorded with a time).
    std::uint32_t time_of(std::uint32_t t) const { return std::max(next_of(t).time, reached_[t]); }
    void wake_all(std::vector<std::uint32_t>& waiters) {
        for (const std::uint32_t t : waiters) wake(t);
        waiters.clear();
    }

    struct Object {
        std::uint32_t last = 0; ///< sequence number
        std::vector<std::uint32_t> waiters;
    };
    struct Lock {
        std::uint32_t owner = ~0u, depth = 0;
        std::map<std::uint32_t, std::uint32_t> readers; ///< depth by thread
        std::vector<std::uint32_t> waiters;
    };

    /// Whether everything that comes before the thread's next event is there; if not, the thread waits for it.
    bool is_ready(std::uint32_t t) {
        const RecordedEvent& e = next_of(t);
        if (next_[t] == 0 && created_[t] == nowhere) {
            waiting_for_creation_[t].push_back(t);
            return false;
        }
        if (const std::uint32_t before = stacks_[t].before; next_[t] == 0 && before != nobody && ended_[before] == nowhere) {
            waiting_for_end_[before].push_back(t);
            return false;
        }
        if (e.kind == RecordedKind::join && (e.other >= ended_.size() || ended_[e.other] == nowhere)) {
            waiting_for_end_[e.other].push_back(t);
            return false;
        }
        if (e.kind == RecordedKind::lock || e.kind == RecordedKind::lock_shared) {
            Lock& lock = locks_[e.address];
            const bool held = lock.depth > 0 && lock.owner != t;
            const bool read = e.kind == RecordedKind::lock &&
                              std::any_of(lock.readers.begin(), lock.readers.end(), [&](auto& r) { return r.first != t; });
            if (held || read) {
                lock.waiters.push_back(t);
                return false;
            }
        }
        if (!is_counted(e.kind)) return true;
        Object& object = objects_[e.address];
        if (e.sequence == object.last + 1) return true;
        object.waiters.push_back(t);
        return false;
    }

    /// Whether the thread's next event is the write of the read-modify-write whose read was its last one.
    bool is_second_half(std::uint32_t t) const {
        const auto& events = threads_[t].events;
        const std::uint32_t i = next_[t];
        return i > 0 && i < events.size() && events[i].kind == RecordedKind::rmw_write &&
               events[i - 1].kind == RecordedKind::rmw_read && events[i - 1].address == events[i].address;
    }

    void emit(std::uint32_t t) {
        const RecordedEvent& e = next_of(t);
        const auto p = Place(h_.order_.size());
        h_.order_.push_back({t, next_[t]});
        h_.places_[t][next_[t]] = p;
        h_.source_.push_back(nowhere);
        h_.partner_.push_back(nowhere);
        h_.begin_.push_back(nowhere);
        h_.life_.push_back(0);
        h_.held_.push_back(held_number_[t]);
        if (is_counted(e.kind)) {
            Object& object = objects_[e.address];
            object.last = e.sequence;
            wake_all(object.waiters);
        }
        note_order(t, p, e);
        note_locks(t, p, e);
        note_waits(t, p, e);
        note_memory(t, p, e);
        h_.clock_.push_back(clock_of_thread_[t]);
        reached_[t] = time_of(t);
        ++next_[t];
    }

    // ---- what must come before what

    /// The thread comes after all that the clock covers, and after the first `count` events of `of`.
    void join_clock(std::uint32_t t, std::uint32_t clock, std::uint32_t of, std::uint32_t count) {
        std::vector<std::uint32_t> joined = h_.clocks_[clock_of_thread_[t]];
        const std::vector<std::uint32_t>& other = h_.clocks_[clock];
        for (std::size_t i = 0; i < joined.size(); ++i) joined[i] = std::max(joined[i], other[i]);
        joined[of] = std::max(joined[of], count);
        clock_of_thread_[t] = std::uint32_t(h_.clocks_.size());
        words_ += joined.size();
        h_.clocks_.push_back(std::move(joined));
    }
    void join_event(std::uint32_t t, Place before) {
        if (before >= h_.clock_.size()) return;
        const Reference r = h_.order_[before];
        const std::vector<std::uint32_t>& mine = h_.clocks_[clock_of_thread_[t]];
        if (mine[r.thread] > r.index) return; // known, and with it all that the event knew
        join_clock(t, h_.clock_[before], h_.order_[before].thread, h_.order_[before].index + 1);
    }

    void note_order(std::uint32_t t, Place p, const RecordedEvent& e) {
        switch (e.kind) {
        case RecordedKind::create:
            if (e.other < created_.size() && created_[e.other] == nowhere) {
                created_[e.other] = p;
                wake_all(waiting_for_creation_[e.other]);
            }
            break;
        case RecordedKind::start:
            if (t) join_event(t, created_[t]);
            break;
        case RecordedKind::end:
            ended_[t] = p;
            wake_all(waiting_for_end_[t]);
            break;
        case RecordedKind::join: join_event(t, ended_[e.other]); break;
        case RecordedKind::arrive: arrived_[{e.address, std::uint64_t(e.value)}].push_back(p); break;
        case RecordedKind::pass:
            for (const Place a : arrived_[{e.address, std::uint64_t(e.value)}]) join_event(t, a);
            break;
        case RecordedKind::once_run: once_[e.address] = p; break;
        case RecordedKind::once_seen:
            if (const auto run = once_.find(e.address); run != once_.end()) join_event(t, h_.begin_[p] = run->second);
            break;
        default: break;
        }
    }

    // ---- locks

    void note_locks(std::uint32_t t, Place p, const RecordedEvent& e) {
        switch (e.kind) {
        case RecordedKind::lock: {
            Lock& lock = locks_[e.address];
            lock.owner = t;
            if (lock.depth++ == 0) begin_region(t, p, e.address, false);
            break;
        }
        case RecordedKind::lock_shared:
            if (locks_[e.address].readers[t]++ == 0) begin_region(t, p, e.address, true);
            break;
        case RecordedKind::unlock: {
            Lock& lock = locks_[e.address];
            if (lock.owner == t && lock.depth > 0 && --lock.depth == 0) end_region(t, p, e.address, false);
            break;
        }
        case RecordedKind::unlock_shared: {
            auto& readers = locks_[e.address].readers;
            if (const auto mine = readers.find(t); mine != readers.end() && --mine->second == 0) {
                readers.erase(mine);
                end_region(t, p, e.address, true);
            }
            break;
        }
        case RecordedKind::wait_begin: { // gives it up however often it is held
            const auto mutex = std::uint64_t(e.value);
            Lock& lock = locks_[mutex];
            if (lock.owner == t && lock.depth > 0) lock.depth = 0, end_region(t, p, mutex, false);
            break;
        }
        default: break;
        }
    }

    void begin_region(std::uint32_t t, Place p, std::uint64_t lock, bool shared) {
        held_[t].push_back(std::uint32_t(h_.regions_.size()));
        h_.regions_.push_back({lock, t, p, nowhere, shared});
        held_changed(t);
    }

    void end_region(std::uint32_t t, Place p, std::uint64_t lock, bool shared) {
        for (std::size_t i = held_[t].size(); i-- > 0;) {
            Region& region = h_.regions_[held_[t][i]];
            if (region.lock != lock || region.shared != shared) continue;
            region.end = p;
            h_.partner_[region.begin] = p;
            held_[t].erase(held_[t].begin() + std::ptrdiff_t(i));
            break;
        }
        held_changed(t);
        wake_all(locks_[lock].waiters);
    }

    void held_changed(std::uint32_t t) {
        held_number_[t] = held_[t].empty() ? 0 : std::uint32_t(h_.held_sets_.size());
        words_ += held_[t].size();
        if (!held_[t].empty()) h_.held_sets_.push_back(held_[t]);
    }

    // ---- condition variables

    void note_waits(std::uint32_t t, Place p, const RecordedEvent& e) {
        switch (e.kind) {
        case RecordedKind::wait_begin: waiting_since_[t] = p; break;
        case RecordedKind::signal:
        case RecordedKind::broadcast: signals_[e.address].push_back({p, e.kind == RecordedKind::broadcast}); break;
        case RecordedKind::wait_end: {
            const Place since = h_.begin_[p] = waiting_since_[t];
            if (e.other != 0 || since == nowhere) break;
            // The first signal since that woke nobody else: if any choice explains all waits, this one does.
            auto& signals = signals_[e.address];
            const auto first = std::lower_bound(signals.begin(), signals.end(), since,
                                                [](const Signal& s, Place at) { return s.place < at; });
            for (auto s = first; s != signals.end(); ++s)
                if (s->all || !s->used) {
                    s->used = true;
                    h_.partner_[p] = s->place;
                    break;
                }
            break;
        }
        default: break;
        }
    }

    // ---- memory

    /// @param after_others that the memory is free of what was there before has to be waited for, in every reordering
    void begin_life(Place p, std::uint64_t begin, std::uint64_t bytes, bool after_others) {
        const std::uint64_t end = begin + std::clamp<std::uint64_t>(bytes, 1, address_space - std::min(begin, address_space - 1));
        for (auto b = blocks_.lower_bound(begin); b != blocks_.end() && b->second.begin < end; b = blocks_.erase(b))
            if (const Place freed = b->second.freed; after_others && freed != nowhere && (h_.begin_[p] == nowhere || freed > h_.begin_[p]))
                h_.begin_[p] = freed;
        blocks_[end - 1] = {begin, end - begin, ++lives_};
        h_.life_[p] = lives_;
    }

    void note_memory(std::uint32_t t, Place p, const RecordedEvent& e) {
        if (e.kind == RecordedKind::allocate) return begin_life(p, e.address, std::uint64_t(e.value), true);
        // A stack that nobody else knows the addresses of could as well be elsewhere.
        if (e.kind == RecordedKind::start && stacks_[t].bytes)
            return begin_life(p, stacks_[t].begin, stacks_[t].bytes, stacks_[t].shared);
        if (e.kind == RecordedKind::end && stacks_[t].bytes) {
            const auto b = blocks_.lower_bound(stacks_[t].begin);
            if (b != blocks_.end() && b->second.begin == stacks_[t].begin) b->second.freed = p;
            return;
        }
        if (e.kind == RecordedKind::release) {
            const auto b = blocks_.lower_bound(e.address);
            if (b == blocks_.end() || b->second.begin != e.address) return;
            h_.life_[p] = b->second.life;
            b->second.freed = p;
            h_.freed_.push_back({p, b->second.bytes});
            return; // it stays known until its memory is allocated again: later accesses are uses after the free
        }
        if (!is_read(e.kind) && !is_write(e.kind)) return;
        if (const auto b = blocks_.lower_bound(e.address); b != blocks_.end() && b->second.begin <= e.address)
            h_.life_[p] = b->second.life;
        const std::uint64_t end = e.address + std::max<std::uint64_t>(e.size, 1);
        for (std::uint64_t granule = e.address / 8; granule <= (end - 1) / 8; ++granule) {
            std::vector<Place>& writes = writes_[granule];
            if (is_read(e.kind)) {
                Place& source = h_.source_[p];
                for (const Place w : writes)
                    if (overlaps(w, p) && h_.life_[w] == h_.life_[p] && (source == nowhere || w > source)) source = w;
            } else {
                // Only the last writer of each byte matters: those that this one covers are gone.
                std::erase_if(writes, [&](Place w) {
                    const RecordedEvent& old = h_[w];
                    return h_.life_[w] != h_.life_[p] || (old.address >= e.address && old.address + old.size <= end);
                });
                writes.push_back(p);
            }
        }
    }

    bool overlaps(Place a, Place b) const {
        const RecordedEvent &x = h_[a], &y = h_[b];
        return x.address < y.address + std::max<std::uint64_t>(y.size, 1) &&
               y.address < x.address + std::max<std::uint64_t>(x.size, 1);
    }

    struct Signal {
        Place place = nowhere;
        bool all = false, used = false;
    };
    struct Block {
        std::uint64_t begin = 0, bytes = 0;
        std::uint32_t life = 0;
        Place freed = nowhere;
    };

    History& h_;
    const Clock::time_point until_;
    std::uint64_t words_ = 0; ///< so far, of what `most_words` limits
    const std::vector<RecordedThread>& threads_;
    const std::vector<Stack> stacks_; ///< by thread
    std::vector<std::uint32_t> next_, reached_; ///< of each thread: index and time
    std::priority_queue<Waiter, std::vector<Waiter>, std::greater<>> ready_;
    std::unordered_map<std::uint64_t, Object> objects_;
    std::unordered_map<std::uint64_t, Lock> locks_;
    std::map<std::uint32_t, std::vector<std::uint32_t>> waiting_for_creation_, waiting_for_end_;
    std::vector<Place> created_, ended_, waiting_since_;
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::vector<Place>> arrived_;
    std::unordered_map<std::uint64_t, Place> once_;
    std::vector<std::uint32_t> clock_of_thread_, held_number_;
    std::vector<std::vector<std::uint32_t>> held_;
    std::unordered_map<std::uint64_t, std::vector<Signal>> signals_;
    std::unordered_map<std::uint64_t, std::vector<Place>> writes_; ///< by granule: the last ones of each byte
    std::map<std::uint64_t, Block> blocks_;                        ///< by last byte
    std::uint32_t lives_ = 0;
};

History::History(const Recording& recording, Clock::time_point until) : recording_(recording) { Builder(*this, until).build(); }

Place History::release_after(Place p) const {
    const Reference r = order_[p];
    const auto& events = recording_.threads[r.thread].events;
    for (std::uint32_t i = r.index; i < events.size(); ++i)
        if (is_release(events[i].kind)) return places_[r.thread][i];
    return nowhere;
}

std::uint64_t History::bytes_of(Place p) const {
    const RecordedEvent& e = (*this)[p];
    if (e.kind == RecordedKind::allocate) return std::uint64_t(e.value);
    if (e.kind != RecordedKind::release) return e.size ? e.size : 1;
    const auto found = std::lower_bound(freed_.begin(), freed_.end(), std::pair<Place, std::uint64_t>{p, 0});
    return found != freed_.end() && found->first == p ? found->second : 1;
}

bool History::must_precede(Place a, Place b) const {
    const Reference x = order_[a], y = order_[b];
    if (x.thread == y.thread) return x.index < y.index;
    return clocks_[clock_[b]][x.thread] > x.index;
}

bool History::locked_apart(Place a, Place b) const {
    for (const std::uint32_t i : held_at(a))
        for (const std::uint32_t j : held_at(b))
            if (regions_[i].lock == regions_[j].lock && !(regions_[i].shared && regions_[j].shared)) return true;
    return false;
}

} // namespace heddle::smt
