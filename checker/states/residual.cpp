#include "states/residual.hpp"

#include <algorithm>

#include "execution/operations.hpp"
#include "execution/queue.hpp"

namespace heddle::states {

using namespace execution;
using namespace graph;
using runtime::OpKind;

namespace {

/// What a carrier is, in its name: with the number of what it belongs to.
enum class Of : std::uint64_t { thread, pending, fence, end, unlock, message, arrival };

std::uint64_t name_of(Of of, std::uint64_t what, std::uint64_t which = 0) {
    return std::uint64_t(of) << 56 ^ what << 24 ^ which;
}

} // namespace

Fingerprint Residual::fingerprint() {
    hash_ = {};
    Fingerprint memory = execution_.memory().fingerprint();
    for (ThreadId t = 0; t < execution_.thread_count(); ++t) {
        if (!execution_.alive(t) || execution_.ended(t)) {
            hash_.add(execution_.ended(t));
            memory = memory - dead_words(t); // its stack is nobody's any more
            continue;
        }
        const Step& next = *execution_.next(t);
        hash_.add(next.identity.low), hash_.add(next.identity.high);
        hash_.add(execution_.children_made(t));
        if (getenv("DUMP")) fprintf(stderr, "T%u k%d pc%lx id%lx acc%lx sp%lx | ", t, int(next.operation.kind), next.operation.pc, next.identity.low, usage_.loose()?0:next.accesses, next.stack_pointer);
        memory = memory - dead_words(t);
        // A race is seen where one thread comes to its access while the other has done nothing since its own that others could have
        // seen. Where they see more than happens before them, that is not so: monitors tell.
        if (usage_.loose()) continue;
        hash_.add(next.accesses);
        if (const EventId last = graph_.last_of(t); last < no_event && graph_[last].thread == t) {
            const runtime::Operation& op = operation_of(graph_[last]);
            hash_.add(op.address), hash_.add(std::uint64_t(graph_[last].kind));
        }
    }
    std::uint64_t joined = 0; // they cannot be joined once more
    for (EventId e = 0; e < graph_.size(); ++e)
        if (graph_[e].kind == EventKind::join) joined += mix(std::uint64_t(operation_of(graph_[e]).operand) + 1, 0x4d5a2da51de1aa47);
    hash_.add(joined);
    carriers_.clear();
    for (LocationId l = 0; l < graph_.location_count(); ++l)
        if (graph_.location(l).is_queue) add_lock(l);
    arrivals_.clear();
    if (usage_.meets()) add_meetings();
    add_suffixes();
    if (!suffixes_.empty() || !monitored.empty() || usage_.tries_in_the_past()) {
        collect_carriers();
        if (usage_.tries_in_the_past()) add_queues();
        add_views();
        if (usage_.needs_order()) add_order();
        add_monitored();
    }
    hash_.add(memory.low), hash_.add(memory.high);
    if (getenv("DUMP")) fprintf(stderr, "M%lx H%lx\n", memory.low, hash_.low());
    return {hash_.low(), hash_.high()};
}

/// What the shared words of its stack hold that are below its stack pointer.
Fingerprint Residual::dead_words(ThreadId t) const {
    Fingerprint dead;
    const std::uint64_t living = execution_.alive(t) && !execution_.ended(t) ? execution_.next(t)->stack_pointer : ~0ull;
    for (const std::uint64_t word : execution_.shared().words_of(t))
        if (word < living)
            if (const Cell* const cell = execution_.memory().find(word)) dead = dead + execution_.memory().share_of(*cell);
    return dead;
}

/// Who has it; and what a barrier's phase still waits for.
void Residual::add_lock(LocationId queue) {
    const Location& location = graph_.location(queue);
    for (auto place = location.mo.rbegin(); place != location.mo.rend() && is_place_in_lock(graph_[*place]); ++place) {
        if (given_up_by(graph_, *place) == no_event) hash_.add(name_of(Of::unlock, location.slot, graph_[*place].thread));
        if (!is_shared(graph_, *place)) break;
    }
}

std::uint64_t Residual::name_of_arrival(EventId e) const {
    const Event& event = graph_[e];
    return name_of(Of::arrival, graph_.location(event.location).slot, std::uint64_t{event.thread} << 16 ^ std::uint64_t(event.value));
}

/// Who has come to the phases that can still be waited for, and to which phase each thread will come next.
void Residual::add_meetings() {
    arrivals_.clear();
    std::vector<Value> newest(graph_.location_count());
    for (EventId e = 0; e < graph_.size(); ++e)
        if (graph_[e].kind == EventKind::arrive) newest[graph_[e].location] = std::max(newest[graph_[e].location], graph_[e].value);
    Fingerprint here;
    const auto add = [&](std::uint64_t part, std::uint64_t other) {
        const std::uint64_t low = mix(part ^ 0x2d358dccaa6c78a5, other ^ 0x8bb84b93962eacc9);
        here = here + Fingerprint{low, mix(low ^ part, other + 0x4b33a62ed433d4a3)};
    };
    std::vector<Value> known(graph_.location_count() * execution_.thread_count());
    for (EventId e = 0; e < graph_.size(); ++e) {
        const Event& event = graph_[e];
        const bool arrives = event.kind == EventKind::arrive;
        if (!arrives && event.kind != EventKind::meet) continue;
        if (arrives && event.value + 1 >= newest[event.location]) {
            arrivals_.push_back(e);
            add(name_of_arrival(e), std::uint64_t(operation_of(event).operand));
        }
        const Value phase = arrives ? event.value : operation_of(event).operand + 1;
        for (ThreadId t = 0; t < execution_.thread_count(); ++t) {
            if (!execution_.alive(t) || execution_.ended(t) || graph_.last_of(t) >= no_event || !graph_.contains(graph_.porf(graph_.last_of(t)), e)) continue;
            Value& of_thread = known[event.location * execution_.thread_count() + t];
            of_thread = std::max(of_thread, phase);
        }
    }
    for (std::size_t i = 0; i < known.size(); ++i)
        if (known[i]) add(i, std::uint64_t(known[i]));
    hash_.add(here.low), hash_.add(here.high);
}

// --- who has seen what --------------------------------------------------------------------------------------------------

void Residual::collect_carriers() {
    pending_.clear();
    pending_.reserve(2 * execution_.thread_count()); // rows must not move
    const bool is_rc11 = graph_.synchronisation() == Synchronisation::as_written;
    for (ThreadId t = 0; t < execution_.thread_count(); ++t) {
        const EventId last = graph_.last_of(t);
        if (execution_.ended(t)) {
            carriers_.push_back({name_of(Of::end, t), graph_.hb(last)}); // for whoever joins it
            continue;
        }
        if (!execution_.alive(t)) continue;
        carriers_.push_back({name_of(Of::thread, t), last < no_event ? graph_.hb(last) : nullptr, t});
        if (!is_rc11 || !usage_.fences() || last >= no_event) continue;
        std::vector<Lane> row(graph_.hb(last), graph_.hb(last) + graph_.lanes());
        for (EventId e = last; e < no_event && graph_[e].thread == t; e = graph_[e].previous)
            if (graph_[e].is_read() && graph_[e].rf < no_event && !graph_[e].chain && !is_acquire(graph_[e].order))
                for (unsigned lane = 0; lane < graph_.lanes(); ++lane) row[lane] = std::max(row[lane], graph_.message(graph_[e].rf)[lane]);
        pending_.push_back(std::move(row));
        carriers_.push_back({name_of(Of::pending, t), pending_.back().data()});
        if (graph_[last].thread == t && graph_[last].release_fence != no_event)
            carriers_.push_back({name_of(Of::fence, t), graph_.hb(graph_[last].release_fence)});
    }
    for (LocationId l = 0; l < graph_.location_count(); ++l) {
        const Location& location = graph_.location(l);
        if (!location.is_queue) {
            const std::uint32_t newest = std::uint32_t(location.mo.size());
            if (!newest) continue;
            const auto suffix = std::find(suffixes_.begin(), suffixes_.end(), l);
            const std::uint32_t start = suffix == suffixes_.end() ? newest : starts_[std::size_t(suffix - suffixes_.begin())];
            for (std::uint32_t place = std::max(start, 1u); place <= newest; ++place)
                carriers_.push_back({name_of(Of::message, location.slot, place - start), graph_.message(location.mo[place - 1])});
            continue;
        }
        std::uint64_t nth = 0;
        for (auto place = location.mo.rbegin(); place != location.mo.rend() && is_place_in_lock(graph_[*place]); ++place) {
            if (const EventId unlock = given_up_by(graph_, *place); unlock != no_event)
                carriers_.push_back({name_of(Of::unlock, location.slot, nth), graph_.hb(unlock)});
            ++nth;
            if (!is_shared(graph_, *place)) break;
        }
    }
    for (const EventId e : arrivals_) carriers_.push_back({name_of_arrival(e), graph_.hb(e)});
}

/// Objects of which several writes can still be read.
void Residual::add_suffixes() {
    suffixes_.clear(), starts_.clear();
    for (LocationId l = 0; l < graph_.location_count(); ++l) {
        const Location& location = graph_.location(l);
        if (location.is_queue || usage_.interleaving(location.slot)) continue;
        if (execution_.slot_number(location.slot).location != l) continue; // its memory has been used anew
        const std::uint32_t newest = std::uint32_t(location.mo.size());
        std::uint32_t start = newest;
        for (ThreadId t = 0; t < execution_.thread_count() && start; ++t)
            if (execution_.alive(t) && !execution_.ended(t)) start = std::min(start, graph_.coherence_bound(t, l));
        hash_.add(name_of(Of::message, location.slot, newest - start));
        for (std::uint32_t place = start; place <= newest; ++place) {
            const Value value = graph_.value_of(l, graph_.write_at(l, place));
            hash_.add(std::uint64_t(value)), hash_.add(std::uint64_t(value >> 64));
            hash_.add(graph_.rmw_after(l, place) != no_event);
        }
        if (start == newest) continue;
        suffixes_.push_back(l), starts_.push_back(start);
    }
}

/// The places in locks' queues that a try may still take for the last one, and who knows of their unlocks.
void Residual::add_queues() {
    for (LocationId l = 0; l < graph_.location_count(); ++l) {
        const Location& location = graph_.location(l);
        const std::uint32_t newest = std::uint32_t(location.mo.size());
        if (!location.is_queue || !newest || !is_place_in_lock(graph_[location.mo.back()])) continue;
        std::uint32_t start = newest;
        for (ThreadId t = 0; t < execution_.thread_count(); ++t)
            if (execution_.alive(t) && !execution_.ended(t)) start = std::min(start, graph_.coherence_bound(t, l));
        hash_.add(name_of(Of::unlock, location.slot, newest - start));
        for (std::uint32_t place = std::max(start, 1u); place <= newest; ++place) {
            const EventId w = location.mo[place - 1], unlock = given_up_by(graph_, w);
            hash_.add(std::uint64_t{graph_[w].thread} << 8 ^ std::uint64_t(operation_of(graph_[w]).kind));
            for (const Carrier& carrier : carriers_)
                if (unlock != no_event && carrier.before && graph_.contains(carrier.before, unlock)) hash_.add(carrier.name);
        }
        for (const Carrier& carrier : carriers_)
            if (const std::uint32_t bound = carrier.before ? graph_.coherence_bound_of(carrier.before, l) : 0; bound > start)
                hash_.add(carrier.name), hash_.add(bound - start);
    }
}

void Residual::add_views() {
    for (std::size_t i = 0; i < suffixes_.size(); ++i)
        for (const Carrier& carrier : carriers_) {
            const std::uint32_t bound = carrier.before ? graph_.coherence_bound_of(carrier.before, suffixes_[i]) : 0;
            if (bound <= starts_[i]) continue;
            hash_.add(carrier.name), hash_.add(bound - starts_[i]);
        }
}

/// psc: a later event is ordered before retained writes (it reads what came before them, or is placed there), and after what it comes
/// after in any of the ways of models/memory/psc_order.cpp. What matters of the past is which ways out can be reached from which
/// ways in; nodes in between are nobody's business. Each edge that PscOrder::add makes from an older event has its way out here.
void Residual::add_order() {
    if (suffixes_.empty()) return; // no way in
    while (order_.size() < graph_.size()) order_.add(graph_);
    of_threads_.assign(execution_.thread_count(), {});
    for (EventId e = 0; e < graph_.size(); ++e) of_threads_[graph_[e].thread].push_back(e);
    using enum memory::PscOrder::Role;
    const auto reached = [&](EventId e, memory::PscOrder::Role role) { return e < no_event && order_.reached(e, role); };
    const auto reached_itself = [&](EventId e) { return e < no_event && memory::is_seq_cst_event(graph_[e]) && order_.reached(e, itself); };
    const auto way_out = [&](std::uint64_t name, std::uint64_t which, bool open) {
        if (open) hash_.add(name), hash_.add(which);
    };
    const auto from = [&](std::uint64_t way_in) {
        hash_.add(way_in);
        for (const Carrier& carrier : carriers_) { // happens-before, and the same location
            if (!carrier.before) continue;
            bool to_fences = false, to_fenced = false, to_elsewhere = false;
            for (ThreadId u = 0; u < of_threads_.size(); ++u) {
                const std::uint32_t count = std::min<std::uint32_t>(carrier.before[u], std::uint32_t(of_threads_[u].size()));
                if (!count) continue;
                const EventId p = of_threads_[u][count - 1];
                to_fences |= reached(p, fences) || (graph_[p].kind == EventKind::fence && reached_itself(p));
                to_fenced |= reached(p, fenced);
                to_elsewhere |= reached(p, elsewhere) || reached_itself(order_.other_seq_cst(p));
            }
            way_out(carrier.name, 1, to_fences), way_out(carrier.name, 2, to_fenced), way_out(carrier.name, 3, to_elsewhere);
            for (LocationId l = 0; l < graph_.location_count(); ++l) {
                const Location& location = graph_.location(l);
                if (location.is_queue) continue;
                bool to_same = false, to_its_fences = false;
                for (const auto* events : {&location.mo, &location.reads})
                    for (const EventId x : *events)
                        if (graph_.contains(carrier.before, x)) to_same |= reached_itself(x), to_its_fences |= reached(x, fences);
                way_out(carrier.name, 4 + (std::uint64_t{location.slot} << 8), to_same);
                way_out(carrier.name, 5 + (std::uint64_t{location.slot} << 8), to_its_fences);
            }
        }
        for (ThreadId t = 0; t < execution_.thread_count(); ++t) { // program order
            const EventId last = graph_.last_of(t);
            if (!execution_.alive(t) || execution_.ended(t) || last >= no_event || graph_[last].thread != t) continue;
            const std::uint64_t name = name_of(Of::thread, t, 1);
            const EventId sc = order_.last_seq_cst(last);
            way_out(name, 1, reached_itself(sc));
            way_out(name, 2, reached(order_.other(last), elsewhere));
            way_out(name, 3, sc < no_event && reached_itself(order_.other_seq_cst(sc)));
        }
        for (LocationId l = 0; l < graph_.location_count(); ++l) { // modification order
            const Location& location = graph_.location(l);
            if (location.is_queue) continue;
            const auto suffix = std::find(suffixes_.begin(), suffixes_.end(), l);
            const std::uint32_t newest = std::uint32_t(location.mo.size());
            const std::uint32_t start = suffix == suffixes_.end() ? newest : starts_[std::size_t(suffix - suffixes_.begin())];
            for (std::uint32_t place = start; place <= newest; ++place) {
                const EventId w = graph_.write_at(l, place);
                bool to_reads = false, to_fences_of_reads = false;
                for (const EventId r : location.reads)
                    if (graph_[r].rf == w) to_reads |= reached_itself(r), to_fences_of_reads |= reached(r, fences);
                const std::uint64_t name = name_of(Of::message, location.slot, place - start);
                way_out(name, 11, to_reads), way_out(name, 12, to_fences_of_reads);
                if (w == initial) continue;
                way_out(name, 13, reached(w, newer)), way_out(name, 14, reached(w, eco));
                way_out(name, 15, reached_itself(w)), way_out(name, 16, reached(w, fences));
            }
        }
    };
    for (ThreadId t = 0; t < execution_.thread_count(); ++t) { // what "another location" will mean
        const EventId last = graph_.last_of(t);
        if (!execution_.alive(t) || execution_.ended(t) || last >= no_event || graph_[last].thread != t) continue;
        for (const EventId e : {last, order_.last_seq_cst(last)})
            hash_.add(e < no_event && graph_[e].location != no_location ? graph_.location(graph_[e].location).slot + 1 : 0);
    }
    for (std::size_t i = 0; i < suffixes_.size(); ++i) {
        const Location& location = graph_.location(suffixes_[i]);
        for (std::uint32_t place = starts_[i] + 1; place <= location.mo.size(); ++place) {
            const EventId w = location.mo[place - 1];
            const std::uint64_t name = name_of(Of::message, location.slot, place - starts_[i]);
            order_.reach_from(w, newer);
            from(name ^ std::uint64_t{1} << 40);
            order_.reach_from(w, eco);
            from(name ^ std::uint64_t{2} << 40);
        }
    }
}

bool Residual::has_seen(const Carrier& carrier, ThreadId thread, std::uint32_t segment) const {
    return carrier.thread == thread || (carrier.before && carrier.before[thread] > segment);
}

void Residual::add_monitored() {
    if (monitored.empty()) return;
    for (const Cell* cell : monitored) {
        Fingerprint of_cell;
        const auto add_access = [&](ThreadId thread, std::uint32_t segment, std::uint64_t kind) {
            bool known_to_all = true;
            std::uint64_t seen_by = 0;
            for (const Carrier& carrier : carriers_) {
                const bool seen = has_seen(carrier, thread, segment);
                if (seen) seen_by += mix(carrier.name ^ 0x9e3779b97f4a7c15, 0x4d5a2da51de1aa47);
                else known_to_all &= carrier.thread == runtime::max_threads;
            }
            if (known_to_all) return;
            const std::uint64_t low = mix(seen_by ^ thread, kind + 0x4b33a62ed433d4a3);
            of_cell = of_cell + Fingerprint{low, mix(low ^ seen_by, kind ^ 0x8bb84b93962eacc9)};
        };
        for (const Access* a = cell->history; a; a = a->next)
            add_access(a->thread, a->segment, std::uint64_t(a->mask) << 2 | std::uint64_t(a->kind));
        for (const Slot* slot : cell->slots) {
            if (slot->location == no_location || graph_.location(slot->location).is_queue) continue;
            const auto add_last = [&](const std::vector<EventId>& events, std::uint64_t kind) {
                for (ThreadId t = 0; t < execution_.thread_count(); ++t) {
                    std::uint32_t last = 0;
                    for (const EventId e : events)
                        if (graph_[e].thread == t) last = std::max(last, graph_[e].index + 1u);
                    if (last) add_access(t, last - 1, kind << 10);
                }
            };
            add_last(graph_.location(slot->location).mo, 1);
            add_last(graph_.location(slot->location).reads, 2);
        }
        if (of_cell == Fingerprint{}) continue;
        hash_.add(cell->address), hash_.add(of_cell.low), hash_.add(of_cell.high);
    }
}

} // namespace heddle::states
