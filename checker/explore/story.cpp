#include "explore/story.hpp"

#include <algorithm>
#include <bit>

#include <fmt/format.h>

#include "core/error.hpp"
#include "explore/revisit.hpp"
#include "explore/telling.hpp"
#include "trace/linearise.hpp"

namespace heddle::explore {

using namespace graph;
using runtime::Operation;
using runtime::OpKind;

namespace {

class Teller {
public:
    Teller(const Execution& execution, const Violation& violation, const program::Module& module)
        : execution_(execution), graph_(execution.graph()), violation_(violation), names_(execution, module) {}

    void tell(trace::Trace& trace) {
        tell_threads(trace);
        step_of_event_.assign(graph_.size(), -1);
        for (EventId e = 0; e < graph_.size(); ++e) tell_event(e);
        tell_ends();
        order(trace);
        trace::collapse_spins(trace);
        tell_violation(trace);
    }

private:
    struct Draft {
        trace::Step step;
        trace::Item item;
        EventId event = no_event;
        EventId reads = no_event; ///< event whose step it read from
    };

    int add(Draft draft) {
        draft.item.thread = draft.step.thread;
        drafts_.push_back(std::move(draft));
        return int(drafts_.size() - 1);
    }

    trace::Step base(ThreadId t, const Operation& op, const char* name) {
        trace::Step step;
        step.thread = int(t);
        step.op = name;
        step.site = names_.site(op.pc);
        if (op.address) {
            step.address = op.address;
            step.object = names_.object(op.address, op.pc);
            step.size = op.size;
        }
        return step;
    }

    void tell_threads(trace::Trace& trace) {
        for (ThreadId t = 0; t < execution_.thread_count(); ++t) {
            if (!execution_.alive(t)) continue;
            trace::Thread thread{int(t), t == 0 ? "main" : names_.thread(t), {}};
            for (EventId e = 0; e < graph_.size(); ++e)
                if (graph_[e].kind == EventKind::create && graph_[e].child == t)
                    thread.created_at = names_.site(operation(e).pc);
            trace.threads.push_back(std::move(thread));
        }
    }

    const Operation& operation(EventId e) const { return static_cast<const Step*>(graph_[e].step)->operation; }

    /// The plain writes of a segment to objects with a name; of the rest nothing is told.
    void tell_effects(ThreadId t, const Step* step) {
        if (!step) return;
        for (std::uint32_t i = 0; i < step->effect_count; ++i) {
            const Effect& effect = step->effects[i];
            if (effect.kind != AccessKind::write || !effect.pc) continue;
            const unsigned shift = unsigned(std::countr_zero(unsigned(effect.mask)));
            const std::string object = names_.global(effect.cell->address + shift);
            if (object.empty()) continue;
            Draft draft;
            draft.step.thread = int(t);
            draft.step.op = "plain-write";
            draft.step.object = object;
            draft.step.address = effect.cell->address + shift;
            draft.step.size = unsigned(std::popcount(unsigned(effect.mask)));
            draft.step.value = to_string(Value{effect.value >> (8 * shift)}, draft.step.size);
            draft.step.site = names_.site(effect.pc);
            add(std::move(draft));
        }
    }

    void tell_event(EventId e) {
        const Event& event = graph_[e];
        const Step* const step = static_cast<const Step*>(event.step);
        const bool second = event.exclusive && event.is_write();
        if (!second) tell_effects(event.thread, step);
        Draft draft;
        draft.event = e;
        if (event.waiting || !describe(e, draft)) return;
        const auto depend = [&](EventId on) {
            if (on < no_event && step_of_event_[on] >= 0) draft.item.after.push_back(step_of_event_[on]);
        };
        if (event.is_read()) depend(event.rf);
        if (second) depend(graph_[event.previous].rf);
        else if (!event.is_write()) depend(event.partner);
        step_of_event_[e] = add(std::move(draft));
    }

    /// False: the event is not worth a line of its own (it is told with another).
    bool describe(EventId e, Draft& draft) {
        const Event& event = graph_[e];
        const Operation& op = operation(e);
        const ThreadId t = event.thread;
        const auto start = [&](const char* name, bool order) {
            draft.step = base(t, op, name);
            if (order) draft.step.order = name_of(event.order);
        };
        switch (op.kind) {
        case OpKind::load:
            start("read", true);
            draft.step.value = to_string(event.value, op.size);
            draft.reads = event.rf;
            return true;
        case OpKind::store:
            start("write", true);
            draft.step.value = to_string(event.value, op.size);
            return true;
        case OpKind::rmw:
        case OpKind::cas: {
            if (event.is_read() && event.exclusive) return false;
            const bool failed = event.is_read();
            start(op.kind == OpKind::rmw ? "rmw" : failed ? "cas-fail" : "cas", true);
            const Value old = failed ? event.value : graph_[event.previous].value;
            draft.reads = failed ? event.rf : graph_[event.previous].rf;
            if (!failed) draft.step.order = name_of(op.order);
            draft.step.value = failed ? to_string(old, op.size) : to_string(old, op.size) + " -> " + to_string(event.value, op.size);
            if (failed && op.kind == OpKind::cas) draft.step.note = "expected " + to_string(op.expected, op.size);
            return true;
        }
        case OpKind::fence: start("fence", true); return true;
        case OpKind::create:
            start("create", false);
            draft.step.value = std::to_string(event.child);
            return true;
        case OpKind::join:
            start("join", false);
            draft.step.value = std::to_string(op.operand == 0 ? 0 : std::uint64_t(op.operand));
            return true;
        case OpKind::end: start("end", false); return true;
        case OpKind::ticket:
        case OpKind::try_ticket:
            if (event.is_read()) {
                if (event.exclusive) return false;
                start("trylock-fail", false);
                return true;
            }
            if (graph_[event.previous].rf != initial) return false; // told when it is granted
            start("lock", false);
            return true;
        case OpKind::grant:
            start("lock", false);
            draft.reads = event.partner;
            return true;
        case OpKind::held: return false;
        case OpKind::unlock: start("unlock", false); return true;
        case OpKind::enqueue:
            if (event.is_read()) return false;
            start("wait", false);
            return true;
        case OpKind::signal:
        case OpKind::leave: return false;
        case OpKind::pick:
            start("signal", false);
            draft.step.note = event.value ? fmt::format("wakes thread {}", std::uint64_t(event.value - 1)) : "nobody waits: lost";
            return true;
        case OpKind::broadcast:
            if (event.is_read()) return false;
            start("broadcast", false);
            return true;
        case OpKind::wake: start("wake", false); return true;
        case OpKind::choose:
            start("choose", false);
            draft.step.value = to_string(event.value, 8);
            return true;
        default: return false;
        }
    }

    /// What is left after the last events: the plain writes that led to each thread's next operation, and how it ended.
    void tell_ends() {
        for (ThreadId t = 0; t < execution_.thread_count(); ++t)
            if (execution_.alive(t) && t != violation_.thread) tell_effects(t, execution_.next(t));
        if (violation_.conflict) tell_race();
        if (!violation_.waiting.empty()) {
            for (const auto& w : violation_.waiting) {
                Draft draft;
                draft.step = base(w.thread, w.step->operation, "blocked");
                draft.step.note = names_.waits_for(w);
                last_.push_back(add(std::move(draft)));
            }
            return;
        }
        Draft draft;
        draft.step.thread = int(violation_.thread);
        draft.step.op = "violation";
        draft.step.site = names_.site(violation_.pc);
        draft.step.note = violation_.message;
        if (violation_.conflict) {
            draft.step.op = violation_.atomic ? "violation" : violation_.access == AccessKind::read ? "plain-read" : "plain-write";
            draft.step.address = accessed();
            draft.step.object = names_.object(accessed(), violation_.pc);
            draft.step.size = unsigned(std::popcount(unsigned(violation_.mask)));
            draft.step.note = "races";
        }
        last_.push_back(add(std::move(draft)));
    }

    std::uint64_t accessed() const {
        return violation_.address + unsigned(std::countr_zero(unsigned(violation_.mask ? violation_.mask : 1)));
    }

    /// The earlier access of a race, in its place in its thread.
    void tell_race() {
        const Conflict& conflict = *violation_.conflict;
        if (conflict.event != no_event) return;
        Draft draft;
        const Access& access = conflict.earlier;
        draft.step.thread = int(access.thread);
        draft.step.op = access.kind == AccessKind::read ? "plain-read" : access.kind == AccessKind::write ? "plain-write" : "free";
        draft.step.address = accessed();
        draft.step.object = names_.object(accessed(), access.pc);
        draft.step.size = unsigned(std::popcount(unsigned(access.mask)));
        draft.step.site = names_.site(access.pc);
        draft.step.note = "races";
        // Before the first event of its thread that comes after it; drafts of one thread stand in program order.
        std::size_t at = drafts_.size();
        for (std::size_t i = 0; i < drafts_.size(); ++i)
            if (drafts_[i].event != no_event && graph_[drafts_[i].event].thread == access.thread &&
                graph_[drafts_[i].event].index >= access.segment) {
                at = i;
                break;
            }
        draft.item.thread = draft.step.thread;
        for (Draft& d : drafts_)
            for (int& after : d.item.after)
                if (after >= int(at)) ++after;
        for (int& s : step_of_event_)
            if (s >= int(at)) ++s;
        drafts_.insert(drafts_.begin() + std::ptrdiff_t(at), std::move(draft));
    }

    /// The first step of each thread comes after the thread's creation.
    void depend_on_creation() {
        std::vector<bool> seen(execution_.thread_count());
        for (Draft& draft : drafts_) {
            const auto t = ThreadId(draft.step.thread);
            if (seen[t]) continue;
            seen[t] = true;
            const EventId create = create_of(t);
            if (create != no_event && step_of_event_[create] >= 0) draft.item.after.push_back(step_of_event_[create]);
        }
    }

    EventId create_of(ThreadId t) const {
        for (EventId e = 0; e < graph_.size(); ++e)
            if (graph_[e].kind == EventKind::create && graph_[e].child == t) return e;
        return no_event;
    }

    /// Puts the steps in an order in which they can happen: one that explains every value read when there is one (the
    /// execution is sequentially consistent), else one in which stale reads are marked.
    void order(trace::Trace& trace) {
        for (const int i : last_)
            for (std::size_t j = 0; j < drafts_.size(); ++j)
                if (std::find(last_.begin(), last_.end(), int(j)) == last_.end()) drafts_[std::size_t(i)].item.after.push_back(int(j));
        depend_on_creation();
        std::vector<trace::Item> items, strict;
        for (const Draft& d : drafts_) items.push_back(d.item);
        strict = items;
        for (LocationId l = 0; l < graph_.location_count(); ++l) add_memory_order(l, strict);
        std::vector<int> permutation;
        try {
            permutation = trace::linearise(strict);
        } catch (const InternalError&) {
            permutation = trace::linearise(items); // not sequentially consistent
        }
        std::vector<int> place(permutation.size());
        for (std::size_t i = 0; i < permutation.size(); ++i) place[std::size_t(permutation[i])] = int(i);
        for (const int i : permutation) {
            trace::Step step = drafts_[std::size_t(i)].step;
            const EventId source = drafts_[std::size_t(i)].reads;
            if (source < no_event && step_of_event_[source] >= 0) step.reads_from = place[std::size_t(step_of_event_[source])];
            step.stale = is_stale(std::size_t(i), place);
            trace.steps.push_back(std::move(step));
        }
    }

    void add_memory_order(LocationId l, std::vector<trace::Item>& items) {
        const Location& location = graph_.location(l);
        if (location.is_queue) return;
        const auto before = [&](EventId a, EventId b) {
            const int x = step_of_event_[a], y = step_of_event_[b];
            if (x >= 0 && y >= 0 && x != y) items[std::size_t(y)].after.push_back(x);
        };
        for (std::size_t i = 0; i + 1 < location.mo.size(); ++i) before(location.mo[i], location.mo[i + 1]);
        for (const EventId r : location.reads) {
            if (graph_[r].waiting) continue;
            const std::uint32_t place = graph_.mo_place(l, graph_[r].rf);
            if (place < location.mo.size() && !graph_[r].exclusive) before(r, location.mo[place]);
        }
    }

    bool is_stale(std::size_t draft, const std::vector<int>& place) const {
        const EventId e = drafts_[draft].event;
        if (e == no_event || !graph_[e].is_read() || graph_[e].chain || graph_[e].waiting) return false;
        const Location& location = graph_.location(graph_[e].location);
        for (std::size_t i = graph_.mo_place(graph_[e].location, graph_[e].rf); i < location.mo.size(); ++i) {
            const int s = step_of_event_[location.mo[i]];
            if (s >= 0 && place[std::size_t(s)] < place[draft]) return true;
        }
        return false;
    }

    void tell_violation(trace::Trace& trace) {
        trace::Violation& v = trace.violation;
        v.kind = violation_.kind;
        v.message = violation_.message;
        if (violation_.conflict) return names_.tell_conflict(violation_, accessed(), v);
        if (!violation_.waiting.empty()) return names_.tell_waiting(violation_, graph_, v);
        v.parts.push_back({int(violation_.thread), names_.site(violation_.pc), v.message});
    }

    const Execution& execution_;
    const ExecutionGraph& graph_;
    const Violation& violation_;
    Names names_;
    std::vector<Draft> drafts_;
    std::vector<int> step_of_event_;
    std::vector<int> last_;
};

} // namespace

trace::Trace tell(const Execution& execution, const Violation& violation, const program::Module& module,
                  const Options& options) {
    trace::Trace trace;
    trace.model = options.model;
    trace.options = options;
    trace.decisions = encode(execution);
    Teller(execution, violation, module).tell(trace);
    return trace;
}

std::vector<std::uint64_t> encode(const Execution& execution) {
    std::vector<std::uint64_t> numbers{1, execution.children().size()};
    for (const auto& [key, id] : execution.children()) numbers.insert(numbers.end(), {key.first, key.second, id});
    const std::vector<Decision> decisions = decisions_from(execution.graph(), 0);
    numbers.push_back(decisions.size());
    for (const Decision& d : decisions)
        numbers.insert(numbers.end(), {d.thread, d.choice.rf, d.choice.place, d.choice.pick, d.choice.wait, d.choice.stamp});
    return numbers;
}

Added play(Execution& execution, const std::vector<std::uint64_t>& encoded) {
    std::size_t at = 0;
    const auto next = [&]() -> std::uint64_t {
        if (at >= encoded.size()) throw UserError("the trace's record of its execution is cut short");
        return encoded[at++];
    };
    if (next() != 1) throw UserError("the trace's record of its execution has a format that this heddle does not know");
    std::map<std::pair<ThreadId, std::uint32_t>, ThreadId> children;
    for (std::uint64_t n = next(); n > 0; --n) {
        const auto parent = ThreadId(next());
        const auto nth = std::uint32_t(next());
        children[{parent, nth}] = ThreadId(next());
    }
    execution.know_children(children);
    Added added = execution.restart();
    for (std::uint64_t n = next(); n > 0; --n) {
        if (added != Added::yes) throw Nondeterminism("the recorded execution ended earlier this time");
        const auto t = ThreadId(next());
        Choice choice;
        choice.rf = EventId(next());
        choice.place = std::uint32_t(next());
        choice.pick = std::uint32_t(next());
        choice.wait = next() != 0;
        choice.stamp = std::uint32_t(next());
        if (t >= execution.thread_limit() || !execution.next(t) || (choice.rf < no_event && choice.rf >= execution.graph().size()))
            throw Nondeterminism(fmt::format("thread {} had nothing to do where it did something when the trace was recorded", t));
        added = execution.add(t, choice);
    }
    return added;
}

} // namespace heddle::explore
