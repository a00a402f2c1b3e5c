#include "explore/execution.hpp"

#include <fmt/format.h>

#include "core/error.hpp"

namespace heddle::explore {

using namespace graph;
using runtime::Operation;
using runtime::OpKind;

namespace {

std::uint64_t word_at_start(void* machine, std::uint64_t address) {
    return static_cast<runtime::Machine*>(machine)->word_at_start(address);
}

bool on_memory(OpKind kind) {
    switch (kind) {
    case OpKind::load:
    case OpKind::store:
    case OpKind::rmw:
    case OpKind::cas:
    case OpKind::ticket:
    case OpKind::try_ticket:
    case OpKind::grant:
    case OpKind::held:
    case OpKind::unlock:
    case OpKind::enqueue:
    case OpKind::signal:
    case OpKind::pick:
    case OpKind::broadcast:
    case OpKind::leave:
    case OpKind::wake: return true;
    default: return false;
    }
}

bool on_queue(OpKind kind) { return on_memory(kind) && kind > OpKind::cas; }

const Operation& operation_of(const Event& event) { return static_cast<const Step*>(event.step)->operation; }

} // namespace

Execution::Execution(runtime::Machine& machine, const Options& options, unsigned lanes, bool remember,
                     SharedStack& shared)
    : machine_(machine), options_(options), remember_(remember), model_(memory::make_model(options.model, lanes)),
      graph_(lanes, model_->synchronisation()), memory_(&word_at_start, &machine), native_(machine, memory_),
      shared_(shared), recorder_(shared), threads_(lanes) {}

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
    if (op.kind == OpKind::cas) return read == op.expected;
    return op.kind == OpKind::rmw;
}

// --- adding -----------------------------------------------------------------------------------------------------

Added Execution::add(ThreadId t, const Choice& choice) {
    const Step& step = *threads_[t].next;
    adding_again_ = choice.again;
    marks_.resize(std::max<std::size_t>(marks_.size(), graph_.size() + 1));
    marks_[graph_.size()] = {memory_.mark(), graph_.location_count()};
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
            event.value = op.kind == OpKind::cas ? op.operand : runtime::apply(op.function, old, op.operand, op.size);
            break;
        }
        event.kind = EventKind::read;
        event.rf = choice.rf;
        event.value = graph_.value_of(event.location, choice.rf);
        event.waiting = choice.wait;
        event.update = op.kind != OpKind::load;
        event.exclusive = !choice.wait && updates(step, event.value);
        if (op.kind == OpKind::cas && !event.exclusive) event.order = op.failure_order;
        break;
    case OpKind::store:
        event.kind = EventKind::write;
        event.value = truncate(op.operand, op.size);
        break;
    case OpKind::ticket:
    case OpKind::try_ticket:
    case OpKind::enqueue:
    case OpKind::signal:
    case OpKind::broadcast:
    case OpKind::leave:
        event.chain = event.update = true;
        event.kind = second_half ? EventKind::write : EventKind::read;
        event.exclusive = second_half || !(op.kind == OpKind::try_ticket && choice.pick == 1);
        if (!second_half) event.rf = choice.rf;
        event.value = t + 1;
        break;
    case OpKind::fence: event.kind = EventKind::fence; break;
    case OpKind::create:
        event.kind = EventKind::create;
        event.child = child_of(t);
        break;
    case OpKind::join:
        event.kind = EventKind::join;
        event.partner = awaited(t);
        event.synchronises = true;
        break;
    case OpKind::end: event.kind = EventKind::end; break;
    case OpKind::grant:
        event.kind = EventKind::grant;
        event.partner = awaited(t);
        event.synchronises = true;
        break;
    case OpKind::held:
        event.kind = EventKind::held;
        event.partner = awaited(t);
        break;
    case OpKind::unlock:
        event.kind = EventKind::unlock;
        event.partner = own_ticket(t, step);
        if (event.partner == no_event) throw InternalError("an unlock without a lock reached the explorer");
        break;
    case OpKind::pick: {
        event.kind = EventKind::pick;
        event.partner = awaited(t);
        const std::vector<ThreadId> waiting = waiters(t);
        event.value = waiting.empty() ? 0 : Value{waiting[choice.pick]} + 1;
        event.child = choice.pick;
        break;
    }
    case OpKind::wake:
        event.kind = EventKind::wake;
        event.partner = awaited(t);
        break;
    case OpKind::choose:
        event.kind = EventKind::choose;
        event.value = choice.pick;
        break;
    case OpKind::assume:
    case OpKind::fail: break; // never added
    }
    return event;
}

Added Execution::push(const Event& event, std::uint32_t place, const Step& step) {
    if (event.thread >= threads_.size() || graph_.count_of(event.thread) >= max_lane_value)
        throw Unsupported("a thread does more than 65,000 visible operations");
    const EventId e = graph_.add(event, place);
    if (event.exclusive) open_updates_ += event.is_read() ? 1 : -1;
    if (model_->added(graph_) != memory::Axiom::none) {
        remove_last();
        return Added::inconsistent;
    }
    if (event.kind == EventKind::unlock) graph_.at(event.partner).partner = e;
    if (step.slot && (event.is_read() || event.is_write() || event.kind == EventKind::unlock))
        if (auto found = memory_.atomic_access(graph_, e, *step.slot))
            return conflict(event.thread, *found, *step.slot->cell, step.slot->mask,
                            event.is_write() ? AccessKind::write : AccessKind::read, step.operation.pc,
                            step.operation.frame, true);
    if (event.is_write() && !event.chain && graph_.location(event.location).mo.back() == e)
        memory_.set_value(*step.slot, event.value);
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
    Branches* at = &from;
    Value value = key;
    bool discovered = false;
    if (!remember_) discover(t, from, key, parent, child), discovered = true;
    for (;;) {
        Target target = at->find(value);
        if (target.unknown()) {
            if (discovered) // the cells disagree with the program's memory: somebody writes it unseen
                throw Opaque{"code that was not instrumented"};
            discover(t, from, key, parent, child);
            discovered = true;
            target = at->find(value);
            if (target.unknown()) throw Opaque{"code that was not instrumented"};
        }
        if (target.is_spin()) return Added::spin;
        if (const PlainRead* read = target.read()) {
            if (auto found = memory_.access(graph_, t, *read->cell, read->mask, AccessKind::read, read->pc))
                return conflict(t, *found, *read->cell, read->mask, AccessKind::read, read->pc, 0, false);
            value = read->cell->value & read->bits;
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
            if (auto found = memory_.access(graph_, t, *effect.cell, effect.mask, effect.kind, effect.pc))
                return conflict(t, *found, *effect.cell, effect.mask, effect.kind, effect.pc, 0, false);
        if (effect.kind == AccessKind::write)
            memory_.set_value(*effect.cell, (effect.cell->value & ~effect.bits) | effect.value);
    }
    threads_[t].next = &step;
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

Added Execution::conflict(ThreadId t, const Conflict& conflict, const Cell& cell, std::uint8_t mask, AccessKind kind,
                          std::uint64_t pc, std::uint64_t frame, bool atomic) {
    violation_ = {};
    const bool freed =
        conflict.event == no_event && (conflict.earlier.kind == AccessKind::release || kind == AccessKind::release);
    violation_.kind = freed && conflict.ordered ? Verdict::memory : Verdict::data_race;
    violation_.thread = t;
    violation_.pc = pc;
    violation_.frame = frame;
    violation_.conflict = conflict;
    violation_.address = cell.address;
    violation_.mask = mask;
    violation_.access = kind;
    violation_.atomic = atomic;
    return Added::violation;
}

// --- running the program -----------------------------------------------------------------------------------------

/// Runs the segment natively and adds it to the tree: plain reads, then the step with its effects.
void Execution::discover(ThreadId t, Branches& from, Value key, Step* parent, bool child) {
    const Operation& op = t == 0 && child ? native_.start_main(&recorder_)
                          : child         ? native_.record_child(graph_, recorder_)
                                          : native_.record_segment(graph_, recorder_);
    grow(t, op, from, key, parent);
}

void Execution::grow(ThreadId t, const Operation& op, Branches& from, Value key, Step* parent) {
    if (remember_ && recorder_.opaque_function()) throw Opaque{recorder_.opaque_function()};
    if (op.plain && machine_.stack_owner(op.address) != runtime::max_threads)
        throw Unsupported("--plain-accesses shared reaches globals and heap blocks, not a function's locals that "
                          "another thread uses");
    if (on_memory(op.kind))
        if (const ThreadId owner = machine_.stack_owner(op.address);
            owner != runtime::max_threads && shared_.add(owner, op.address))
            throw FoundShared{};
    if (recorder_.found_shared()) throw FoundShared{};
    Branches* at = &from;
    Value value = key;
    if (!remember_) from.at(key) = Target();
    for (const Recorder::Read& read : recorder_.reads()) {
        // The thread's own stack: a value other than the cell's comes from a write of its own that was not
        // instrumented.
        if (machine_.stack_owner(read.address) == t && (memory_.cell(read.address).value & read.bits) != read.value)
            continue;
        Target& target = at->at(value);
        if (target.unknown()) {
            PlainRead* const node = behaviour_.new_read();
            node->cell = &memory_.cell(read.address);
            node->bits = read.bits;
            node->mask = read.mask;
            node->pc = read.pc;
            target = Target(node);
        }
        PlainRead* const node = target.read();
        if (!node || node->cell->address != read.address || node->bits != read.bits)
            throw Opaque{"code that was not instrumented"};
        if (!remember_) memory_.set_value(*node->cell, (node->cell->value & ~read.bits) | read.value);
        at = &node->next;
        value = read.value;
    }
    Target& target = at->at(value);
    if (!target.unknown() && remember_) {
        if (target.read()) throw Opaque{"code that was not instrumented"};
        return;
    }
    Step* const step = make_step(t, op, parent, key);
    const Step* const head = adding_again_ ? nullptr : spin_head(*step);
    at->at(value) = head ? Target::spin() : Target(step);
    if (head) parent->spins.push_back({key, head});
}

Step* Execution::make_step(ThreadId t, const Operation& op, Step* parent, Value result) {
    Step* const step = behaviour_.new_step();
    step->operation = op;
    step->parent = parent;
    step->parent_result = result;
    const auto& writes = recorder_.writes();
    std::vector<Effect> effects;
    step->quiet = recorder_.releases().empty() && !recorder_.opaque_function();
    for (const Recorder::Write& write : writes) {
        const std::uint64_t bits = bits_of_mask(write.mask);
        effects.push_back({&memory_.cell(write.address), bits, machine_.word_now(write.address) & bits, write.pc,
                           write.mask, AccessKind::write});
        if (machine_.stack_owner(write.address) != t) step->quiet = false;
    }
    for (const Recorder::Release& release : recorder_.releases())
        for (std::uint64_t word = release.address & ~7ull; word < release.address + release.size; word += 8)
            effects.push_back({&memory_.cell(word), 0, 0, release.pc, 0xff, AccessKind::release});
    add_unseen_writes(t, effects);
    Effect* const kept = behaviour_.new_effects(effects.size());
    std::copy(effects.begin(), effects.end(), kept);
    step->effects = kept;
    step->effect_count = std::uint32_t(effects.size());
    if (on_memory(op.kind) || op.kind == OpKind::fence) step->state = machine_.state_of(t);
    for (const Step* s = parent; s; s = s->parent)
        if (s->operation.pc == op.pc && s->operation.kind == op.kind) {
            step->visits = s->visits + 1;
            break;
        }
    step->cut = step->visits > options_.unroll;
    if (on_memory(op.kind)) {
        step->slot = &memory_.slot(op.address, on_queue(op.kind) ? 8 : op.size);
        if (!on_queue(op.kind)) check_initial_value(*step);
    }
    return step;
}

/// Shared words of the thread's own stack that hold something else than the cells and the recorded writes say: written
/// by code that the compiler found no need to instrument. No race can come of these (the local had not escaped).
void Execution::add_unseen_writes(ThreadId t, std::vector<Effect>& effects) {
    for (const std::uint64_t word : shared_.words_of(t)) {
        Cell& cell = memory_.cell(word);
        std::uint64_t expected = cell.value;
        for (const Effect& effect : effects)
            if (effect.cell == &cell && effect.kind == AccessKind::write)
                expected = (expected & ~effect.bits) | effect.value;
        const std::uint64_t now = machine_.word_now(word);
        const std::uint64_t bits = ~atomic_bits(cell);
        if ((now ^ expected) & bits) effects.push_back({&cell, bits, now & bits, 0, 0xff, AccessKind::write});
    }
}

/// Before its first access an atomic object must hold what the cells say, else code unseen has initialised it.
void Execution::check_initial_value(const Step& step) {
    if (step.slot->location != no_location) return;
    for (Cell* cell : {step.slot->cell, step.slot->second}) {
        if (!cell) continue;
        std::uint64_t expected = cell->value;
        for (std::uint32_t i = 0; i < step.effect_count; ++i)
            if (step.effects[i].cell == cell && step.effects[i].kind == AccessKind::write)
                expected = (expected & ~step.effects[i].bits) | step.effects[i].value;
        const std::uint64_t bits = cell == step.slot->cell ? bits_of_mask(step.slot->mask) : ~0ull;
        const std::uint64_t now = machine_.word_now(cell->address);
        if ((now ^ expected) & bits & ~atomic_bits(*cell)) {
            if (remember_) throw Opaque{"code that was not instrumented"};
            memory_.set_value(*cell, now);
        }
    }
}

/// The bytes of the word that belong to atomic objects in use: memory and cells may then differ for a while, as native
/// runs write them in trail order.
std::uint64_t Execution::atomic_bits(const Cell& cell) {
    std::uint64_t bits = 0;
    for (const Slot* slot : cell.slots)
        if (slot->location != no_location) bits |= slot->cell == &cell ? bits_of_mask(slot->mask) : ~0ull;
    return bits;
}

/// ENGINE section 6: the thread is back at an operation in the same state, and nothing it did since changed anything.
const Step* Execution::spin_head(const Step& step) {
    const OpKind kind = step.operation.kind;
    if (kind != OpKind::load && kind != OpKind::cas && kind != OpKind::rmw && kind != OpKind::fence) return nullptr;
    const Step* s = &step;
    while (s->quiet && s->parent) {
        const Operation& op = s->parent->operation;
        const Value result = s->parent_result;
        const bool unchanged =
            op.kind == OpKind::load || op.kind == OpKind::fence || (op.kind == OpKind::cas && result != op.expected) ||
            (op.kind == OpKind::rmw && runtime::apply(op.function, result, op.operand, op.size) == result);
        if (!unchanged) return nullptr;
        s = s->parent;
        if (s->operation.pc == step.operation.pc && s->operation.kind == kind && s->state == step.state &&
            s->operation.address == step.operation.address && s->operation.operand == step.operation.operand)
            return s;
    }
    return nullptr;
}

Target Execution::leads_to(const Step& step, Value result) {
    Target target = step.next.find(result);
    while (const PlainRead* read = target.read()) target = read->next.find(read->cell->value & read->bits);
    return target;
}

Target Execution::learn(ThreadId t, Value result) {
    Step* const step = const_cast<Step*>(threads_[t].next);
    adding_again_ = false;
    const Target known = leads_to(*step, result);
    if (!known.unknown() && remember_) return known;
    grow(t, native_.record_result(graph_, t, result, recorder_), step->next, result, step);
    return leads_to(*step, result);
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
    model_->removing(graph_);
    graph_.remove_last();
    memory_.undo(marks_[e].memory);
    while (graph_.location_count() > marks_[e].locations) graph_.remove_last_location();
    native_.undone(graph_.size());
}

void Execution::undo_to(std::uint32_t size) {
    while (graph_.size() > size) remove_last();
}

// --- waiting -----------------------------------------------------------------------------------------------------

ThreadId Execution::child_of(ThreadId parent) {
    const auto [at, made] = children_.try_emplace({parent, threads_[parent].children}, ThreadId(children_.size() + 1));
    if (at->second >= threads_.size()) throw TooManyThreads{};
    return at->second;
}

/// The write half of the thread's last place in the queue, not yet given up.
EventId Execution::own_ticket(ThreadId t, const Step& step) const {
    for (EventId e = graph_.last_of(t); e < no_event && graph_[e].thread == t; e = graph_[e].previous)
        if (graph_[e].chain && graph_[e].is_write() && graph_[e].location == step.slot->location &&
            graph_[e].partner == no_event)
            return e;
    return no_event;
}

/// The event from which on the holder of the ticket has the mutex: the ticket itself when nobody was before, else its
/// grant.
EventId Execution::granted(EventId ticket) const {
    if (graph_[graph_[ticket].previous].rf == initial) return ticket;
    for (EventId e = ticket + 1; e < graph_.size(); ++e)
        if (graph_[e].kind == EventKind::grant && graph_[e].previous == ticket) return e;
    return no_event;
}

EventId Execution::pick_of(EventId signal) const {
    for (EventId e = signal + 1; e < graph_.size(); ++e)
        if (graph_[e].kind == EventKind::pick && graph_[e].previous == signal) return e;
    return no_event;
}

EventId Execution::awaited(ThreadId t) const {
    const Step& step = *threads_[t].next;
    const EventId last = graph_.last_of(t);
    switch (step.operation.kind) {
    case OpKind::join: {
        const auto target = ThreadId(step.operation.operand);
        return threads_[target].ended ? graph_.last_of(target) : no_event;
    }
    case OpKind::grant: return graph_[graph_[graph_[last].previous].rf].partner; // last: my ticket's write
    case OpKind::held: return granted(graph_[last].rf);                          // last: my failed trylock's read
    case OpKind::pick: {
        // The signals before must have picked: who waits depends on them.
        EventId newest = graph_.last_of(t); // the signal's write
        for (EventId w = graph_[graph_[newest].previous].rf; w != initial; w = graph_[graph_[w].previous].rf)
            if (operation_of(graph_[w]).kind == OpKind::signal) return pick_of(w);
        return newest;
    }
    case OpKind::wake: {
        EventId enqueued = last;
        while (!(graph_[enqueued].chain && graph_[enqueued].is_write() &&
                 graph_[enqueued].location == step.slot->location))
            enqueued = graph_[enqueued].previous;
        const auto& mo = graph_.location(step.slot->location).mo;
        for (std::uint32_t i = graph_.mo_place(step.slot->location, enqueued); i < mo.size(); ++i) {
            const OpKind kind = operation_of(graph_[mo[i]]).kind;
            if (kind == OpKind::broadcast) return mo[i];
            if (kind != OpKind::signal) continue;
            const EventId pick = pick_of(mo[i]);
            if (pick == no_event) return no_event;
            if (graph_[pick].value == t + 1) return pick;
        }
        return no_event;
    }
    default: return no_event;
    }
}

ThreadId Execution::holder(ThreadId t) const {
    const Step& step = *threads_[t].next;
    if (step.operation.kind == OpKind::join) return ThreadId(step.operation.operand);
    if (step.operation.kind != OpKind::grant) return runtime::max_threads;
    // The queue before this thread: the first whose turn has come and who has not unlocked.
    for (EventId w = graph_[graph_[graph_.last_of(t)].previous].rf; w != initial; w = graph_[graph_[w].previous].rf)
        if (graph_[w].partner == no_event && granted(w) != no_event) return graph_[w].thread;
    return runtime::max_threads;
}

std::vector<ThreadId> Execution::waiters(ThreadId t) const {
    const EventId signal = graph_.last_of(t);
    std::vector<EventId> before;
    for (EventId w = graph_[graph_[signal].previous].rf; w != initial; w = graph_[graph_[w].previous].rf)
        before.push_back(w);
    std::vector<ThreadId> waiting;
    const auto leave = [&](ThreadId gone) { std::erase(waiting, gone); };
    for (auto w = before.rbegin(); w != before.rend(); ++w) {
        switch (operation_of(graph_[*w]).kind) {
        case OpKind::enqueue: waiting.push_back(graph_[*w].thread); break;
        case OpKind::leave: leave(graph_[*w].thread); break;
        case OpKind::broadcast: waiting.clear(); break;
        case OpKind::signal:
            if (const EventId pick = pick_of(*w); pick != no_event && graph_[pick].value)
                leave(ThreadId(graph_[pick].value - 1));
            break;
        default: break;
        }
    }
    return waiting;
}

} // namespace heddle::explore
