#include "execution/execution.hpp"

#include "execution/queue.hpp"
#include "execution/rules.hpp"
#include "execution/place_in_program.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.hpp"
#include "runtime/follow.hpp"

namespace heddle::execution {

using namespace graph;
using runtime::Operation;
using runtime::OpKind;

namespace {

std::uint64_t word_at_start(void* machine, std::uint64_t address) {
    return static_cast<runtime::Machine*>(machine)->word_at_start(address);
}

} // namespace

Execution::Execution(runtime::Machine& machine, const Options& options, Needs& needs)
    : machine_(machine), options_(options), needs_(needs), remember_(needs.remember), model_(memory::make_model(options.model, needs.lanes)),
      graph_(needs.lanes, model_->synchronisation()), memory_(&word_at_start, &machine), native_(machine, memory_),
      shared_(needs.known.shared),
      recorder_(shared_, needs.known.tracked, memory_.contents(), options.plain == PlainAccesses::race), threads_(needs.lanes) {
    memory_.watch_queues([](const void* self, LocationId queue) {
        return static_cast<const Execution*>(self)->in_use(queue).since != no_event;
    }, this);
    recorder_.is_ours = [this](std::uint64_t word) {
        const Cell* const cell = memory_.find(word);
        return cell && std::any_of(cell->slots.begin(), cell->slots.end(), [&](const Slot* slot) {
                   return slot->cell == cell && slot->location != no_location && graph_.location(slot->location).is_queue;
               });
    };
    native_.silent = [this](ThreadId t) -> const Operation* {
        const Step* const next = threads_[t].next;
        return next && next->operation.kind == OpKind::fail && next->operation.verdict == Verdict::livelock ? &next->operation
                                                                                                            : nullptr;
    };
}

void Execution::need_lanes() {
    if (needs_.lanes >= runtime::max_threads)
        throw OutOfResources(fmt::format("the program starts more than {} threads in one execution; try it with fewer, or with a bound "
                                         "on what it starts",
                                         runtime::max_threads - 1));
    needs_.lanes *= 2;
    throw NeedsMore{};
}

void Execution::need_replaying(const char* function) {
    if (!needs_.remember) throw Unsupported(fmt::format("memory is written by {}", function));
    needs_.remember = false;
    throw NeedsMore{};
}

Added Execution::restart() {
    undo_to(0);
    memory_.restart();
    for (Thread& thread : threads_) thread = {};
    for (ThreadId t = 0; t < threads_.size(); ++t) graph_.begin_thread(t, no_event);
    native_.abandon();
    threads_[0].alive = true;
    return follow(0, behaviour_.root(0), 0, nullptr, true);
}

void Execution::forget() {
    undo_to(0);
    behaviour_.forget();
}

bool Execution::updates(const Step& step, Value read) {
    const Operation& op = step.operation;
    if (op.symbolic != Scalar::none && op.kind == OpKind::cas) return succeeds(step, read) != 0;
    if (op.kind == OpKind::cas) return read == op.expected;
    return op.kind == OpKind::rmw && (op.function != runtime::RmwFunction::take || runtime::takes(read, op.operand));
}

// --- conditions on inputs -------------------------------------------------------------------------------------------

smt::PathSolver& Execution::solver() const {
    if (!solver_) solver_ = std::make_unique<smt::PathSolver>(options_.solver_limit);
    return *solver_;
}

std::vector<Word> Execution::path() const {
    std::vector<Word> conditions;
    conditions.reserve(conditional_.size() + 1);
    for (const EventId e : conditional_) conditions.push_back(graph_[e].assumes);
    return conditions;
}

smt::Answer Execution::possible(Word condition) const {
    if (!is_expression(condition)) return condition ? smt::Answer::satisfiable : smt::Answer::unsatisfiable;
    return solver().possible(path(), condition);
}

smt::PathSolver::Solution Execution::inputs_for(Word condition) const {
    std::vector<Word> conditions = path();
    conditions.push_back(condition);
    return solver().simplest(conditions);
}

Word Execution::succeeds(const Step& step, Value read) {
    return expressions().equal(step.operation.symbolic, Word(read), Word(step.operation.expected));
}

// --- adding -----------------------------------------------------------------------------------------------------

Added Execution::add(ThreadId t, const Choice& choice) {
    const Step& step = *threads_[t].next;
    adding_again_ = choice.again;
    marks_.resize(std::max<std::size_t>(marks_.size(), graph_.size() + 1));
    marks_[graph_.size()] = {memory_.mark(), graph_.location_count()};
    if (tells_states_apart_) {
        fingerprints_.resize(marks_.size());
        fingerprints_[graph_.size()] = memory_.fingerprint();
    }
    Event event = describe_event(t, step, choice);
    event.step = &step;
    event.thread = std::uint16_t(t);
    event.stamp = choice.stamp;
    return push(event, choice.place, step);
}

LocationId Execution::ensure_location(const Step& step) {
    Slot& slot = *step.slot;
    if (slot.location == no_location)
        memory_.set_location(slot, graph_.add_location(slot.number,
                                                       on_queue(step.operation.kind) ? 0 : memory_.value_of(slot),
                                                       on_queue(step.operation.kind)));
    else if (graph_.location(slot.location).is_queue != on_queue(step.operation.kind))
        throw Unsupported("plain accesses that race with each other, to the memory of a mutex or condition variable" +
                          place_in_program(step.operation.pc));
    return slot.location;
}

Event Execution::describe_event(ThreadId t, const Step& step, const Choice& choice) {
    const Operation& op = step.operation;
    Event event;
    event.order = op.order;
    event.size = op.size;
    if (step.slot) event.location = ensure_location(step);
    const bool second_half = in_update(t);
    switch (op.kind) {
    case OpKind::load:
    case OpKind::rmw:
    case OpKind::cas:
        if (second_half) {
            event.kind = EventKind::write;
            event.exclusive = event.update = true;
            const Value old = graph_[graph_.last_of(t)].value;
            event.value = op.kind == OpKind::cas ? op.operand : runtime::written(op, old);
            break;
        }
        event.kind = EventKind::read;
        event.rf = choice.rf;
        event.value = graph_.value_of(event.location, choice.rf);
        event.waiting = choice.wait;
        event.update = op.kind != OpKind::load;
        if (op.kind == OpKind::cas && op.symbolic != Scalar::none) {
            const Word equal = succeeds(step, event.value);
            event.exclusive = !choice.wait && (is_expression(equal) ? choice.pick == 0 : equal != 0);
            event.assumes = event.exclusive ? equal : expressions().negation(equal);
        } else {
            event.exclusive = !choice.wait && updates(step, event.value);
        }
        if (op.kind == OpKind::cas && !event.exclusive) event.order = op.failure_order;
        break;
    case OpKind::store:
        event.kind = EventKind::write;
        event.value = truncate(op.operand, op.size);
        break;
    case OpKind::fence: event.kind = EventKind::fence; break;
    case OpKind::create:
        event.kind = EventKind::create;
        event.child = child_of(t);
        break;
    case OpKind::end: event.kind = EventKind::end; break;
    case OpKind::choose:
        event.kind = EventKind::choose;
        event.value = choice.pick;
        break;
    case OpKind::branch:
    case OpKind::assume_that:
    case OpKind::ensure_that:
        event.kind = EventKind::branch;
        event.value = choice.pick;
        event.assumes = choice.pick ? Word(op.operand) : expressions().negation(Word(op.operand));
        // An assumption that does not hold: its thread goes no further.
        event.waiting = choice.wait || (op.kind == OpKind::assume_that && !choice.pick);
        break;
    case OpKind::notify: event.kind = EventKind::notify; break;
    case OpKind::clock:
        event.kind = EventKind::clock;
        event.waiting = choice.wait;
        event.child = passes(t, choice);
        event.value = Value(time_of_clock(t, event.child));
        break;
    case OpKind::assume:
    case OpKind::ordered:
    case OpKind::fail: break; // never added
    default:
        if (is(op.kind, entering)) {
            // A place in a queue is a read-modify-write: so each order of them is explored, and each once. Its value means nothing.
            event.chain = event.update = event.exclusive = true;
            event.kind = second_half ? EventKind::write : EventKind::read;
            if (!second_half) event.rf = choice.rf;
            event.value = t + 1;
            if (!second_half && choice.pick && is(op.kind, may_fail)) { // no place is taken
                event.exclusive = false;
                event.partner = blamed(t, choice.rf, choice.pick);
                event.child = choice.pick;
            }
        }
        if (const auto describe = rules_of(op.kind).describe) describe(*this, t, choice, event);
    }
    return event;
}

Added Execution::push(const Event& event, std::uint32_t place, const Step& step) {
    if (event.thread >= threads_.size() || graph_.count_of(event.thread) >= max_lane_value)
        throw OutOfResources(fmt::format("thread {} does more than {} visible operations", event.thread, max_lane_value));
    const EventId e = graph_.add(event, place);
    const bool possible = event.assumes == 1 || adding_again_ || this->possible(event.assumes) != smt::Answer::unsatisfiable;
    if (event.assumes != 1) conditional_.push_back(e);
    if (event.exclusive) open_updates_ += event.is_read() ? 1 : -1;
    if (model_->added(graph_) != memory::Axiom::none || !possible) {
        remove_last();
        return Added::inconsistent;
    }
    if (event.kind == EventKind::unlock) graph_.at(event.partner).partner = e;
    if (step.slot && (event.is_read() || event.is_write() || event.kind == EventKind::unlock ||
                      event.kind == EventKind::arrive))
        if (auto found = memory_.atomic_access(graph_, e, *step.slot))
            return conflict(event.thread, *found, *step.slot->cell, step.slot->mask,
                            event.is_write() ? AccessKind::write : AccessKind::read, step.operation.pc,
                            step.operation.frame, true);
    if (event.is_write() && !event.chain && graph_.location(event.location).mo.back() == e)
        memory_.set_value(*step.slot, event.value);
    if (event.kind == EventKind::arrive && is_one_too_many(e)) return too_many_arrivals(e, step);
    const Added added = after(e, step);
    if (added == Added::spin) remove_last();
    return added;
}

/// The event is in place: on to the thread's next operation.
Added Execution::after(EventId e, const Step& step) {
    const Event& event = graph_[e];
    const ThreadId t = event.thread;
    Thread& thread = threads_[t];
    if (event.is_read() && event.exclusive) return Added::yes; // the write half comes next
    if (event.waiting) {
        thread.next = nullptr;
        return Added::yes;
    }
    if (event.kind == EventKind::end) {
        thread.next = nullptr;
        thread.ended = true;
        return Added::yes;
    }
    Step* const from = const_cast<Step*>(&step);
    if (event.kind == EventKind::create) {
        ++thread.children;
        const ThreadId child = event.child;
        threads_[child] = {nullptr, 0, true, false};
        thread_count_ = std::max(thread_count_, child + 1);
        graph_.begin_thread(child, e);
        const Value start = step.operation.operand | step.operation.expected << 64;
        const Added added = follow(child, behaviour_.root(child), start, nullptr, true);
        if (added != Added::yes) return added;
    }
    return follow(t, from->next, result_of(graph_, e), from, false);
}

/// From a result to the thread's next step, through what is remembered; runs the program where nothing is.
Added Execution::follow(ThreadId t, Branches& from, Value key, Step* parent, bool child) {
    if (parent && stays(parent->operation, key)) return Added::spin;
    Branches* at = &from;
    Value value = key;
    bool discovered = false;
    if (!remember_) discover(t, from, key, parent, child), discovered = true;
    for (;;) {
        Target target = at->find(value);
        if (target.unknown()) {
            if (discovered) // the cells disagree with the program's memory: somebody writes it unseen
                need_replaying();
            discover(t, from, key, parent, child);
            discovered = true;
            target = at->find(value);
            if (target.unknown()) need_replaying();
        }
        if (target.is_spin()) {
            if (!adding_again_ || discovered) return Added::spin;
            discover(t, from, key, parent, child); // it has led on before: see Choice::again
            discovered = true;
            at = &from, value = key;
            continue;
        }
        if (const PlainRead* read = target.read()) {
            if (read->pc)
                if (auto found = memory_.access(graph_, t, *read->cell, read->mask, AccessKind::read, read->pc))
                    return conflict(t, *found, *read->cell, read->mask, AccessKind::read, read->pc, 0, false);
            value = memory_.value_of(*read->cell) & read->bits;
            at = &target.read()->next;
            continue;
        }
        return enter(t, *target.step());
    }
}

Added Execution::enter(ThreadId t, const Step& step) {
    for (std::uint32_t i = 0; i < step.effect_count; ++i) {
        const Effect& effect = step.effects[i];
        if (effect.pc)
            if (auto found = effect.kind == AccessKind::release && effect.size > 8
                                 ? memory_.release(graph_, t, effect.cell->address, effect.size, effect.pc)
                                 : memory_.access(graph_, t, *effect.cell, effect.mask, effect.kind, effect.pc))
                return conflict(t, *found, *effect.cell, effect.mask, effect.kind, effect.pc, 0, false);
        if (effect.kind == AccessKind::write)
            memory_.set_value(*effect.cell, effect.bits == ~0ull ? effect.value : (effect.cell->value & ~effect.bits) | effect.value);
    }
    threads_[t].next = &step;
    if (step.operation.kind == OpKind::fail && step.operation.operand == runtime::ran_long) ran_long_ = step.operation.pc;
    // A thread that reaches no visible operation stands still like one that waits: another may yet race with it.
    if (step.operation.kind == OpKind::fail && step.operation.verdict != Verdict::livelock) {
        const Operation& op = step.operation;
        violation_ = {};
        violation_.kind = op.verdict;
        violation_.message = op.message ? op.message : "";
        violation_.thread = t;
        violation_.pc = op.pc;
        violation_.frame = op.frame;
        return Added::violation;
    }
    return Added::yes;
}

/// By what the standard asks for this cannot happen: the counter of a latch would go below zero. To a barrier it makes
/// a difference who is late.
Added Execution::too_many_arrivals(EventId e, const Step& step) {
    if (step.operation.wait != runtime::Wait::none) {
        machine_.order_arrivals();
        throw NeedsMore{.of_shared_memory = true};
    }
    return misuse(graph_[e].thread, "a latch is counted down below zero", step.operation.pc, step.operation.frame);
}

Added Execution::misuse(ThreadId t, const std::string& message, std::uint64_t pc, std::uint64_t frame) {
    violation_ = {};
    violation_.kind = Verdict::misuse;
    violation_.message = message;
    violation_.thread = t;
    violation_.pc = pc;
    violation_.frame = frame;
    return Added::violation;
}

void Execution::know_word(std::uint64_t address, std::uint8_t visible, unsigned piece) {
    shared_.make_pieces(address, piece);
    shared_.make_visible(address, visible);
}

/// Plain accesses to these bytes race: they are operations from now on, and the exploration starts again.
void Execution::explore_accesses(std::uint64_t first_word, std::uint64_t size, std::uint8_t bytes, std::uint64_t pc) {
    bool news = false;
    for (std::uint64_t word = first_word; word < first_word + size; word += 8) news |= shared_.make_visible(word, bytes);
    if (!news) throw Unsupported("memory whose plain accesses are explored is accessed unseen" + place_in_program(pc));
    if (machine_.stack_owner(first_word) != runtime::max_threads) machine_.watch_all_accesses();
    throw NeedsMore{.of_shared_memory = true};
}

/// The trail is an order in which things can happen: who has taken a place in the queue by now and not given it up holds the
/// mutex, or waits for it, when the write comes. A write that an unlock is not ordered with is found where it comes first.
Execution::InUse Execution::in_use(LocationId queue) const {
    const auto& mo = graph_.location(queue).mo;
    for (const EventId w : mo) {
        if (!is_place_in_lock(graph_[w]) || given_up_by(graph_, w) != no_event) continue;
        const ThreadId holder = graph_[w].thread;
        const EventId since = held_since(graph_, w);
        return {since == no_event ? w : since,
                fmt::format("a {} is {{}} while T{} holds it{}", traits_of(operation_of(graph_[w]).kind).object, holder, threads_[holder].ended ? " (it has ended without unlocking it)" : "")};
    }
    for (ThreadId t = 0; t < thread_count_; ++t) {
        const Step* const next = threads_[t].next;
        if (!next || next->operation.kind != OpKind::wake || next->slot->location != queue || awaited(t) != no_event) continue;
        const bool being_woken = std::any_of(mo.begin(), mo.end(), [&](EventId w) {
            return operation_of(graph_[w]).kind == OpKind::signal && pick_of(w) == no_event;
        });
        if (!being_woken) return {graph_.last_of(t), fmt::format("a condition variable is {{}} while T{} waits on it", t)};
    }
    return {};
}

bool Execution::holds_queue(const Cell& cell) const {
    if (cell.block && cell.block->split)
        return std::any_of(cell.block->words.begin(), cell.block->words.end(), [&](const auto& word) { return holds_queue(*word); });
    return std::any_of(cell.slots.begin(), cell.slots.end(), [&](const Slot* slot) {
        return slot->location != no_location && graph_.location(slot->location).is_queue;
    });
}

Added Execution::conflict(ThreadId t, const Conflict& conflict, const Cell& cell, std::uint8_t mask, AccessKind kind,
                          std::uint64_t pc, std::uint64_t frame, bool atomic) {
    if (conflict.queue != no_location) {
        const InUse use = in_use(conflict.queue);
        misuse(t, fmt::format(fmt::runtime(use.by), kind == AccessKind::release ? "freed" : "destroyed or overwritten"), pc, frame);
        violation_.user = use.since;
        return Added::violation;
    }
    violation_ = {};
    if (conflict.event == no_event && !conflict.ordered)
        if (const std::string library = runtime::library_that_synchronises(pc, conflict.earlier.pc); !library.empty())
            throw Unsupported(fmt::format("two calls into {}, at {} and {}, use the same memory, and nothing that is known orders them; the library "
                                          "synchronises by atomic instructions of its own, which are not followed: give its source files beside "
                                          "the program's (--one-program)",
                                          library, place_of({conflict.earlier.pc}), place_of({pc})));
    const bool freed =
        conflict.event == no_event && (conflict.earlier.kind == AccessKind::release || kind == AccessKind::release);
    const std::uint64_t word = cell.block ? conflict.address : cell.address;
    const bool whole_block = cell.block && !cell.block->split; // two calls that write all of it
    // What the C library keeps between calls is not the program's: two such calls stay a race.
    if (!freed && options_.plain == PlainAccesses::shared && machine_.owns(word))
        explore_accesses(word, whole_block ? Contents::bytes : 8,
                         std::uint8_t(mask | (conflict.event == no_event ? conflict.earlier.mask : 0)), pc);
    violation_.kind = freed && conflict.ordered ? Verdict::memory : Verdict::data_race;
    violation_.thread = t;
    violation_.pc = pc;
    violation_.frame = frame;
    violation_.conflict = conflict;
    violation_.address = word;
    violation_.mask = mask;
    violation_.access = kind;
    violation_.atomic = atomic;
    return Added::violation;
}

// --- taking back -------------------------------------------------------------------------------------------------

void Execution::remove_last() {
    const EventId e = graph_.size() - 1;
    const Event& event = graph_[e];
    Thread& thread = threads_[event.thread];
    thread.next = static_cast<const Step*>(event.step);
    thread.ended = false;
    if (event.kind == EventKind::create) {
        if (threads_[event.child].alive) --thread.children;
        threads_[event.child] = {};
    }
    if (event.kind == EventKind::unlock && graph_[event.partner].partner == e)
        graph_.at(event.partner).partner = no_event;
    if (event.exclusive) open_updates_ += event.is_read() ? -1 : 1;
    if (event.assumes != 1) conditional_.pop_back();
    model_->removing(graph_);
    graph_.remove_last();
    memory_.undo(marks_[e].memory);
    if (tells_states_apart_) memory_.put_back_fingerprint(fingerprints_[e]);
    while (graph_.location_count() > marks_[e].locations) graph_.remove_last_location();
    native_.undone(graph_.size());
}

void Execution::undo_to(std::uint32_t size) {
    while (graph_.size() > size) remove_last();
}

} // namespace heddle::execution
