#include "property/cuts.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.hpp"
#include "execution/queue.hpp"

namespace heddle::property {

using namespace execution;
using namespace graph;
using runtime::OpKind;

namespace {

bool same_place(const Place& a, const Place& b) {
    return a.thread == b.thread && a.events == b.events && a.change == b.change;
}

/// In one thread: a is b or comes before it.
bool not_after(const Place& a, const Place& b) {
    return a.events < b.events || (a.events == b.events && a.change <= b.change);
}

} // namespace

bool Cuts::look() {
    events_.resize(execution_.thread_count());
    for (auto& events : events_) events.clear();
    creates_.assign(execution_.thread_count(), no_event);
    for (EventId e = 0; e < graph_.size(); ++e) {
        events_[graph_[e].thread].push_back(e);
        if (graph_[e].kind == EventKind::create) creates_[graph_[e].child] = e;
    }
    notes_.clear();
    for_each_segment([&](ThreadId t, const Step& step, std::uint32_t segment) {
        for (std::uint32_t i = 0; i < step.change_count; ++i)
            notes_.push_back({{t, segment, i}, &step.changes[i]});
    });
    find_instances();
    if (instances_.empty()) return false;
    compute_clocks();
    return true;
}

void Cuts::find_instances() {
    instances_.clear();
    fleeting_.reset();
    for (std::size_t i = 0; i < notes_.size(); ++i) {
        if (notes_[i].change->kind != Change::Kind::begin) continue;
        Instance instance{notes_[i].change->declaration, notes_[i].place, std::nullopt};
        for (std::size_t j = i + 1; j < notes_.size() && notes_[j].place.thread == instance.begin.thread; ++j)
            if (notes_[j].change->kind == Change::Kind::end && notes_[j].change->subject == notes_[i].change->subject) {
                instance.end = notes_[j].place;
                if (j == i + 1 && instance.end->events == instance.begin.events && alone_at(instance.begin))
                    fleeting_ = instance;
                break;
            }
        instances_.push_back(instance);
    }
}

/// No other thread exists yet.
bool Cuts::alone_at(const Place& place) const {
    if (place.thread != 0) return false;
    for (std::uint32_t i = 0; i < place.events; ++i)
        if (graph_[event_at(0, i)].kind == EventKind::create) return false;
    return true;
}

bool Cuts::enters(std::uint64_t label) const {
    return std::any_of(notes_.begin(), notes_.end(), [&](const Noted& n) {
        return n.change->kind == Change::Kind::enter && n.change->subject == label;
    });
}

// --- order ---------------------------------------------------------------------------------------------------------

/// Of each event the closure under porf ∪ mo. The trail follows porf, but mo may lead back in it: then once more, until
/// nothing changes. Circles are no obstacle: all events of one end up with the same clock.
void Cuts::compute_clocks() {
    zero_.assign(graph_.lanes(), 0);
    clocks_.reserve(graph_.size());
    overwritten_.assign(graph_.size(), no_event);
    for (LocationId l = 0; l < graph_.location_count(); ++l) {
        const auto& mo = graph_.location(l).mo;
        for (std::size_t i = 1; i < mo.size(); ++i) overwritten_[mo[i]] = mo[i - 1];
    }
    bool backwards = false;
    for (EventId e = 0; e < graph_.size(); ++e) {
        clocks_.copy(clocks_.row(e), graph_.porf(e));
        backwards |= overwritten_[e] < no_event && overwritten_[e] > e;
    }
    std::vector<Lane> before;
    for (bool changed = true; changed;) {
        changed = false;
        for (EventId e = 0; e < graph_.size(); ++e) {
            const Event& event = graph_[e];
            const Row row = clocks_.row(e);
            if (backwards) before.assign(row, row + graph_.lanes());
            const auto after = [&](EventId x) {
                if (x < no_event) clocks_.join(row, clocks_.row(x));
            };
            after(event.previous);
            after(overwritten_[e]);
            if (event.is_read()) after(event.rf);
            else if (!event.is_write()) after(event.partner);
            if (backwards && !std::equal(before.begin(), before.end(), row)) changed = true;
        }
    }
}

/// What has certainly happened elsewhere when the place is reached.
const Lane* Cuts::clock_before(const Place& place) const {
    if (place.change == Place::event) return clocks_.row(event_at(place.thread, place.events));
    if (place.events > 0) return clocks_.row(event_at(place.thread, place.events - 1));
    const EventId create = creates_[place.thread];
    return create < no_event ? clocks_.row(create) : zero_.data();
}

/// Every cut with `later` contains `earlier`.
bool Cuts::includes(const Place& later, const Place& earlier) const {
    if (later.thread == earlier.thread && not_after(earlier, later)) return true;
    return clock_before(later)[earlier.thread] > earlier.events;
}

bool Cuts::hb_before(const Place& earlier, EventId later) const {
    const Event& event = graph_[later];
    if (event.thread == earlier.thread) return not_after(earlier, {event.thread, event.index, Place::event});
    return graph_.hb(later)[earlier.thread] > earlier.events;
}

/// In the order of the trail, changes right after the event before them.
std::uint64_t Cuts::trail_place(const Place& place) const {
    if (place.change == Place::event) return std::uint64_t{event_at(place.thread, place.events)} << 32;
    const EventId before = place.events > 0 ? event_at(place.thread, place.events - 1) : creates_[place.thread];
    return (before < no_event ? std::uint64_t{before} << 32 : 0) + 1 + place.change;
}

// --- quantities ----------------------------------------------------------------------------------------------------

Integer Cuts::as_number(const Term& term, Value bits) const {
    const Value cut = truncate(bits, unsigned(term.b));
    if (term.c % 2 && cut >> (8 * term.b - 1)) return Integer(cut) - (Integer{1} << (8 * term.b));
    return Integer(cut);
}

Cuts::Line& Cuts::new_line(std::uint32_t leaf) {
    if (line_count_ == lines_.size()) lines_.emplace_back();
    Line& line = lines_[line_count_++];
    line.leaf = leaf;
    line.start = 0;
    line.nodes.clear();
    return line;
}

void Cuts::add_lines(std::uint32_t leaf, const Term& term) {
    switch (term.kind) {
    case TermKind::value: return add_value(leaf, term);
    case TermKind::held: return add_held(leaf, term);
    default: return add_regions(leaf, term);
    }
}

/// Atomic writes in the order of mo, one life of the object after the other, and between them the plain ones.
void Cuts::add_value(std::uint32_t leaf, const Term& term) {
    Line& line = new_line(leaf);
    const std::uint64_t word = machine_.word_at_start(term.a & ~7ull);
    std::uint64_t start = word >> (8 * (term.a & 7));
    if ((term.a & 7) + term.b > 8) start |= machine_.word_at_start((term.a & ~7ull) + 8) << (64 - 8 * (term.a & 7));
    line.start = as_number(term, start);
    for (LocationId l = 0; l < graph_.location_count(); ++l) {
        const Location& location = graph_.location(l);
        const Slot& slot = execution_.slot_number(location.slot);
        if (location.is_queue || slot.address >= term.a + term.b || term.a >= slot.address + slot.size) continue;
        if (slot.address != term.a || slot.size != term.b)
            throw Unsupported("an invariant mentions memory that is accessed atomically in pieces of another size");
        for (const EventId w : location.mo)
            line.nodes.push_back({{graph_[w].thread, graph_[w].index, Place::event}, as_number(term, graph_[w].value)});
    }
    std::vector<Node> plain;
    for (const Noted& noted : notes_)
        if (noted.change->kind == Change::Kind::write && noted.change->subject == term.a && noted.change->size == term.b)
            plain.push_back({noted.place, as_number(term, noted.change->value)});
    merge_plain(line, std::move(plain));
}

/// Without a race every two writes are ordered by hb unless both are atomic.
void Cuts::merge_plain(Line& line, std::vector<Node> plain) const {
    if (plain.empty()) return;
    const auto hb_of = [&](const Node& later, const Node& earlier) {
        const Place &a = earlier.place, &b = later.place;
        if (a.thread == b.thread) return not_after(a, b);
        if (b.change == Place::event) return hb_before(a, event_at(b.thread, b.events));
        if (b.events > 0) return hb_before(a, event_at(b.thread, b.events - 1));
        return creates_[b.thread] < no_event && hb_before(a, creates_[b.thread]);
    };
    std::vector<std::pair<std::size_t, Node>> ranked;
    for (const Node& node : plain)
        ranked.emplace_back(std::count_if(plain.begin(), plain.end(), [&](const Node& n) { return hb_of(node, n); }), node);
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<Node> merged;
    std::size_t next = 0;
    for (const Node& atomic : line.nodes) {
        while (next < ranked.size() && hb_of(atomic, ranked[next].second)) merged.push_back(ranked[next++].second);
        merged.push_back(atomic);
    }
    for (; next < ranked.size(); ++next) merged.push_back(ranked[next].second);
    for (std::size_t i = 1; i < merged.size(); ++i) {
        const bool both_atomic =
            merged[i].place.change == Place::event && merged[i - 1].place.change == Place::event;
        if (!both_atomic && !hb_of(merged[i], merged[i - 1]))
            throw Unsupported("an invariant mentions a variable whose writes nothing orders, some of them plain");
    }
    line.nodes = std::move(merged);
}

/// Held from the grant (or the first ticket) to the unlock.
void Cuts::add_held(std::uint32_t leaf, const Term& term) {
    Line& line = new_line(leaf);
    for (LocationId l = 0; l < graph_.location_count(); ++l) {
        const Location& location = graph_.location(l);
        if (!location.is_queue || execution_.slot_number(location.slot).address != term.a) continue;
        for (const EventId ticket : location.mo) {
            if (!is_place_in_lock(graph_[ticket])) continue;
            if (is_shared(graph_, ticket))
                throw Unsupported("an invariant asks who holds a readers-writer lock, which several may at once");
            const EventId since = held_since(graph_, ticket);
            if (since == no_event) continue;
            line.nodes.push_back({{graph_[since].thread, graph_[since].index, Place::event}, 1});
            const EventId unlock = given_up_by(graph_, ticket);
            if (unlock < no_event) line.nodes.push_back({{graph_[unlock].thread, graph_[unlock].index, Place::event}, 0});
        }
    }
}

/// A line for each thread that enters a region of the label: 1 while it is in one.
void Cuts::add_regions(std::uint32_t leaf, const Term& term) {
    Line* line = nullptr;
    ThreadId thread = 0;
    int depth = 0;
    for (const Noted& noted : notes_) {
        const Change::Kind kind = noted.change->kind;
        if ((kind != Change::Kind::enter && kind != Change::Kind::leave) || noted.change->subject != term.a) continue;
        if (!line || noted.place.thread != thread) line = &new_line(leaf), thread = noted.place.thread, depth = 0;
        depth = std::max(0, depth + (kind == Change::Kind::enter ? 1 : -1));
        line->nodes.push_back({noted.place, depth > 0});
    }
}

// --- projection ----------------------------------------------------------------------------------------------------

const std::string& Cuts::survey(const Instance& instance, const std::vector<TermId>& leaves) {
    line_count_ = 0;
    leaf_count_ = leaves.size();
    for (std::uint32_t i = 0; i < leaves.size(); ++i) add_lines(i, runtime::terms()[leaves[i]]);
    order_threads();
    for (std::size_t u = 0; u < line_count_; ++u) {
        Line& line = lines_[u];
        line.low = 0;
        while (line.low < line.nodes.size() && includes(instance.begin, line.nodes[line.low].place)) ++line.low;
        for (line.high = line.low; line.high < line.nodes.size(); ++line.high)
            if (instance.end && includes(line.nodes[line.high].place, *instance.end)) break;
        if (line.high - line.low >= max_lane_value)
            throw Unsupported("a variable that an invariant mentions changes more than 65,000 times");
    }
    needs_.clear();
    survey_.clear();
    const auto say = [&](const void* what, std::size_t size) { survey_.append(static_cast<const char*>(what), size); };
    for (std::size_t u = 0; u < line_count_; ++u) {
        const Line& line = lines_[u];
        const Integer first = line.low ? line.nodes[line.low - 1].value : line.start;
        const std::uint32_t head[]{line.leaf, std::uint32_t(line.high - line.low)};
        say(head, sizeof head);
        say(&first, sizeof first);
        for (std::size_t k = line.low; k < line.high; ++k) {
            const std::size_t row = needs_.size();
            if (k == line.low) needs_.resize(row + line_count_);
            else // at least what the change before needs
                for (std::size_t v = 0; v < line_count_; ++v) needs_.push_back(needs_[row - line_count_ + v]);
            for (std::size_t v = 0; v < line_count_; ++v) {
                const Line& other = lines_[v];
                std::uint16_t& need = needs_[row + v];
                while (other.low + need < other.high && includes(line.nodes[k].place, other.nodes[other.low + need].place))
                    ++need;
            }
            needs_[row + u] = std::max(needs_[row + u], std::uint16_t(k - line.low + 1));
            say(&line.nodes[k].value, sizeof line.nodes[k].value);
        }
    }
    say(needs_.data(), needs_.size() * sizeof needs_[0]);
    return survey_;
}

smt::Projection Cuts::projection() {
    origins_.clear();
    smt::Projection projection;
    projection.constants.assign(leaf_count_, 0);
    std::vector<std::pair<std::uint64_t, std::uint32_t>> order;
    const std::uint16_t* needs = needs_.data();
    for (std::size_t u = 0; u < line_count_; ++u) {
        const Line& line = lines_[u];
        smt::Chain chain;
        chain.leaf = line.leaf;
        chain.values.push_back(line.low ? line.nodes[line.low - 1].value : line.start);
        chain.needs.emplace_back();
        chain.origins.push_back(0);
        for (std::size_t k = line.low; k < line.high; ++k, needs += line_count_) {
            const Place& place = line.nodes[k].place;
            chain.values.push_back(line.nodes[k].value);
            chain.needs.emplace_back(needs, needs + line_count_);
            chain.origins.push_back(std::uint32_t(origins_.size()));
            origins_.push_back(place);
            order.emplace_back(trail_place(place), std::uint32_t(u));
        }
        projection.chains.push_back(std::move(chain));
    }
    // The trail need not follow mo; within a chain the order is that of the chain.
    std::stable_sort(order.begin(), order.end());
    for (const auto& [at, u] : order) projection.order.push_back(u);
    projection.simplify();
    return projection;
}

/// Lines of one leaf are summands, which thread's each is makes no difference: in the order in which they first change,
/// graphs that differ in the threads' roles only have the same projection.
void Cuts::order_threads() {
    const auto first_change = [&](const Line& line) {
        return line.nodes.empty() ? ~std::uint64_t{0} : trail_place(line.nodes.front().place);
    };
    for (std::size_t i = 1; i < line_count_; ++i)
        for (std::size_t j = i; j > 0 && lines_[j - 1].leaf == lines_[j].leaf &&
                                first_change(lines_[j]) < first_change(lines_[j - 1]);
             --j)
            std::swap(lines_[j], lines_[j - 1]);
}

StateCut Cuts::cut_of(const Instance& instance, const smt::Projection& projection, const smt::Cut& cut) const {
    StateCut result;
    result.events.assign(events_.size(), 0);
    result.changes.assign(events_.size(), 0);
    const auto contain = [&](const Place& place) {
        const Lane* const before = clock_before(place);
        for (ThreadId t = 0; t < events_.size(); ++t)
            if (before[t] > result.events[t]) result.events[t] = before[t], result.changes[t] = 0;
        const std::uint32_t events = place.change == Place::event ? place.events + 1 : place.events;
        const std::uint32_t changes = place.change == Place::event ? 0 : place.change + 1;
        std::uint32_t& own = result.events[place.thread];
        if (events > own) own = events, result.changes[place.thread] = changes;
        else if (events == own) result.changes[place.thread] = std::max(result.changes[place.thread], changes);
    };
    contain(instance.begin);
    for (std::size_t u = 0; u < cut.size(); ++u)
        if (cut[u]) contain(origins_[projection.chains[u].origins[cut[u]]]);
    return result;
}

Integer Cuts::value_in(TermId leaf, const StateCut& cut) {
    line_count_ = 0;
    add_lines(0, runtime::terms()[leaf]);
    const auto contained = [&](const Place& place) {
        const std::uint32_t events = cut.events[place.thread];
        return place.events < events ||
               (place.events == events && place.change != Place::event && place.change < cut.changes[place.thread]);
    };
    Integer value = 0;
    for (std::size_t u = 0; u < line_count_; ++u) {
        Integer now = lines_[u].start;
        for (const Node& node : lines_[u].nodes)
            if (contained(node.place)) now = node.value;
        value += now;
    }
    return value;
}

// --- nonsense ------------------------------------------------------------------------------------------------------

TermId Cuts::dead_leaf(const Instance& instance, const std::vector<TermId>& leaves) const {
    const auto active = [&](const Place& place) {
        return includes(place, instance.begin) && !same_place(place, instance.begin) &&
               !(instance.end && includes(place, *instance.end));
    };
    TermId dead = no_term;
    for (const TermId leaf : leaves) {
        const Term& term = runtime::terms()[leaf];
        if (term.kind == TermKind::at) continue;
        const ThreadId owner = machine_.stack_owner(term.a);
        const std::uint64_t size = term.kind == TermKind::value ? term.b : 1;
        for_each_segment([&](ThreadId t, const Step& step, std::uint32_t segment) {
            if (t == owner) { // its stack pointer has risen above the variable, or the thread is at its end
                const bool gone = step.operation.frame > term.a || step.operation.kind == OpKind::end;
                const Place here{t, segment, Place::event};
                if (gone && segment < events_[t].size() && active(here)) dead = leaf;
            }
            for (std::uint32_t i = 0; i < step.effect_count; ++i) {
                const Effect& effect = step.effects[i];
                if (effect.kind != AccessKind::release || effect.cell->address >= term.a + size ||
                    term.a >= effect.cell->address + effect.size)
                    continue;
                // Somewhere in the segment: before its end, at least when the invariant does not end in it first.
                if (active({t, segment, step.change_count ? step.change_count - 1 : 0})) dead = leaf;
            }
        });
    }
    return dead;
}

} // namespace heddle::property
