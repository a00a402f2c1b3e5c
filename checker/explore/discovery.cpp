// How an execution finds out what a thread does: it runs the segment natively and adds it to the tree of behaviour, or
// sees that the thread is back where it was (a spin loop).
#include "explore/execution.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "explore/kinds.hpp"

namespace heddle::explore {

using namespace graph;
using runtime::Operation;
using runtime::OpKind;

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
    if (recorder_.found_tracked()) throw FoundTracked{};
    Branches* at = &from;
    Value value = key;
    if (!remember_) from.at(key) = Target();
    for (const Recorder::Read& read : recorder_.reads()) {
        Cell& cell = memory_.cell(read.address);
        std::uint64_t bits = read.bits;
        if (!read.pc) { // nothing but a guard for what is not hooked: of atomic objects the operations tell
            const PlainRead* const known = at->find(value).read();
            bits = known && known->cell == &cell ? known->bits : known ? 0 : bits & ~atomic_bytes(cell);
            if (!bits) continue;
        }
        // The thread's own stack: a value other than the cell's comes from a write of its own that was not
        // instrumented.
        if (machine_.stack_owner(read.address) == t && ((cell.value ^ read.value) & bits)) continue;
        Target& target = at->at(value);
        if (target.unknown()) {
            PlainRead* const node = behaviour_.new_read();
            node->cell = &cell;
            node->bits = bits;
            node->mask = read.mask;
            node->pc = read.pc;
            target = Target(node);
        }
        PlainRead* const node = target.read();
        if (!node || node->cell->address != read.address || node->bits != bits)
            throw Opaque{"code that was not instrumented"};
        if (!remember_) memory_.set_value(*node->cell, (node->cell->value & ~bits) | (read.value & bits));
        at = &node->next;
        value = read.value & bits;
    }
    Target& target = at->at(value);
    if (!target.unknown() && remember_) {
        if (target.read()) throw Opaque{"code that was not instrumented"};
        return;
    }
    if (op.kind == OpKind::ordered) {
        machine_.order_arrivals();
        throw FoundArrivalOrder{};
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
    for (const Recorder::Late& late : recorder_.late())
        effects.push_back({&memory_.cell(late.address), 0, 0, late.pc, late.mask, late.writes ? AccessKind::write : AccessKind::read});
    add_unseen_writes(t, op.pc, effects);
    // A state that an invariant can tell from others is a change, also where no other thread can see it.
    if (!recorder_.changes().empty()) step->quiet = false;
    Change* const changes = behaviour_.new_changes(recorder_.changes().size());
    std::copy(recorder_.changes().begin(), recorder_.changes().end(), changes);
    step->changes = changes;
    step->change_count = std::uint32_t(recorder_.changes().size());
    Effect* const kept = behaviour_.new_effects(effects.size());
    std::copy(effects.begin(), effects.end(), kept);
    step->effects = kept;
    step->effect_count = std::uint32_t(effects.size());
    if (on_memory(op.kind) || may_spin(op.kind)) step->state = machine_.state_of(t);
    for (const Step* s = parent; s; s = s->parent)
        if (s->operation.pc == op.pc && s->operation.kind == op.kind) {
            step->visits = s->visits + 1;
            break;
        }
    step->cut = step->visits > options_.unroll;
    // Only the time can change what a loop over a clock does. It is later on the second visit, and then not again.
    if (op.kind == OpKind::clock)
        if (const Step* head = spin_head(*step)) step->jumps = !has_jumped(*step, *head);
    if (on_memory(op.kind)) {
        step->slot = &memory_.slot(op.address, on_queue(op.kind) ? 8 : op.size);
        if (!on_queue(op.kind)) check_initial_value(*step);
    }
    return step;
}

/// Shared words of the thread's own stack that hold something else than the cells and the recorded writes say: written
/// by code that the compiler found no need to instrument. They count as writes at the segment's end.
void Execution::add_unseen_writes(ThreadId t, std::uint64_t pc, std::vector<Effect>& effects) {
    for (const std::uint64_t word : shared_.words_of(t)) {
        Cell& cell = memory_.cell(word);
        std::uint64_t expected = cell.value;
        for (const Effect& effect : effects)
            if (effect.cell == &cell && effect.kind == AccessKind::write)
                expected = (expected & ~effect.bits) | effect.value;
        const std::uint64_t now = machine_.word_now(word);
        const std::uint64_t changed = (now ^ expected) & ~atomic_bits(cell);
        std::uint8_t mask = 0;
        for (unsigned i = 0; i < 8; ++i)
            if (changed >> (8 * i) & 0xff) mask |= std::uint8_t(1u << i);
        const std::uint64_t bits = bits_of_mask(mask);
        if (mask) effects.push_back({&cell, bits, now & bits, pc, mask, AccessKind::write});
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

/// The bytes of the word that have ever belonged to atomic objects.
std::uint64_t Execution::atomic_bytes(const Cell& cell) {
    std::uint64_t bits = 0;
    for (const Slot* slot : cell.slots) bits |= slot->cell == &cell ? bits_of_mask(slot->mask) : ~0ull;
    return bits;
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
    if (!may_spin(kind) || step.jumps) return nullptr;
    const Step* s = &step;
    while (s->quiet && s->parent) {
        const Operation& op = s->parent->operation;
        if (!runtime::leaves_unchanged(op, s->parent_result)) return nullptr;
        s = s->parent;
        if (s->operation.pc == step.operation.pc && s->operation.kind == kind && s->state == step.state &&
            s->operation.address == step.operation.address && s->operation.operand == step.operation.operand)
            return s;
    }
    return nullptr;
}

/// Whether time has jumped on the way from the head of the loop to the step.
bool Execution::has_jumped(const Step& step, const Step& head) {
    for (const Step* s = step.parent; s; s = s->parent) {
        if (s->jumps) return true;
        if (s == &head) break;
    }
    return false;
}

Target Execution::leads_to(const Step& step, Value result) {
    if (stays(step.operation, result)) return Target::spin();
    Target target = step.next.find(result);
    while (const PlainRead* read = target.read()) target = read->next.find(read->cell->value & read->bits);
    return target;
}

Target Execution::learn(ThreadId t, Value result) {
    Step* const step = const_cast<Step*>(threads_[t].next);
    if (stays(step->operation, result)) return Target::spin();
    adding_again_ = false;
    const Target known = leads_to(*step, result);
    if (!known.unknown() && remember_) return known;
    grow(t, native_.record_result(graph_, t, result, recorder_), step->next, result, step);
    return leads_to(*step, result);
}

} // namespace heddle::explore
