#include "story/story.hpp"

#include <algorithm>
#include <bit>

#include <fmt/format.h>

#include "core/error.hpp"
#include "execution/decisions.hpp"
#include "execution/queue.hpp"
#include "execution/redo.hpp"
#include "property/cuts.hpp"
#include "story/telling.hpp"
#include "program/cache.hpp"
#include "program/hash.hpp"
#include "trace/linearise.hpp"

namespace heddle::story {

using namespace execution;
using namespace property;
using namespace graph;
using runtime::Operation;
using runtime::OpKind;
using trace::Op;

namespace {

constexpr const char* library_thread = "std::thread::_State_impl";

class Teller {
public:
    Teller(const Execution& execution, const Violation& violation, const program::Module& module)
        : execution_(execution), graph_(execution.graph()), violation_(violation), module_(module),
          seen_(execution, violation, module), telling_(execution, violation, seen_) {}

    void tell(trace::Trace& trace) {
        step_of_event_.assign(graph_.size(), -1);
        if (violation_.breach) find_instance();
        for (EventId e = 0; e < graph_.size(); ++e) tell_event(e);
        tell_ends();
        depend_on_creation();
        prune();
        order(trace);
        trace::collapse_spins(trace);
        tell_threads(trace);
        tell_violation(trace);
    }

private:
    struct Draft {
        trace::Step step;
        trace::Item item;
        EventId event = no_event;
        EventId reads = no_event;  ///< event whose step it read from
        std::uint32_t changes = 0; ///< a change's step: so many of its segment have been made then
        bool silent = false;       ///< takes part in the order, but is not shown
        std::uint64_t pc = 0;      ///< of plain accesses …
        std::uint32_t segment = 0; ///< … and the segment of their thread
        std::vector<SourceSite> stack = {}; ///< the user's calls that led to the step
    };

    int add(Draft draft) {
        draft.item.thread = draft.step.thread;
        drafts_.push_back(std::move(draft));
        return int(drafts_.size() - 1);
    }

    const Operation& operation(EventId e) const { return static_cast<const Step*>(graph_[e].step)->operation; }

    void tell_threads(trace::Trace& trace) {
        for (ThreadId t = 0; t < execution_.thread_count(); ++t) {
            if (!execution_.alive(t)) continue;
            trace::Thread thread{int(t), name_of_thread(t, trace), {}};
            if (const EventId create = create_of(t); create != no_event) thread.created_at = seen_.at(create).site;
            trace.threads.push_back(std::move(thread));
        }
    }

    /// The user's function; a lambda by where it stands, or, in a pattern, by the thread object that runs it.
    std::string name_of_thread(ThreadId t, const trace::Trace&) const {
        const std::string given = execution_.machine().name_of(t);
        const std::string own = own_name_of_thread(t);
        return given.empty() ? own : own.empty() ? given : given + " (" + own + ")";
    }

    std::string own_name_of_thread(ThreadId t) const {
        if (t == 0) return "main";
        const SourceSite function = seen_.function_of(t);
        std::string name = function.function;
        const std::uint64_t start = execution_.machine().function_of(t);
        if (name.empty() && module_.contains(start)) name = module_.symbols().function_at(start);
        if (name.starts_with(library_thread)) name.clear();
        const bool lambda = name.empty() || name.ends_with("lambda");
        const std::string handle = seen_.handle_of(t);
        if (lambda && !handle.empty() && !is_nameless(handle)) return handle;
        return lambda && !name.empty() && function.known() ? "lambda at " + short_place(function) : name;
    }

    /// The plain writes of a segment to objects with a name; of the rest nothing is told.
    void tell_effects(ThreadId t, const Step* step, const Moment& moment, std::uint32_t segment) {
        if (!step || (t == 0 && !created_)) return; // before there is a second thread, all is preparation
        for (std::uint32_t i = 0; i < step->effect_count && i < moment.effects.size(); ++i) {
            const Effect& effect = step->effects[i];
            const ObjectName& object = moment.effects[i];
            if (effect.kind != AccessKind::write || !effect.pc || object.text.empty() || is_nameless(object.text) || object.internal) continue;
            if (is_handle(object.text)) continue;
            if (violation_.breach && is_told_as_change(*step, effect)) continue;
            Draft draft;
            draft.step.site = module_.symbols().site_of_return_address(effect.pc);
            if (!draft.step.site.known() || program::is_library_file(draft.step.site.file)) continue;
            draft.step.call = library_call_at(effect.pc);
            const unsigned shift = unsigned(std::countr_zero(unsigned(effect.mask)));
            draft.step.thread = int(t);
            draft.step.op = Op::plain_write;
            draft.step.object = object.text;
            draft.step.address = effect.cell->address + shift;
            if (const LargeWrite large = large_write_at(*step, i); large.effects) {
                draft.step.size = unsigned(large.bytes);
                draft.step.value = fmt::format("{} bytes", large.bytes);
                i += large.effects - 1;
            } else {
                draft.step.size = unsigned(std::popcount(unsigned(effect.mask)));
                draft.step.value = seen_.show(Value{effect.value >> (8 * shift)}, draft.step.size, object.holds);
            }
            draft.pc = effect.pc;
            draft.segment = segment;
            add(std::move(draft));
        }
    }

    /// The library's function that the user calls there, when the instruction is a part of it.
    std::string library_call_at(std::uint64_t pc) const {
        std::string call;
        for (const SourceSite& frame : module_.symbols().frames_of_return_address(pc)) {
            if (!program::is_library_file(frame.file)) break;
            call = frame.function;
        }
        return is_call_of_library(call) ? call : std::string();
    }

    /// The changes that the invariant can notice, up to `count` of the segment, from its declaration on.
    void tell_changes(ThreadId t, const Step& step, std::uint32_t segment, std::uint32_t count) {
        for (std::uint32_t i = 0; i < count; ++i) {
            const Change& change = step.changes[i];
            const Place& begin = instance_->begin;
            if (t == begin.thread && (segment < begin.events || (segment == begin.events && i < begin.change))) continue;
            Draft draft;
            draft.step.thread = int(t);
            draft.segment = segment;
            draft.changes = i + 1;
            if (change.pc) draft.step.site = module_.symbols().site_of_return_address(change.pc);
            switch (change.kind) {
            case Change::Kind::write: {
                const ObjectName name = seen_.name_in_the_end(change.subject);
                draft.step.op = Op::plain_write;
                draft.step.object = name.text;
                draft.step.address = change.subject;
                draft.step.size = change.size;
                draft.step.value = seen_.show(change.value, change.size, name.holds);
                draft.pc = change.pc;
                break;
            }
            case Change::Kind::enter:
            case Change::Kind::leave:
                draft.step.op = change.kind == Change::Kind::enter ? Op::enter : Op::leave;
                draft.step.object = fmt::format("\"{}\"", runtime::terms().label_text(change.subject));
                break;
            case Change::Kind::begin: {
                if (change.declaration != *violation_.declaration) continue;
                draft.step.op = Op::invariant;
                draft.step.object = fmt::format("\"{}\"", runtime::declarations()[change.declaration].name);
                draft.step.site = declared_at();
                break;
            }
            case Change::Kind::end: continue;
            }
            add(std::move(draft));
        }
    }

    bool is_told_as_change(const Step& step, const Effect& effect) const {
        return std::any_of(step.changes, step.changes + step.change_count, [&](const Change& c) {
            return c.kind == Change::Kind::write && c.subject < effect.cell->address + effect.size &&
                   effect.cell->address < c.subject + c.size;
        });
    }

    /// The instance of the invariant that is active in the violating state: the execution ends there.
    void find_instance() {
        states_.emplace(execution_, execution_.machine());
        states_->look();
        for (const Instance& instance : states_->instances())
            if (instance.declaration == *violation_.declaration && instance.begin.thread == violation_.thread)
                instance_ = instance;
        if (!instance_) throw InternalError("the violated invariant is not declared in its own counterexample");
    }

    SourceSite declared_at() const {
        const runtime::Declaration& declaration = runtime::declarations()[*violation_.declaration];
        return {declaration.file, declaration.line, 0, ""};
    }

    /// A std::thread or pthread_t: that it is written goes without saying.
    bool is_handle(const std::string& object) const {
        for (ThreadId t = 1; t < execution_.thread_count(); ++t)
            if (execution_.alive(t) && seen_.handle_of(t) == object) return true;
        return false;
    }

    void tell_event(EventId e) {
        const Event& event = graph_[e];
        const Step* const step = static_cast<const Step*>(event.step);
        const bool second = event.exclusive && event.is_write();
        if (!second) tell_effects(event.thread, step, seen_.at(e), event.index);
        if (!second && violation_.breach) tell_changes(event.thread, *step, event.index, step->change_count);
        if (event.kind == EventKind::create) created_ = true;
        Draft draft;
        draft.event = e;
        draft.segment = event.index - (second ? 1u : 0u);
        if (event.waiting || !describe(e, draft)) return;
        const auto depend = [&](EventId on) {
            if (on < no_event && step_of_event_[on] >= 0) draft.item.after.push_back(step_of_event_[on]);
        };
        if (event.is_read()) depend(event.partner < no_event ? event.partner : event.rf); // a failed trylock: the holder's place
        if (second) depend(graph_[event.previous].rf);
        else if (!event.is_write()) depend(event.partner);
        step_of_event_[e] = add(std::move(draft));
    }

    /// False: the event is not worth a line of its own (it is told with another).
    bool describe(EventId e, Draft& draft) {
        const Event& event = graph_[e];
        const Operation& op = operation(e);
        const Moment& moment = seen_.at(e);
        trace::Step& step = draft.step;
        const auto show = [&](Value value) { return seen_.show(value, op.size, moment.object.holds); };
        const auto start = [&](Op what, bool order) {
            step.thread = int(event.thread);
            step.op = what;
            step.site = moment.site;
            step.call = moment.call;
            draft.stack = moment.stack;
            if (op.address) {
                step.address = op.address;
                step.object = moment.object.text;
                step.size = op.size;
            }
            if (order) step.order = name_of(event.order);
        };
        const Op told = traits_of(op.kind).told;
        if (is(op.kind, takes_lock)) {
            if (event.is_read()) {
                if (event.exclusive) return false;
                start(Op::trylock_fail, false);
                return true;
            }
            start(told, false);
            draft.silent = graph_[event.previous].rf != initial; // told when it is granted
            return true;
        }
        if (is(op.kind, admission)) {
            if (event.kind != EventKind::grant || event.value) return false; // told by the last
            const EventId place = own_place_of(e);
            start(traits_of(operation(place).kind).told, false);
            if (event.partner != place) draft.reads = event.partner;
            return true;
        }
        if (is(op.kind, entering)) {
            if (event.is_read() || told == Op::unknown) return false;
            start(told, false);
            if (op.kind == OpKind::enqueue) step.releases = released_by_wait(e);
            draft.silent = op.kind == OpKind::signal; // told by its pick
            return true;
        }
        switch (op.kind) {
        case OpKind::load:
            start(Op::read, true);
            step.value = show(event.value);
            draft.reads = event.rf;
            return true;
        case OpKind::store:
            start(Op::write, true);
            step.value = show(event.value);
            return true;
        case OpKind::rmw:
        case OpKind::cas: {
            if (event.is_read() && event.exclusive) return false;
            const bool failed = event.is_read();
            // A take that finds too little is a mere read.
            start(op.kind == OpKind::rmw ? failed ? Op::read : Op::rmw : failed ? Op::cas_fail : Op::cas, true);
            const Value old = failed ? event.value : graph_[event.previous].value;
            draft.reads = failed ? event.rf : graph_[event.previous].rf;
            if (!failed) step.order = name_of(op.order);
            if (!failed) step.old_value = show(old);
            step.value = show(failed ? old : event.value);
            if (failed && op.kind == OpKind::cas) step.note = "expected " + show(op.expected);
            return true;
        }
        case OpKind::fence: start(Op::fence, true); return true;
        case OpKind::create:
            start(Op::create, false);
            step.value = std::to_string(event.child);
            return true;
        case OpKind::join:
            start(Op::join, false);
            step.value = std::to_string(std::uint64_t(op.operand));
            return true;
        case OpKind::end:
            start(Op::end, false);
            if (program::is_library_file(step.site.file)) step.site = {};
            draft.silent = !ends_as_holder(event.thread);
            return true;
        case OpKind::unlock:
            start(Op::unlock, false);
            draft.silent = is_part_of_wait(e);
            return true;
        case OpKind::pick:
            start(Op::signal, false);
            step.note = event.value ? fmt::format("wakes T{}", std::uint64_t(event.value - 1)) : "nobody waits: lost";
            return true;
        case OpKind::wake:
            start(Op::wake, false);
            draft.reads = event.partner; // none: it woke by itself, or at the end of its time
            return true;
        case OpKind::notify:
            start(Op::notify, false);
            step.note = op.operand == runtime::notify_all ? "all" : op.operand == 1 ? "one" : to_string(op.operand, 8);
            return true;
        case OpKind::arrive: start(Op::arrive, false); return true;
        case OpKind::meet:
            if (event.value) return false; // told by the last
            start(Op::meet, false);
            return true;
        case OpKind::choose:
            start(Op::choose, false);
            step.value = to_string(event.value, 8);
            return true;
        default: return false;
        }
    }

    /// The place in the queue that the admission is to.
    EventId own_place_of(EventId admission) const {
        EventId e = graph_[admission].previous;
        while (!is_place_in_lock(graph_[e])) e = graph_[e].previous;
        return e;
    }

    /// The unlock of a condition variable's wait is told with the wait.
    bool is_part_of_wait(EventId e) const {
        const EventId before = graph_[e].previous;
        return before < no_event && graph_[before].thread == graph_[e].thread &&
               operation(before).kind == OpKind::enqueue && operation(before).pc == operation(e).pc;
    }

    /// The mutex that a wait gives up, by its name.
    std::string released_by_wait(EventId enqueue) const {
        for (EventId e = enqueue + 1; e < graph_.size(); ++e)
            if (graph_[e].thread == graph_[enqueue].thread)
                return graph_[e].previous == enqueue && is_part_of_wait(e) ? seen_.at(e).object.text : std::string();
        return {};
    }

    /// Somebody waits for a mutex that the ended thread has kept.
    bool ends_as_holder(ThreadId t) const {
        return std::any_of(violation_.waiting.begin(), violation_.waiting.end(),
                           [&](const auto& w) { return is(w.step->operation.kind, admission) && w.for_thread == t; });
    }

    /// What is left after the last events: the plain writes that led to each thread's next operation, and how it ended.
    void tell_ends() {
        if (violation_.breach) { // the state lies before the rest of what led to the next operations
            for (ThreadId t = 0; t < execution_.thread_count(); ++t)
                if (execution_.alive(t) && execution_.next(t))
                    tell_changes(t, *execution_.next(t), events_of(t), violation_.breach->changes[t]);
            return;
        }
        for (ThreadId t = 0; t < execution_.thread_count(); ++t)
            if (execution_.alive(t) && t != violation_.thread)
                tell_effects(t, execution_.next(t), seen_.end_of(t), events_of(t));
        if (violation_.conflict) tell_race();
        if (violation_.conflict && violation_.conflict->earlier.kind == AccessKind::release && violation_.conflict->event == no_event) tell_allocation();
        if (!violation_.waiting.empty()) return tell_blocked();
        Draft draft;
        draft.step.thread = int(violation_.thread);
        draft.segment = events_of(violation_.thread);
        draft.step.op = Op::violation;
        draft.step.site = violation_.declaration ? declared_at() : seen_.end_of(violation_.thread).site;
        draft.step.note = violation_.message;
        if (violation_.user != no_event) {
            draft.step.site = module_.symbols().site_of_return_address(violation_.pc);
            if (const int step = step_of_event_[violation_.user]; step >= 0) draft.item.after.push_back(step);
        }
        if (violation_.conflict) {
            const bool race = violation_.kind == Verdict::data_race;
            if (violation_.atomic) {
                // The access is the thread's last event, and told already.
                const EventId last = graph_.last_of(violation_.thread);
                const int step = last < no_event ? step_of_event_[last] : -1;
                if (step >= 0) {
                    drafts_[std::size_t(step)].step.note = race ? "races" : "use after free";
                    last_.push_back(step);
                    return;
                }
            } else {
                draft.step.op = op_of(violation_.access);
                draft.step.object = seen_.later().object.text;
                draft.step.value = seen_.later().value;
                draft.step.site =
                    seen_.later().seen ? seen_.later().site : module_.symbols().site_of_return_address(violation_.pc);
            }
            draft.step.address = accessed();
            draft.step.size = unsigned(std::popcount(unsigned(violation_.mask)));
            draft.step.note = race                                       ? "races"
                              : violation_.access == AccessKind::release ? "freed twice"
                                                                         : "use after free";
        }
        last_.push_back(add(std::move(draft)));
    }

    void tell_blocked() {
        std::vector<Violation::Waiting> joins_last = violation_.waiting;
        std::stable_partition(joins_last.begin(), joins_last.end(),
                              [](const auto& w) { return w.step->operation.kind != OpKind::join; });
        for (const auto& w : joins_last) {
            Draft draft;
            const Moment& moment = seen_.end_of(w.thread);
            draft.step.thread = int(w.thread);
            draft.segment = events_of(w.thread);
            draft.step.op = Op::blocked;
            draft.step.site = moment.site;
            draft.step.call = moment.call;
            draft.stack = moment.stack;
            draft.step.object = moment.object.text;
            draft.step.address = w.step->operation.address;
            draft.step.note = telling_.waits_for_briefly(w);
            draft.step.waits_for = telling_.wait_of(w);
            if (w.step->operation.kind == OpKind::join) // not the cause: told last
                for (std::size_t i = 0; i < last_.size(); ++i) draft.item.after.push_back(last_[i]);
            // What made it so belongs to the story.
            const auto because = [&](EventId e) {
                if (e < no_event && step_of_event_[e] >= 0) draft.item.after.push_back(step_of_event_[e]);
            };
            because(telling_.taken_by_holder(w));
            for (const EventId write : telling_.writes_spun_on(w)) because(write);
            for (const EventId lost : telling_.lost_signals(w)) because(lost);
            if (is(w.step->operation.kind, admission) && w.for_thread < execution_.thread_count() &&
                execution_.ended(w.for_thread))
                because(graph_.last_of(w.for_thread));
            last_.push_back(add(std::move(draft)));
        }
    }

    static Op op_of(AccessKind kind) {
        return kind == AccessKind::read ? Op::plain_read : kind == AccessKind::write ? Op::plain_write : Op::free;
    }

    std::uint32_t events_of(ThreadId t) const {
        std::uint32_t count = 0;
        for (EventId e = 0; e < graph_.size(); ++e) count += graph_[e].thread == t;
        return count;
    }

    std::uint64_t accessed() const {
        unsigned mask = violation_.mask;
        if (violation_.conflict && violation_.conflict->event == no_event && (mask & violation_.conflict->earlier.mask)) mask &= violation_.conflict->earlier.mask;
        return violation_.address + unsigned(std::countr_zero(mask ? mask : 1u));
    }

    /// The earlier access of a race, in its place in its thread.
    void tell_race() {
        const Conflict& conflict = *violation_.conflict;
        const char* note = violation_.kind == Verdict::data_race ? "races" : "";
        if (conflict.event != no_event) {
            race_ = step_of_event_[conflict.event];
            if (race_ >= 0) drafts_[std::size_t(race_)].step.note = note;
            return;
        }
        Draft draft;
        const Access& access = conflict.earlier;
        draft.step.thread = int(access.thread);
        draft.step.op = op_of(access.kind);
        draft.step.address = accessed();
        draft.step.object = seen_.earlier().object.text;
        draft.step.value = seen_.earlier().value;
        draft.step.size = unsigned(std::popcount(unsigned(access.mask)));
        draft.step.site =
            seen_.earlier().seen ? seen_.earlier().site : module_.symbols().site_of_return_address(access.pc);
        draft.step.note = note;
        for (std::size_t i = 0; i < drafts_.size(); ++i) {
            Draft& told = drafts_[i];
            if (told.event != no_event || told.item.thread != int(access.thread) || told.pc != access.pc ||
                told.segment != access.segment || accessed() - told.step.address >= told.step.size)
                continue;
            draft.item = told.item; // it is told already, as one of the segment's writes
            told = std::move(draft);
            race_ = int(i);
            return;
        }
        race_ = insert(std::move(draft), access.thread, access.segment);
    }

    /// Into its thread's steps: before the first event after `segment` events. Drafts of one thread stand in program order.
    int insert(Draft draft, ThreadId thread, std::uint32_t segment) {
        std::size_t at = drafts_.size();
        for (std::size_t i = 0; i < drafts_.size(); ++i)
            if (drafts_[i].event != no_event && graph_[drafts_[i].event].thread == thread && graph_[drafts_[i].event].index >= segment) {
                at = i;
                break;
            }
        draft.step.thread = draft.item.thread = int(thread);
        draft.segment = segment;
        const auto shift = [&](int& i) { i += i >= int(at); };
        for (Draft& d : drafts_)
            for (int& after : d.item.after) shift(after);
        for (int& s : step_of_event_) shift(s);
        for (int& l : last_) shift(l);
        shift(race_);
        drafts_.insert(drafts_.begin() + std::ptrdiff_t(at), std::move(draft));
        return int(at);
    }

    /// Where the block that is used after its end came from.
    void tell_allocation() {
        const Birth* const birth = seen_.birth_of(accessed());
        if (!birth || !birth->site.known()) return;
        Draft draft;
        draft.step.op = Op::allocate;
        draft.step.object = seen_.earlier().object.text.empty() ? seen_.later().object.text : seen_.earlier().object.text;
        draft.step.address = accessed();
        draft.step.site = birth->site;
        allocation_ = insert(std::move(draft), ThreadId(birth->thread), birth->segment);
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

    /// Keeps the steps without which the last ones could not happen: each thread's up to some point. What is kept is an
    /// execution of its own, as it contains what every step of it read from.
    void prune() {
        std::vector<int> roots = last_;
        if (race_ >= 0) roots.push_back(race_);
        if (allocation_ >= 0) roots.push_back(allocation_);
        if (roots.empty()) return;
        keep_ends(roots);
        std::vector<bool> keep(drafts_.size());
        while (!roots.empty()) {
            const int i = roots.back();
            roots.pop_back();
            if (keep[std::size_t(i)]) continue;
            keep[std::size_t(i)] = true;
            const trace::Item& item = drafts_[std::size_t(i)].item;
            roots.insert(roots.end(), item.after.begin(), item.after.end());
            for (int j = i; j-- > 0;)
                if (drafts_[std::size_t(j)].item.thread == item.thread) {
                    roots.push_back(j);
                    break;
                }
        }
        std::vector<int> moved(drafts_.size(), -1);
        std::vector<Draft> kept;
        for (std::size_t i = 0; i < drafts_.size(); ++i) {
            if (!keep[i]) continue;
            moved[i] = int(kept.size());
            kept.push_back(std::move(drafts_[i]));
        }
        const auto move = [&](int& i) { i = i < 0 ? -1 : moved[std::size_t(i)]; };
        for (Draft& d : kept)
            for (int& after : d.item.after) move(after);
        for (int& s : step_of_event_) move(s);
        for (int& l : last_) move(l);
        move(race_);
        move(allocation_);
        drafts_ = std::move(kept);
    }

    /// Of a livelock: what the threads that have ended did last, as it could have been theirs to help.
    void keep_ends(std::vector<int>& roots) const {
        if (violation_.kind != Verdict::livelock) return;
        for (ThreadId t = 1; t < execution_.thread_count(); ++t) {
            const EventId last = execution_.alive(t) && execution_.ended(t) ? graph_.last_of(t) : no_event;
            if (last < no_event && step_of_event_[last] >= 0) roots.push_back(step_of_event_[last]);
        }
    }

    /// Puts the steps in an order in which they can happen: one that explains every value read when there is one (the
    /// execution is sequentially consistent), else one in which stale reads are marked. The two accesses of a race
    /// are told one after the other if they can be.
    void order(trace::Trace& trace) {
        const auto is_last = [&](int j) { return std::find(last_.begin(), last_.end(), j) != last_.end(); };
        for (const int i : last_)
            for (int j = 0; j < int(drafts_.size()); ++j)
                if (!is_last(j)) drafts_[std::size_t(i)].item.after.push_back(j);
        std::vector<trace::Item> items, strict, adjacent, strict_adjacent;
        for (const Draft& d : drafts_) items.push_back(d.item);
        strict = items;
        for (LocationId l = 0; l < graph_.location_count(); ++l) add_memory_order(l, strict);
        const auto with_race_last = [&](std::vector<trace::Item> list) {
            for (int j = 0; j < int(list.size()); ++j)
                if (race_ >= 0 && j != race_ && !is_last(j)) list[std::size_t(race_)].after.push_back(j);
            return list;
        };
        std::vector<int> permutation;
        for (const auto& attempt : {with_race_last(strict), strict, with_race_last(items), items}) try {
                permutation = trace::linearise(attempt);
                break;
            } catch (const InternalError&) { // these steps cannot happen in such an order
            }
        if (permutation.empty() && !drafts_.empty()) permutation = trace::linearise(items);
        std::vector<int> place(permutation.size(), -1);
        int shown = 0;
        StateCut cut;
        cut.events.assign(execution_.thread_count(), 0);
        cut.changes.assign(execution_.thread_count(), 0);
        bool declared = false;
        for (const int i : permutation)
            if (!drafts_[std::size_t(i)].silent) place[std::size_t(i)] = shown++;
        for (const int i : permutation) {
            const Draft& draft = drafts_[std::size_t(i)];
            if (violation_.breach) {
                take_step(draft, cut);
                declared |= draft.step.op == Op::invariant;
            }
            if (draft.silent) continue;
            trace::Step step = draft.step;
            if (draft.reads < no_event && step_of_event_[draft.reads] >= 0)
                step.reads_from = place[std::size_t(step_of_event_[draft.reads])];
            step.stale = is_stale(std::size_t(i), place);
            if (declared) step.state = state_after(cut);
            step.stack = stack_number(draft.stack, trace);
            if (step.site.known()) trace.stop = {unsigned(step.thread), draft.segment, step.site};
            trace.steps.push_back(std::move(step));
        }
    }

    /// Each different stack is in the trace once.
    static int stack_number(const std::vector<SourceSite>& calls, trace::Trace& trace) {
        if (calls.empty()) return -1;
        const auto known = std::find(trace.stacks.begin(), trace.stacks.end(), calls);
        if (known != trace.stacks.end()) return int(known - trace.stacks.begin());
        trace.stacks.push_back(calls);
        return int(trace.stacks.size()) - 1;
    }

    void take_step(const Draft& draft, StateCut& cut) const {
        const auto t = std::size_t(draft.step.thread);
        if (draft.changes) cut.events[t] = std::max(cut.events[t], draft.segment), cut.changes[t] = draft.changes;
        if (draft.event == no_event) return;
        const std::uint32_t events = graph_[draft.event].index + 1u;
        if (events > cut.events[t]) cut.events[t] = events, cut.changes[t] = 0;
    }

    /// What the invariant mentions, in that state.
    std::vector<std::pair<std::string, std::string>> state_after(const StateCut& cut) {
        std::vector<std::pair<std::string, std::string>> state;
        const runtime::Declaration& declaration = runtime::declarations()[*violation_.declaration];
        for (const TermId leaf : runtime::terms().leaves_of(declaration.condition)) {
            const Term& term = runtime::terms()[leaf];
            const Integer value = states_->value_in(leaf, cut);
            if (term.kind == TermKind::at) {
                state.emplace_back(fmt::format("at(\"{}\")", runtime::terms().label_text(term.a)), to_string(value));
                continue;
            }
            ObjectName name = seen_.name_in_the_end(term.a);
            if (name.text.empty()) name.text = fmt::format("{:#x}", term.a);
            if (term.kind == TermKind::held) state.emplace_back("held(" + name.text + ")", value ? "true" : "false");
            else state.emplace_back(name.text, seen_.show(Value(value), unsigned(term.b), name.holds));
        }
        return state;
    }

    void add_memory_order(LocationId l, std::vector<trace::Item>& items) {
        const Location& location = graph_.location(l);
        if (location.is_queue) return;
        const auto before = [&](EventId a, EventId b) {
            const int x = step_of_event_[a], y = step_of_event_[b];
            if (x >= 0 && y >= 0 && x != y) items[std::size_t(y)].after.push_back(x);
        };
        EventId last = no_event; // of those in the story
        for (const EventId w : location.mo) {
            if (step_of_event_[w] < 0) continue;
            if (last != no_event) before(last, w);
            last = w;
        }
        for (const EventId r : location.reads) {
            if (graph_[r].waiting || graph_[r].exclusive) continue;
            for (std::size_t i = graph_.mo_place(l, graph_[r].rf); i < location.mo.size(); ++i)
                if (step_of_event_[location.mo[i]] >= 0) {
                    before(r, location.mo[i]);
                    break;
                }
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
        telling_.tell(v);
        if (!v.parts.empty()) return;
        if (violation_.declaration) return tell_declaration(trace);
        SourceSite site = seen_.end_of(violation_.thread).site;
        if (!site.known() || violation_.user != no_event) site = module_.symbols().site_of_return_address(violation_.pc);
        v.parts.push_back(
            {int(violation_.thread), site, v.kind == Verdict::assertion ? "the condition is false" : v.message});
        if (violation_.user != no_event)
            v.parts.push_back({int(graph_[violation_.user].thread), seen_.at(violation_.user).site, "uses it since then"});
        tell_values(trace, site);
    }

    /// The invariant, and the step that makes it false.
    void tell_declaration(trace::Trace& trace) {
        trace::Violation& v = trace.violation;
        v.parts.push_back({int(violation_.thread), declared_at(), "declares the invariant"});
        if (!violation_.breach || trace.steps.empty()) return;
        const trace::Step& last = trace.steps.back();
        v.values = last.state;
        if (last.op == Op::invariant) v.parts.back().what = "declares the invariant, which does not even hold then";
        else v.parts.push_back({last.thread, last.site, "makes it false"});
    }

    /// What was read on the line of the violation, the last value of each object.
    void tell_values(trace::Trace& trace, const SourceSite& site) {
        if (!site.known()) return;
        const auto add = [&](const std::string& name, const std::string& value) {
            auto& values = trace.violation.values;
            std::erase_if(values, [&](const auto& known) { return known.first == name; });
            values.emplace_back(name, value);
        };
        const auto here = [&](const SourceSite& other) { return other.file == site.file && other.line == site.line; };
        for (const trace::Step& step : trace.steps)
            if (step.thread == int(violation_.thread) && here(step.site) && !step.object.empty() &&
                !step.value.empty() &&
                reads(step.op) && !is_plain(step.op))
                add(step.object, step.old_value.empty() ? step.value : step.old_value + " -> " + step.value);
        for (const LastRead& read : seen_.last_reads())
            if (here(read.site)) add(read.name, read.value);
    }

    const Execution& execution_;
    const ExecutionGraph& graph_;
    const Violation& violation_;
    const program::Module& module_;
    Reenactment seen_;
    Telling telling_;
    std::vector<Draft> drafts_;
    std::vector<int> step_of_event_;
    std::vector<int> last_; ///< the violation's own steps
    int race_ = -1;         ///< the earlier access of a race
    int allocation_ = -1;   ///< of the block that is used after its end
    bool created_ = false;  ///< so far, a second thread
    std::optional<Cuts> states_;     ///< of a violated invariant
    std::optional<Instance> instance_; ///< the violated one
};

} // namespace

trace::Trace tell(const Execution& execution, const Violation& violation, const program::Module& module,
                  const Options& options) {
    trace::Trace trace;
    trace.model = options.model;
    trace.options = options;
    trace.decisions = encode(execution);
    trace.program = program::hash_of(program::read_file(module.path())).hex();
    Teller(execution, violation, module).tell(trace);
    // The machine has run the whole trail now: the execution's own run, should it go on, starts anew.
    const_cast<Execution&>(execution).native().abandon();
    return trace;
}

void name_inputs(trace::Trace& trace, const std::vector<InputValue>& inputs) {
    trace.inputs = inputs;
    const std::vector<std::string> names = distinct_names(inputs);
    for (std::size_t i = inputs.size(); i-- > 0;)
        trace.violation.values.insert(trace.violation.values.begin(),
                                      {names[i], to_string(inputs[i].input.type, inputs[i].value)});
}

} // namespace heddle::story
