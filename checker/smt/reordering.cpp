#include "smt/reordering.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace heddle::smt {

using trace::RecordedThread;

namespace {

constexpr std::size_t most_sources = 8; ///< writes of the right value that a read may see instead of its own: the nearest

} // namespace

class Window::Encoding {
public:
    Encoding(const History& history, Place from, Place to, std::chrono::milliseconds time_limit)
        : h_(history), from_(from), to_(to), solver_(context_, z3::solver::simple()), zero_(context_.int_val(0)) {
        // Bellman-Ford on a sparse graph: on windows of 1000 events ten times as fast as what Z3 chooses for this logic.
        z3::params parameters(context_);
        parameters.set("auto_config", false);
        parameters.set("arith.solver", 1u);
        solver_.set(parameters);
        limit(solver_, time_limit);
        for (Place p = from; p < to; ++p) order_.push_back(make_order(p));
        for (std::uint32_t t = 0; t < h_.thread_count(); ++t)
            faithful_.push_back(context_.bool_const(("faithful" + std::to_string(t)).c_str()));
        collect();
        for (Place p = from; p < to; ++p) constrain(p);
        for (const auto& [lock, regions] : regions_) exclude(regions);
    }

    Answer ask(const Question& question, std::vector<Place>& schedule, Effort& effort) {
        solver_.push();
        for (const Place p : question.next) {
            solver_.add(order(p) == zero_);
            // The halves of an update are one; what stands before them has happened by program order.
        }
        for (const Place p : question.happened) solver_.add(happened(p));
        if (question.read != nowhere) sees(question.read, question.written);
        z3::expr_vector assumptions(context_);
        for (std::uint32_t t = 0; t < faithful_.size(); ++t)
            if (std::find(question.free.begin(), question.free.end(), t) == question.free.end())
                assumptions.push_back(faithful_[t]);
        const Answer answer = smt::ask(solver_, assumptions, effort);
        if (answer == Answer::satisfiable) schedule = schedule_of(solver_.get_model(), question);
        solver_.pop();
        return answer;
    }

private:
    bool inside(Place p) const { return p != nowhere && p >= from_ && p < to_; }

    bool is_second_half(Place p) const {
        if (h_[p].kind != RecordedKind::rmw_write) return false;
        const Place before = h_.previous_in_thread(p);
        return inside(before) && h_[before].kind == RecordedKind::rmw_read && h_[before].address == h_[p].address &&
               h_[before].sequence == h_[p].sequence;
    }

    z3::expr make_order(Place p) {
        if (is_second_half(p)) return order(h_.previous_in_thread(p));
        return context_.int_const(("o" + std::to_string(p)).c_str());
    }

    const z3::expr& order(Place p) const { return order_[p - from_]; }
    z3::expr before(Place a, Place b) const { return order(a) < order(b); }
    z3::expr happened(Place p) const { return order(p) < zero_; }
    z3::expr not_yet(Place p) const { return order(p) >= zero_; }
    bool same_thread(Place a, Place b) const { return h_.at(a).thread == h_.at(b).thread; }

    void collect() {
        for (Place p = from_; p < to_; ++p) {
            const RecordedEvent& e = h_[p];
            if (is_write(e.kind))
                for (std::uint64_t g = e.address / 8; g <= (e.address + h_.bytes_of(p) - 1) / 8; ++g) writes_[g].push_back(p);
            if (e.kind == RecordedKind::signal || e.kind == RecordedKind::broadcast) signals_[e.address].push_back(p);
            if (e.kind == RecordedKind::allocate || e.kind == RecordedKind::start) allocations_[h_.life_of(p)] = p;
            if (e.kind == RecordedKind::post) posts_[e.address].push_back(p);
            if (e.kind == RecordedKind::take) takes_[e.address].push_back(p);
            if (e.kind == RecordedKind::arrive) arrivals_[{e.address, std::uint64_t(e.value)}].push_back(p);
            if (e.kind == RecordedKind::annotate) annotations_[e.address].push_back(p);
        }
        for (const Region& region : h_.regions())
            if (region.begin < to_ && (region.end == nowhere || region.end >= from_)) regions_[region.lock].push_back(&region);
        count_units();
        last_.assign(h_.thread_count(), nowhere);
    }

    void constrain(Place p) {
        const RecordedEvent& e = h_[p];
        const std::uint32_t t = h_.at(p).thread;
        if (const Place previous = last_[t]; previous != nowhere && !is_second_half(p)) solver_.add(before(previous, p));
        last_[t] = p;
        switch (e.kind) {
        case RecordedKind::start:
            creation(p, e);
            requires_before(p, h_.begin_of(p));
            break;
        case RecordedKind::join: joining(p, e); break;
        case RecordedKind::end:
            if (t == 0) solver_.add(not_yet(p)); // then the process is over
            break;
        case RecordedKind::plain_read: plain_read(p); break;
        case RecordedKind::atomic_read:
        case RecordedKind::rmw_read: atomic_read(p, e); break;
        case RecordedKind::trylock_failed: failed(p, e); break;
        case RecordedKind::wait_end: woken(p, e); break;
        case RecordedKind::take: take(p, e); break;
        case RecordedKind::pass:
            for (const Place a : arrivals_[{e.address, std::uint64_t(e.value)}]) requires_before(p, a);
            break;
        case RecordedKind::once_seen: requires_before(p, h_.begin_of(p)); break;
        case RecordedKind::allocate: requires_before(p, h_.begin_of(p)); break;
        case RecordedKind::annotate: // as recorded
            if (e.other)
                for (const Place a : annotations_[e.address])
                    if (a < p && h_[a].other == 0) requires_before(p, a);
            break;
        default: break;
        }
        if ((is_read(e.kind) || is_write(e.kind)) && h_.life_of(p))
            if (const auto made = allocations_.find(h_.life_of(p)); made != allocations_.end() && made->second < p)
                requires_before(p, made->second);
    }

    /// If p has happened, so has `needed`, before it.
    void requires_before(Place p, Place needed) {
        if (!inside(needed) || (same_thread(p, needed) && needed < p)) return;
        solver_.add(not_yet(p) || before(needed, p));
    }

    void creation(Place p, const RecordedEvent& e) {
        const std::uint32_t t = h_.at(p).thread;
        for (std::uint32_t i = 0; t && e.other < h_.thread_count() && i < h_.recording().threads[e.other].events.size(); ++i) {
            const RecordedEvent& c = h_.recording().threads[e.other].events[i];
            if (c.kind != RecordedKind::create || c.other != t) continue;
            if (const Place create = h_.place_of({e.other, i}); inside(create)) solver_.add(before(create, p));
            return;
        }
    }

    void joining(Place p, const RecordedEvent& e) {
        const auto& events = h_.recording().threads[e.other].events;
        if (const Place end = h_.place_of({e.other, std::uint32_t(events.size() - 1)}); inside(end)) solver_.add(before(end, p));
    }

    // ---- locks

    void exclude(const std::vector<const Region*>& regions) {
        for (std::size_t i = 0; i < regions.size(); ++i)
            for (std::size_t j = i + 1; j < regions.size(); ++j) {
                const Region &a = *regions[i], &b = *regions[j];
                if (a.thread == b.thread || (a.shared && b.shared)) continue;
                z3::expr apart = context_.bool_val(false);
                if (inside(a.end) && inside(b.begin)) apart = apart || before(a.end, b.begin);
                if (inside(b.end) && inside(a.begin)) apart = apart || before(b.end, a.begin);
                if (inside(a.begin)) apart = apart || not_yet(a.begin);
                if (inside(b.begin)) apart = apart || not_yet(b.begin);
                solver_.add(apart);
            }
    }

    void failed(Place p, const RecordedEvent& e) {
        z3::expr somebody_has_it = not_yet(p);
        for (const Region* r : regions_[e.address]) {
            z3::expr held = context_.bool_val(true);
            if (inside(r->begin)) held = held && before(r->begin, p);
            if (inside(r->end)) held = held && before(p, r->end);
            somebody_has_it = somebody_has_it || held;
        }
        solver_.add(somebody_has_it);
    }

    // ---- waiting

    void woken(Place p, const RecordedEvent& e) {
        if (e.other != 0) return; // timed out: any time
        const Place since = h_.begin_of(p), recorded = h_.partner_of(p);
        if (recorded == nowhere) { // nobody did it: only as recorded
            for (const Place s : signals_[e.address])
                if (s < p) requires_before(p, s);
            return;
        }
        if (!inside(recorded)) return; // it happened before the window
        z3::expr by_somebody = not_yet(p);
        for (const Place s : signals_[e.address]) {
            if (same_thread(s, p)) continue;
            z3::expr by_this = before(s, p);
            if (inside(since)) by_this = by_this && before(since, s);
            if (h_[s].kind == RecordedKind::signal) {
                const z3::expr woke =
                    context_.bool_const(("woke" + std::to_string(s) + "_" + std::to_string(p)).c_str());
                for (const z3::expr& other : woken_by_.emplace(s, z3::expr_vector(context_)).first->second)
                    solver_.add(!(woke && other));
                woken_by_.at(s).push_back(woke);
                by_this = by_this && woke;
            }
            by_somebody = by_somebody || by_this;
        }
        solver_.add(by_somebody);
    }

    /// How many units each semaphore has when the window begins: at least as many as its recorded takes need.
    void count_units() {
        if (takes_.empty()) return;
        std::map<std::uint64_t, std::pair<long, long>> balance; ///< so far, and the lowest
        std::map<std::uint64_t, long> at_window;
        for (Place p = 0; p < to_; ++p) {
            const RecordedEvent& e = h_[p];
            if (p == from_)
                for (const auto& [address, b] : balance) at_window[address] = b.first;
            if (e.kind != RecordedKind::post && e.kind != RecordedKind::take) continue;
            auto& [now, lowest] = balance[e.address];
            now += e.kind == RecordedKind::post ? 1 : -1;
            lowest = std::min(lowest, now);
        }
        for (const auto& [address, b] : balance) units_[address] = at_window[address] - b.second;
    }

    void take(Place p, const RecordedEvent& e) {
        const long units = units_[e.address];
        const auto& takes = takes_[e.address];
        if (long(takes.size()) <= units) return;
        // The posts before p and the takes that are not before it must make up for all the other takes.
        z3::expr_vector in_favour(context_);
        for (const Place post : posts_[e.address]) in_favour.push_back(before(post, p));
        for (const Place other : takes)
            if (other != p) in_favour.push_back(!before(other, p));
        const long needed = long(takes.size()) - units;
        if (long(in_favour.size()) < needed) solver_.add(not_yet(p));
        else solver_.add(not_yet(p) || z3::atleast(in_favour, unsigned(needed)));
        // Takes at one point are in no order: they must have one.
        for (const Place other : takes)
            if (other < p && !same_thread(other, p)) solver_.add(before(other, p) || before(p, other));
    }

    // ---- memory

    template <typename Do>
    void for_other_writes(Place p, Do what) const {
        const RecordedEvent& e = h_[p];
        Place last = nowhere;
        for (std::uint64_t g = e.address / 8; g <= (e.address + h_.bytes_of(p) - 1) / 8; ++g) {
            const auto writes = writes_.find(g);
            if (writes == writes_.end()) continue;
            for (const Place w : writes->second) {
                const RecordedEvent& other = h_[w];
                if (other.address >= e.address + h_.bytes_of(p) || e.address >= other.address + h_.bytes_of(w)) continue;
                if (h_.life_of(w) != h_.life_of(p) || w == p || order_is_shared(w, p)) continue;
                if (w == last) continue;
                what(last = w);
            }
        }
    }
    bool order_is_shared(Place w, Place r) const { return is_second_half(w) && h_.previous_in_thread(w) == r; }

    /// No other write comes between the source (nowhere: the beginning of the window) and the read. `until`: not before the
    /// read but before that event, if that has happened (nowhere: if the read's thread gets so far at all).
    z3::expr undisturbed(Place source, Place read, bool with_segment) const {
        z3::expr_vector all(context_);
        const Place until = with_segment ? h_.release_after(read) : nowhere;
        for_other_writes(read, [&](Place w) {
            if (w == source) return;
            if (inside(source) && same_thread(w, source) && w < source) return;
            if (same_thread(w, read) && w > read) return;
            z3::expr_vector ways(context_);
            if (inside(source)) ways.push_back(before(w, source));
            if (!with_segment || same_thread(w, read)) ways.push_back(before(read, w));
            else {
                if (inside(until)) ways.push_back(before(until, w));
                ways.push_back(not_yet(w));
            }
            all.push_back(z3::mk_or(ways));
        });
        return z3::mk_and(all);
    }

    void plain_read(Place p) {
        const Place source = h_.source_of(p);
        z3::expr as_recorded = undisturbed(source, p, true);
        if (inside(source) && !same_thread(source, p)) {
            // What is recorded of the writer's segment is its first write only: all of it comes first.
            const Place release = h_.release_after(source);
            as_recorded = as_recorded && before(inside(release) && release < p ? release : source, p);
        }
        add_read(p, as_recorded);
    }

    void atomic_read(Place p, const RecordedEvent& e) {
        const Place source = h_.source_of(p);
        z3::expr seen = source_is(p, source);
        std::vector<Place> others;
        const auto same_object = [&](Place w) { return h_[w].address == e.address && h_[w].size == e.size; };
        const bool whole = !inside(source) || (same_object(source) && !is_plain(h_[source].kind));
        if (whole) {
            for_other_writes(p, [&](Place w) {
                if (w != source && same_object(w) && !is_plain(h_[w].kind) && h_[w].value == e.value) others.push_back(w);
            });
            const auto distance = [&](Place w) { return w < p ? p - w : w - p; };
            std::sort(others.begin(), others.end(), [&](Place a, Place b) { return distance(a) < distance(b); });
            if (others.size() > most_sources) others.resize(most_sources);
            for (const Place w : others) seen = seen || source_is(p, w);
            if (inside(source) && value_at_start(p, e)) seen = seen || source_is(p, nowhere);
        }
        add_read(p, seen);
    }

    z3::expr source_is(Place read, Place source) const {
        z3::expr all = undisturbed(source, read, false);
        if (inside(source)) all = all && before(source, read);
        return all;
    }

    /// Whether the atomic object is known to hold the value of the read when the window begins.
    bool value_at_start(Place read, const RecordedEvent& e) {
        for (Place w = h_.source_of(read); w != nowhere;) {
            // The write before the first of the window, as its own read or that of another tells.
            if (!inside(w)) return h_[w].address == e.address && h_[w].size == e.size && !is_plain(h_[w].kind) && h_[w].value == e.value;
            break;
        }
        for (Place p = from_; p < to_; ++p) {
            const RecordedEvent& other = h_[p];
            if ((other.kind == RecordedKind::atomic_read || other.kind == RecordedKind::rmw_read) &&
                other.address == e.address && other.size == e.size && h_.life_of(p) == h_.life_of(read) &&
                !inside(h_.source_of(p)))
                return other.value == e.value;
        }
        return false;
    }

    void add_read(Place p, const z3::expr& as_recorded) {
        solver_.add(not_yet(p) || !faithful_[h_.at(p).thread] || as_recorded);
    }

    /// The read, which is next, would see that write.
    void sees(Place read, Place written) {
        if (inside(written)) solver_.add(happened(written));
        for_other_writes(read, [&](Place w) {
            if (w == written) return;
            solver_.add(inside(written) ? not_yet(w) || before(w, written) : not_yet(w));
        });
    }

    // ---- the answer

    std::int64_t value_of(const z3::model& model, Place p) const { return model.eval(order(p), true).get_numeral_int64(); }

    /// Of what has happened in the model what the question needs, in order.
    std::vector<Place> schedule_of(const z3::model& model, const Question& question) const {
        std::vector<std::pair<std::int64_t, Place>> all;
        std::vector<std::int64_t> at(order_.size());
        for (Place p = from_; p < to_; ++p)
            if ((at[p - from_] = value_of(model, p)) < 0) all.emplace_back(at[p - from_], p);
        std::sort(all.begin(), all.end());
        std::vector<std::size_t> rank(order_.size(), ~std::size_t{0});
        for (std::size_t i = 0; i < all.size(); ++i) rank[all[i].second - from_] = i;
        std::vector<bool> keep(order_.size());
        std::vector<Place> waiting;
        const auto want = [&](Place p) {
            if (inside(p) && rank[p - from_] != ~std::size_t{0} && !keep[p - from_]) keep[p - from_] = true, waiting.push_back(p);
        };
        for (const Place p : question.next) want_before(is_second_half(p) ? h_.previous_in_thread(p) : p, want);
        for (const Place p : question.happened) want(p);
        want(question.written);
        for (bool more = true; more;) {
            while (!waiting.empty()) {
                const Place p = waiting.back();
                waiting.pop_back();
                want_causes(p, rank, want);
            }
            more = false;
            // A lock that is taken after another has had it needs that it was given up.
            for (const auto& [lock, regions] : regions_)
                for (const Region* a : regions)
                    for (const Region* b : regions) {
                        if (a == b || !inside(b->begin) || !keep[b->begin - from_] || !inside(a->end) || keep[a->end - from_]) continue;
                        const bool begun = !inside(a->begin) || (keep[a->begin - from_] && rank[a->begin - from_] < rank[b->begin - from_]);
                        if (begun && !(a->shared && b->shared) && rank[a->end - from_] < rank[b->begin - from_]) want(a->end), more = true;
                    }
        }
        std::vector<Place> schedule;
        for (const auto& [o, p] : all)
            if (keep[p - from_]) schedule.push_back(p);
        return schedule;
    }

    template <typename Want>
    void want_before(Place p, Want want) const {
        if (is_second_half(p)) want(p = h_.previous_in_thread(p));
        want(h_.previous_in_thread(p));
        if (h_[p].kind == RecordedKind::start && h_.at(p).thread)
            for (Place c = from_; c < to_; ++c)
                if (h_[c].kind == RecordedKind::create && h_[c].other == h_.at(p).thread) want(c);
    }

    template <typename Want>
    void want_causes(Place p, const std::vector<std::size_t>& rank, Want want) const {
        const RecordedEvent& e = h_[p];
        want_before(p, want);
        const std::size_t mine = rank[p - from_];
        const auto earlier = [&](Place q) { return inside(q) && rank[q - from_] < mine; };
        const auto want_earlier = [&](const auto& map, const auto& key) {
            if (const auto found = map.find(key); found != map.end())
                for (const Place q : found->second)
                    if (earlier(q)) want(q);
        };
        if (is_read(e.kind)) {
            // Every byte's last write.
            Place last = nowhere;
            for_other_writes(p, [&](Place w) {
                if (earlier(w) && (last == nowhere || rank[w - from_] > rank[last - from_])) last = w;
            });
            for_other_writes(p, [&](Place w) {
                if (earlier(w) && !(h_[w].address == e.address && h_[w].size == e.size)) want(w);
            });
            want(last);
            if (is_plain(e.kind) && inside(last) && !same_thread(last, p))
                if (const Place release = h_.release_after(last); earlier(release)) want(release);
        }
        switch (e.kind) {
        case RecordedKind::join: {
            const auto& events = h_.recording().threads[e.other].events;
            want(h_.place_of({e.other, std::uint32_t(events.size() - 1)}));
            break;
        }
        case RecordedKind::wait_end: want_earlier(signals_, e.address); break;
        case RecordedKind::take: want_earlier(posts_, e.address); break;
        case RecordedKind::pass: want_earlier(arrivals_, std::pair{e.address, std::uint64_t(e.value)}); break;
        case RecordedKind::annotate: want_earlier(annotations_, e.address); break;
        case RecordedKind::once_seen:
        case RecordedKind::start:
        case RecordedKind::allocate:
            if (earlier(h_.begin_of(p))) want(h_.begin_of(p));
            break;
        case RecordedKind::trylock_failed:
            if (const auto found = regions_.find(e.address); found != regions_.end())
                for (const Region* r : found->second)
                    if (earlier(r->begin) && !(inside(r->end) && earlier(r->end))) want(r->begin);
            break;
        default: break;
        }
        if (is_second_half(p)) return;
        // The second half of an update happens with the first.
        const Reference r = h_.at(p);
        if (const Place second = h_.place_of({r.thread, r.index + 1}); inside(second) && is_second_half(second)) want(second);
    }

    const History& h_;
    const Place from_, to_;
    mutable z3::context context_;
    z3::solver solver_;
    z3::expr zero_;
    std::vector<z3::expr> order_, faithful_;
    std::vector<Place> last_; ///< of each thread, while constraining
    std::unordered_map<std::uint64_t, std::vector<Place>> writes_, signals_, posts_, takes_, annotations_;
    std::unordered_map<std::uint32_t, Place> allocations_;
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::vector<Place>> arrivals_;
    std::map<std::uint64_t, std::vector<const Region*>> regions_;
    std::map<std::uint64_t, long> units_;
    std::map<Place, z3::expr_vector> woken_by_;
};

Window::Window(const History& history, Place from, Place to, std::chrono::milliseconds time_limit)
    : encoding_(std::make_unique<Encoding>(history, from, to, time_limit)) {}
Window::~Window() = default;

Answer Window::ask(const Question& question, std::vector<Place>& schedule, Effort& effort) {
    return encoding_->ask(question, schedule, effort);
}

} // namespace heddle::smt
