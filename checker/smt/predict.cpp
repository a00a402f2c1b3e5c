#include "smt/predict.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>

#include "smt/predict_inputs.hpp"
#include "smt/reordering.hpp"

namespace heddle::smt {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t most_accesses = 48; ///< of one granule, in one window: different places, locks or threads
constexpr std::size_t most_acquisitions = 64, longest_cycle = 4;
constexpr std::size_t sources_of_read = 3;

/// Two places in the program, or in library code two addresses.
using Pair = std::pair<std::uint64_t, std::uint64_t>;

struct Tries {
    unsigned no = 0, yes = 0, unknown = 0, suggested = 0;
    bool near = false;
};

class Predictor {
public:
    Predictor(const History& history, const PredictionOptions& options)
        : h_(history), options_(options), deadline_(std::min(Clock::now() + options.total, options.until)) {}

    Prognosis run() {
        result_.events = h_.size() + h_.left_out();
        result_.left_out = h_.left_out();
        predict_inputs(h_, options_, Clock::now() + (deadline_ - Clock::now()) / 2, result_);
        for (Place from = 0; from < h_.size();) {
            const Place to = end_of_window(from);
            look_at(from, to);
            if (is_over() || to == h_.size()) break;
            from = from + std::max<Place>(1, (to - from) / 2); // so that neighbours share a window
        }
        count_pairs();
        std::stable_partition(result_.predictions.begin(), result_.predictions.end(),
                              [](const Prediction& p) { return p.certain; });
        return std::move(result_);
    }

private:
    bool is_over() { return result_.out_of_time = result_.out_of_time || Clock::now() >= deadline_; }

    std::chrono::milliseconds left() const { return std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - Clock::now()); }

    // ---- windows

    Place end_of_window(Place from) const {
        std::unordered_map<std::uint64_t, std::pair<std::uint64_t, std::uint64_t>> reads_and_writes;
        std::unordered_map<std::uint64_t, std::uint64_t> regions;
        std::uint64_t cost = 0;
        for (Place p = from; p < h_.size(); ++p) {
            const RecordedEvent& e = h_[p];
            if (is_read(e.kind) || is_write(e.kind)) {
                auto& [reads, writes] = reads_and_writes[e.address / 8];
                cost += is_read(e.kind) ? writes : reads + writes;
                (is_read(e.kind) ? reads : writes)++;
            } else if (e.kind == RecordedKind::lock || e.kind == RecordedKind::lock_shared) {
                cost += regions[e.address]++;
            }
            if (p > from && (p - from >= options_.window || cost > options_.cost)) return p;
        }
        return h_.size();
    }

    void look_at(Place from, Place to) {
        ++result_.windows;
        result_.smallest_window = result_.windows == 1 ? to - from : std::min<std::uint64_t>(result_.smallest_window, to - from);
        result_.largest_window = std::max<std::uint64_t>(result_.largest_window, to - from);
        from_ = from, to_ = to;
        window_.reset();
        look_for_races();
        look_for_cycles();
        look_for_lost_signals();
        look_for_other_values();
        look_for_stale_values();
        window_.reset();
    }

    std::optional<Prediction> ask(PredictedKind kind, const Question& question, std::vector<Place> events, Answer* answer = nullptr) {
        if (is_over()) {
            if (answer) *answer = Answer::unknown;
            return std::nullopt;
        }
        if (!window_) window_ = std::make_unique<Window>(h_, from_, to_, std::clamp(left(), std::chrono::milliseconds(1), options_.question));
        Prediction prediction;
        const Answer got = window_->ask(question, prediction.schedule, result_.effort);
        if (answer) *answer = got;
        if (got != Answer::satisfiable) return std::nullopt;
        prediction.kind = kind;
        prediction.before = from_;
        for (const Place p : events) prediction.events.push_back(h_.at(p));
        return prediction;
    }

    // ---- races

    struct Access {
        Place place = nowhere;
        std::uint32_t thread = 0, locks = 0;
        bool writes = false, plain = false;
    };

    static bool is_access(RecordedKind kind) {
        return is_read(kind) || is_write(kind) || kind == RecordedKind::release;
    }

    /// The number of the set of locks held, equal for equal sets.
    std::uint32_t locks_at(Place p) {
        const std::uint32_t number = h_.held_set_number(p);
        const auto [known, fresh] = locks_by_number_.try_emplace(number, 0);
        if (!fresh) return known->second;
        std::vector<std::pair<std::uint64_t, bool>> locks;
        for (const std::uint32_t r : h_.held_at(p)) locks.emplace_back(h_.regions()[r].lock, h_.regions()[r].shared);
        std::sort(locks.begin(), locks.end());
        return known->second = lock_sets_.try_emplace(std::move(locks), std::uint32_t(lock_sets_.size())).first->second;
    }

    Pair pair_of(Place a, Place b) const {
        const auto name = [&](Place p) { return h_[p].pc ? h_[p].pc : h_[p].address | std::uint64_t{1} << 63; };
        return std::minmax(name(a), name(b));
    }

    bool may_race(const Access& a, const Access& b) const {
        if (a.thread == b.thread || !(a.writes || b.writes) || !(a.plain || b.plain)) return false;
        const RecordedEvent &x = h_[a.place], &y = h_[b.place];
        if (x.address >= y.address + h_.bytes_of(b.place) || y.address >= x.address + h_.bytes_of(a.place)) return false;
        if (h_.life_of(a.place) != h_.life_of(b.place)) return false;
        return !h_.must_precede(a.place, b.place) && !h_.must_precede(b.place, a.place) && !h_.locked_apart(a.place, b.place);
    }

    template <typename Do>
    void for_accesses(Place from, Place to, Do what) {
        for (Place p = from; p < to; ++p) {
            const RecordedEvent& e = h_[p];
            if (!is_access(e.kind)) continue;
            const bool freed = e.kind == RecordedKind::release;
            const Access access{p, h_.at(p).thread, locks_at(p), freed || is_write(e.kind), freed || is_plain(e.kind)};
            h_.for_granules(p, [&](std::uint64_t granule) { what(granule, access); });
            if (p % 4096 == 0 && is_over()) return;
        }
    }

    void look_for_races() {
        std::unordered_map<std::uint64_t, std::vector<Access>> accesses;
        std::set<std::tuple<std::uint64_t, std::uint32_t, std::uint64_t, std::uint32_t, std::uint32_t, bool>> seen;
        for_accesses(from_, to_, [&](std::uint64_t granule, const Access& access) {
            std::vector<Access>& list = accesses[granule];
            if (list.size() >= most_accesses) return;
            const RecordedEvent& e = h_[access.place];
            if (seen.emplace(e.pc ? granule : e.address, access.thread, e.pc, access.locks, h_.clock_number(access.place), access.writes).second)
                list.push_back(access);
        });
        for (const auto& [granule, list] : accesses)
            for (std::size_t i = 0; i < list.size() && !result_.out_of_time; ++i)
                for (std::size_t j = i + 1; j < list.size(); ++j)
                    if (may_race(list[i], list[j])) look_at_pair(list[i].place, list[j].place);
    }

    void look_at_pair(Place a, Place b) {
        Tries& tries = tries_[pair_of(a, b)];
        tries.near = true;
        if (tries.yes >= options_.answers || tries.no + tries.unknown >= options_.attempts) return;
        Question question;
        question.next = {a, b};
        Answer answer = Answer::unknown;
        if (auto prediction = ask(PredictedKind::race, question, {a, b}, &answer)) {
            ++tries.yes;
            prediction->certain = true;
            result_.predictions.push_back(std::move(*prediction));
            return;
        }
        ++(answer == Answer::unknown ? tries.unknown : tries.no);
        if (answer == Answer::unknown || tries.suggested || suggested_[PredictedKind::race] >= options_.suggestions) return;
        question.free = {h_.at(a).thread, h_.at(b).thread};
        if (auto prediction = ask(PredictedKind::race, question, {a, b})) {
            ++tries.suggested;
            suggest(std::move(*prediction));
        }
    }

    void suggest(Prediction prediction) {
        ++suggested_[prediction.kind];
        result_.predictions.push_back(std::move(prediction));
    }

    // ---- lock cycles

    struct Acquisition {
        Place place = nowhere;
        std::uint32_t thread = 0;
    };

    bool blocks(const Region& held, Place wanted) const {
        return held.lock == h_[wanted].address && !(held.shared && h_[wanted].kind == RecordedKind::lock_shared);
    }

    void look_for_cycles() {
        std::vector<Acquisition> acquisitions;
        std::set<std::tuple<std::uint32_t, std::uint64_t, std::uint64_t, std::uint32_t>> seen;
        for (Place p = from_; p < to_ && acquisitions.size() < most_acquisitions; ++p) {
            const RecordedEvent& e = h_[p];
            if ((e.kind != RecordedKind::lock && e.kind != RecordedKind::lock_shared) || h_.held_at(p).empty()) continue;
            if (e.other) continue; // got by a try: it would not have waited
            const auto held_already = [&](std::uint32_t r) { return h_.regions()[r].lock == e.address; };
            if (std::any_of(h_.held_at(p).begin(), h_.held_at(p).end(), held_already)) continue; // recursive
            if (seen.emplace(h_.at(p).thread, e.address, e.pc, locks_at(p)).second) acquisitions.push_back({p, h_.at(p).thread});
        }
        std::vector<Place> path;
        for (const Acquisition& first : acquisitions) {
            path = {first.place};
            extend(path, acquisitions);
        }
    }

    /// Every acquisition waits for a lock that the next one's thread holds; the first has the lowest place, so that each
    /// cycle is found once.
    void extend(std::vector<Place>& path, const std::vector<Acquisition>& acquisitions) {
        const Place wanted = path.back();
        for (const Acquisition& next : acquisitions) {
            if (next.place < path.front()) continue;
            const auto& held = h_.held_at(next.place);
            if (!std::any_of(held.begin(), held.end(), [&](std::uint32_t r) { return blocks(h_.regions()[r], wanted); })) continue;
            if (next.place == path.front()) {
                if (path.size() > 1) look_at_cycle(path);
                continue;
            }
            if (path.size() == longest_cycle) continue;
            if (std::any_of(path.begin(), path.end(), [&](Place p) { return h_.at(p).thread == next.thread; })) continue;
            path.push_back(next.place);
            extend(path, acquisitions);
            path.pop_back();
        }
    }

    void look_at_cycle(const std::vector<Place>& path) {
        std::vector<std::uint64_t> places;
        for (const Place p : path) places.push_back(h_[p].pc ? h_[p].pc : h_[p].address), places.push_back(h_[p].address);
        std::sort(places.begin(), places.end());
        Tries& tries = cycles_[places];
        if (tries.yes || tries.no + tries.unknown >= options_.attempts) return;
        Question question;
        question.next = path;
        Answer answer = Answer::unknown;
        auto prediction = ask(PredictedKind::lock_cycle, question, path, &answer);
        ++(prediction ? tries.yes : answer == Answer::unknown ? tries.unknown : tries.no);
        if (!prediction) return;
        prediction->certain = true;
        result_.predictions.push_back(std::move(*prediction));
    }

    // ---- reads that could see something else: what the program does then, only running it can tell

    void look_for_other_values() {
        std::unordered_map<std::uint64_t, std::vector<Place>> writes;
        for (Place p = from_; p < to_; ++p)
            if (is_write(h_[p].kind)) writes[h_[p].address].push_back(p);
        for (Place r = from_; r < to_; ++r) {
            if (!is_read(h_[r].kind)) continue;
            const auto candidates = writes.find(h_[r].address);
            if (candidates == writes.end() || suggested_[PredictedKind::other_value] >= options_.suggestions) continue;
            look_at_read(r, candidates->second);
        }
    }

    void look_at_read(Place read, const std::vector<Place>& writes) {
        const Place source = h_.source_of(read);
        const auto others = [&](Place w) { return h_.at(w).thread != h_.at(read).thread; };
        std::size_t asked = 0;
        for (const Place w : writes) {
            if (w == source || !others(w) || h_.must_precede(read, w) || h_.life_of(w) != h_.life_of(read)) continue;
            if (asked++ == sources_of_read) break;
            try_source(read, w, writes);
        }
        // What was there before others wrote.
        if (source != nowhere && source >= from_ && others(source) && !h_.must_precede(source, read)) try_source(read, nowhere, writes);
    }

    /// The last event of the write's thread before it begins the critical section (the outermost) with the write in it.
    Place before_section(Place write) const {
        Place begin = write;
        for (const std::uint32_t r : h_.held_at(write)) begin = std::min(begin, h_.regions()[r].begin);
        return h_.previous_in_thread(begin);
    }

    void try_source(Place read, Place written, const std::vector<Place>& writes) {
        const auto name = [&](Place p) { return p == nowhere ? 0 : h_[p].pc ? h_[p].pc : h_[p].address | std::uint64_t{1} << 63; };
        const Place source = h_.source_of(read);
        Tries& tries = values_[{name(read), name(written), name(source)}];
        if (tries.yes || tries.no + tries.unknown >= options_.attempts) return;
        Question question;
        question.next = {read};
        question.read = read;
        question.written = written;
        // Whoever writes the value after that is about to do so: what it has decided by then may no longer hold afterwards.
        const auto next = std::find_if(writes.begin(), writes.end(), [&](Place w) {
            return (written == nowhere || w > written) && h_.at(w).thread != h_.at(read).thread;
        });
        if (next != writes.end())
            if (const Place about_to = before_section(*next); about_to != nowhere && about_to >= from_) question.happened = {about_to};
        std::vector<Place> events{read};
        if (written != nowhere) events.push_back(written);
        Answer answer = Answer::unknown;
        auto prediction = ask(PredictedKind::other_value, question, events, &answer);
        if (!prediction && answer == Answer::unsatisfiable && !question.happened.empty()) {
            question.happened.clear();
            prediction = ask(PredictedKind::other_value, question, events, &answer);
        }
        ++(prediction ? tries.yes : answer == Answer::unknown ? tries.unknown : tries.no);
        if (prediction) suggest(std::move(*prediction));
    }

    // ---- atomic reads that the memory model may let see an older value: only the engine knows

    void look_for_stale_values() {
        for (Place r = from_; r < to_ && suggested_[PredictedKind::stale_value] < options_.suggestions; ++r) {
            const Place source = h_.source_of(r);
            if (h_[r].kind != RecordedKind::atomic_read || source == nowhere || h_.at(source).thread == h_.at(r).thread ||
                h_.must_precede(source, r))
                continue;
            Tries& tries = stale_[{h_[r].pc, h_[source].pc}];
            if (tries.yes++) continue;
            Prediction prediction;
            prediction.kind = PredictedKind::stale_value;
            prediction.events = {h_.at(r), h_.at(source)};
            prediction.before = r; // everything as recorded
            suggest(std::move(prediction));
        }
    }

    // ---- waits that could begin when all signals have been given

    void look_for_lost_signals() {
        for (Place p = from_; p < to_ && !is_over(); ++p)
            if (h_[p].kind == RecordedKind::wait_begin) look_at_wait(p);
    }

    void look_at_wait(Place wait) {
        if (suggested_[PredictedKind::lost_signal] >= options_.suggestions) return;
        Tries& tries = waits_[h_[wait].pc ? h_[wait].pc : wait];
        if (tries.yes || tries.no + tries.unknown >= options_.attempts) return;
        Question question;
        question.next = {wait};
        for (Place p = 0; p < h_.size(); ++p) {
            const RecordedEvent& e = h_[p];
            if ((e.kind != RecordedKind::signal && e.kind != RecordedKind::broadcast) || e.address != h_[wait].address) continue;
            if (h_.at(p).thread == h_.at(wait).thread) {
                if (p > wait) return; // it may not get there, then
                continue;
            }
            if (p >= to_) return; // out of the window
            if (p >= from_) question.happened.push_back(p);
        }
        if (question.happened.empty()) return;
        Answer answer = Answer::unknown;
        auto prediction = ask(PredictedKind::lost_signal, question, {wait}, &answer);
        ++(prediction ? tries.yes : answer == Answer::unknown ? tries.unknown : tries.no);
        if (prediction) suggest(std::move(*prediction));
    }

    // ---- what was not looked at

    /// All pairs of places that may conflict, also those far from each other.
    void count_pairs() {
        struct Summary {
            Access first;
            Place last = nowhere;
            std::uint64_t pc = 0;
        };
        std::unordered_map<std::uint64_t, std::vector<Summary>> all;
        for_accesses(0, h_.size(), [&](std::uint64_t granule, const Access& access) {
            std::vector<Summary>& list = all[granule];
            for (Summary& s : list)
                if (s.first.thread == access.thread && s.pc == h_[access.place].pc && s.first.locks == access.locks &&
                    s.first.writes == access.writes && h_.life_of(s.first.place) == h_.life_of(access.place)) {
                    s.last = access.place;
                    return;
                }
            if (list.size() < most_accesses) list.push_back({access, access.place, h_[access.place].pc});
        });
        std::set<Pair> far;
        for (const auto& [granule, list] : all)
            for (std::size_t i = 0; i < list.size(); ++i)
                for (std::size_t j = i + 1; j < list.size(); ++j) {
                    Access a = list[i].first, b = list[j].first;
                    // Ordered only when all of one come before all of the other.
                    (a.place < b.place ? a : b).place = a.place < b.place ? list[i].last : list[j].last;
                    if (!may_race(a, b)) continue;
                    const Pair pair = pair_of(a.place, b.place);
                    if (const auto known = tries_.find(pair); known == tries_.end() || !known->second.near) far.insert(pair);
                }
        result_.out_of_reach = far.size();
        for (const auto& [pair, tries] : tries_) {
            ++result_.pairs;
            result_.given_up += tries.unknown && !tries.yes;
        }
    }

    const History& h_;
    const PredictionOptions options_;
    const Clock::time_point deadline_;
    Place from_ = 0, to_ = 0;
    std::unique_ptr<Window> window_;
    std::map<Pair, Tries> tries_;
    std::map<std::vector<std::uint64_t>, Tries> cycles_;
    std::map<std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>, Tries> values_;
    std::map<std::uint64_t, Tries> waits_;
    std::map<Pair, Tries> stale_;
    std::unordered_map<std::uint32_t, std::uint32_t> locks_by_number_;
    std::map<std::vector<std::pair<std::uint64_t, bool>>, std::uint32_t> lock_sets_;
    std::map<PredictedKind, unsigned> suggested_;
    Prognosis result_;
};

} // namespace

Prognosis predict(const History& history, const PredictionOptions& options) { return Predictor(history, options).run(); }

std::vector<Reference> whole_schedule(const History& history, const Prediction& prediction) {
    std::vector<Reference> schedule;
    for (Place p = 0; p < prediction.before; ++p) schedule.push_back(history.at(p));
    for (const Place p : prediction.schedule) schedule.push_back(history.at(p));
    return schedule;
}

} // namespace heddle::smt
