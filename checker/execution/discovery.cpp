// How an execution finds out what a thread does: it runs the segment natively and adds it to the tree of behaviour, or
// sees that the thread is back where it was (a spin loop).
#include "execution/execution.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/mix.hpp"
#include "execution/give_back.hpp"
#include "execution/operations.hpp"
#include "execution/place_in_program.hpp"
#include "program/module.hpp"
#include "runtime/unhooked.hpp"
#include "runtime/way_out.hpp"

namespace heddle::execution {

using namespace graph;
using runtime::Operation;
using runtime::OpKind;

namespace {

constexpr std::string_view unknown_code = "by code that is not known (inline assembly, a library, a system call): what threads do with it "
                                          "cannot be followed";

std::string name_of(std::uint64_t address) {
    const std::string name = program::Module::loaded()->symbols().object_at(address);
    return name.empty() ? "memory that threads share" : "`" + name + "`";
}

std::string unexplained_value(std::uint64_t address, std::uint64_t pc) {
    return fmt::format("{}, read at {}, was written {}", name_of(address), place_of({pc}), unknown_code);
}

} // namespace

/// Runs the segment natively and adds it to the tree: plain reads, then the step with its effects.
void Execution::discover(ThreadId t, Branches& from, Value key, Step* parent, bool child) {
    const auto record = [&]() -> const Operation& {
        return t == 0 && child ? native_.start_main(&recorder_)
               : child         ? native_.record_child(graph_, recorder_)
                               : native_.record_segment(graph_, recorder_);
    };
    grow(t, record_explained(t, record), from, key, parent);
}

/// Runs a segment. What it writes without being seen ends the check: it is run once more, to know where that is.
template <typename Record>
const Operation& Execution::record_explained(ThreadId t, const Record& record) {
    const Operation& op = record();
    if (!recorder_.unexplained()) return op;
    recorder_.narrow_down();
    native_.abandon();
    record();
    tell_unexplained(t, op);
}

/// The check ends: code that is not known has changed memory that other threads can see.
void Execution::tell_unexplained(ThreadId t, const Operation& next) const {
    const auto& change = recorder_.unexplained();
    if (!change) throw InternalError("memory that was written unseen was not written when the segment was run again");
    std::vector<std::uint64_t> at_the_end = machine_.stack_of(t);
    at_the_end.insert(at_the_end.begin(), next.pc);
    if (const std::uint64_t function = machine_.function_of(t)) at_the_end.push_back(function + 1);
    const std::string after = place_of({change->after});
    const std::string before = change->before ? place_of({change->before}) : place_of(at_the_end);
    const std::string where = after.empty() || after == before ? "at " + before : "between " + after + " and " + before;
    throw Unsupported(fmt::format("{} is written {} {}", name_of(change->address), where, unknown_code));
}

void Execution::grow(ThreadId t, const Operation& op, Branches& from, Value key, Step* parent) {
    if (remember_ && recorder_.opaque_function()) need_replaying(recorder_.opaque_function());
    if (recorder_.unhooked_at())
        throw Unsupported("--plain-accesses shared: memory on which plain accesses race is accessed by code that the compiler "
                          "has left without a hook" + place_in_program(recorder_.unhooked_at()));
    if (on_memory(op.kind))
        if (const ThreadId owner = machine_.stack_owner(op.address);
            owner != runtime::max_threads && shared_.add(owner, op.address))
            throw NeedsMore{.of_shared_memory = true};
    if (recorder_.found_shared()) throw NeedsMore{.of_shared_memory = true};
    if (recorder_.found_tracked()) throw NeedsMore{};
    Branches* at = &from;
    Value value = key;
    if (!remember_) from.at(key) = Target();
    for (const SegmentListener::Read& read : recorder_.reads()) {
        Cell& cell = read.block ? memory_.block(read.address) : memory_.cell(read.address);
        std::uint64_t bits = read.bits;
        if (!read.pc) { // nothing but a guard for what is not hooked: of atomic objects the operations tell
            const PlainRead* const known = at->find(value).read();
            bits = known && known->cell == &cell ? known->bits : known ? 0 : bits & ~atomic_bytes(cell);
            if (!bits) continue;
        }
        // The thread's own stack: a value other than the cell's comes from a write of its own that was not
        // instrumented; or from a lock.
        if (machine_.stack_owner(read.address) == t && ((cell.value ^ read.value) & bits) && !holds_queue(cell)) continue;
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
        if (!node || node->cell != &cell || node->bits != bits)
            need_replaying();
        const std::uint64_t expected = memory_.value_of(cell);
        if (!remember_ && ((expected ^ read.value) & bits)) {
            // Nothing but its own thread-local variables and initial values of atomic objects may be written unseen.
            if (read.pc && options_.plain == PlainAccesses::race && !runtime::is_debugged() && !is_own(t, read.address) && ((expected ^ read.value) & bits & ~atomic_bytes(cell)))
                throw Unsupported(unexplained_value(read.address, read.pc));
            memory_.set_value(cell, bits == ~0ull ? read.value : (expected & ~bits) | (read.value & bits));
        }
        at = &node->next;
        value = read.value & bits;
    }
    Target& target = at->at(value);
    if (!target.unknown() && !(target.is_spin() && adding_again_) && remember_) {
        if (target.read()) need_replaying();
        return;
    }
    if (op.kind == OpKind::ordered) {
        machine_.order_arrivals();
        throw NeedsMore{.of_shared_memory = true};
    }
    Step* const step = make_step(t, op, parent, key);
    const Back back = leads_back(t, *step);
    if (back.given_back) step->round = back.to;
    const bool spin = back.to && !back.given_back && !adding_again_;
    at->at(value) = spin ? Target::spin() : Target(step);
    if (spin) parent->spins.push_back({key, back.to});
}

/// A word at a time where the block begins and ends, the rest at once: nobody has touched most of a block of gigabytes.
void Execution::add_release(const SegmentListener::Release& release, std::vector<Effect>& effects) {
    constexpr std::uint64_t bytes = Contents::bytes;
    const std::uint64_t end = release.address + release.size;
    const std::uint64_t first = std::min(end, (release.address + bytes - 1) / bytes * bytes);
    const std::uint64_t last = std::max(first, end / bytes * bytes);
    const auto add_words = [&](std::uint64_t from, std::uint64_t to) {
        for (std::uint64_t word = from & ~7ull; from < to && word < to; word += 8)
            effects.push_back({&memory_.cell(word), 0, 0, release.pc, 0, 0xff, AccessKind::release});
    };
    add_words(release.address, first);
    if (last > first)
        effects.push_back({&memory_.block(first), 0, 0, release.pc, 0, 0xff, AccessKind::release, last - first});
    add_words(last, end);
}

Step* Execution::make_step(ThreadId t, const Operation& op, Step* parent, Value result) {
    Step* const step = behaviour_.new_step();
    step->operation = op;
    step->parent = parent;
    step->parent_result = result;
    const auto& writes = recorder_.writes();
    std::vector<Effect> effects;
    step->quiet = recorder_.releases().empty() && !recorder_.opaque_function();
    for (const SegmentListener::Write& write : writes) {
        const std::uint64_t bits = bits_of_mask(write.mask);
        Cell& cell = write.block ? memory_.block(write.address) : memory_.cell(write.address);
        const std::uint64_t now =
            write.block ? content_now(machine_, memory_.contents(), write.address) : machine_.word_now(write.address);
        const Effect effect{&cell, bits, now & bits, write.pc, memory_.value_of(cell) & bits, write.mask, AccessKind::write,
                            write.block ? Contents::bytes : 8};
        effects.push_back(effect);
        // Writing what is there already is no change: with nothing released in between, whoever races with the second
        // round's write races with the first's.
        if (machine_.stack_owner(write.address) != t && (effect.value != effect.before || atomic_bytes(cell) & bits))
            step->quiet = false;
    }
    for (const SegmentListener::Release& release : recorder_.releases()) add_release(release, effects);
    for (const SegmentListener::Late& late : recorder_.late())
        effects.push_back({&memory_.cell(late.address), 0, 0, late.pc, 0, late.mask, late.writes ? AccessKind::write : AccessKind::read});
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
    if (tells_states_apart_ || on_memory(op.kind) || may_begin_round(op.kind)) remember_state(t, *step);
    const bool after_clock = parent && parent->operation.kind == OpKind::clock;
    step->waited = op.slept || op.not_before || (parent && !after_clock && parent->waited);
    if (parent) step->known_time = after_clock ? std::int64_t(result) : parent->known_time;
    for (const Step* s = parent; s; s = s->parent)
        if (s->operation.pc == op.pc && s->operation.kind == op.kind) {
            step->visits = s->visits + 1;
            break;
        }
    step->cut = step->visits > options_.unroll;
    if (step->cut && cut_loop_.place.empty()) cut_loop_ = describe_cut(t, *step);
    if (op.kind == OpKind::clock) look_for_jump(t, *step);
    if (on_memory(op.kind)) {
        if (!on_queue(op.kind)) agree_on_pieces(op);
        // A queue stands for the first 4 bytes of its object: a spin lock has no more, and is aligned to no more.
        step->slot = &memory_.slot(op.address, on_queue(op.kind) ? 4 : op.size);
        if (!on_queue(op.kind)) check_initial_value(*step);
    }
    if (tells_states_apart_) {
        identify(t, *step);
        const std::vector<std::uint64_t> stack = machine_.stack_of(t);
        step->endless = std::any_of(stack.begin(), stack.end(), [](std::uint64_t place) { return !runtime::may_return(place); });
    }
    return step;
}

/// Plain accesses of several sizes to the same bytes are made in pieces of the smallest, or of an atomic object there.
void Execution::agree_on_pieces(const Operation& op) {
    if (options_.plain == PlainAccesses::race) return;
    for (const Slot* slot : memory_.cell(op.address & ~7ull).slots) {
        const bool apart = op.address + op.size <= slot->address || slot->address + slot->size <= op.address;
        if (apart || slot->size == op.size) continue;
        if (shared_.make_pieces(slot->cell->address, std::min<unsigned>(op.size, slot->size))) throw NeedsMore{.of_shared_memory = true};
    }
}

/// Where the loop is, and what the round before the cut changed that others can see.
Execution::CutLoop Execution::describe_cut(ThreadId t, const Step& step) const {
    CutLoop loop;
    const Contents& contents = memory_.contents();
    loop.place = machine_.stack_of(t);
    if (loop.place.empty()) loop.place.push_back(step.operation.pc);
    const Step* s = &step;
    do {
        for (std::uint32_t i = 0; i < s->effect_count; ++i) {
            const Effect& effect = s->effects[i];
            if (effect.kind != AccessKind::write || effect.value == effect.before) continue;
            if (machine_.stack_owner(effect.cell->address) == t && !shared_.contains(effect.cell->address)) continue;
            loop.changes = CutLoop::Changes::memory;
            loop.address = effect.cell->address + (effect.cell->block ? 8 * contents.first_difference(effect.value, effect.before)
                                                                      : unsigned(std::countr_zero(effect.value ^ effect.before)) / 8);
            loop.pc = effect.pc;
        }
        const Value result = s->parent_result;
        s = s->parent;
        const Operation& op = s->operation;
        if (runtime::leaves_unchanged(op, result) || !on_memory(op.kind) || on_queue(op.kind)) continue;
        loop.changes = CutLoop::Changes::object;
        loop.address = op.address;
        loop.pc = op.pc;
        return loop;
    } while (s->parent && (s->operation.pc != step.operation.pc || s->operation.kind != step.operation.kind));
    return loop;
}

/// Shared words of the thread's own stack that hold something else than the cells and the recorded writes say: written
/// by code that the compiler found no need to instrument. They count as writes at the segment's end.
void Execution::add_unseen_writes(ThreadId t, std::uint64_t pc, std::vector<Effect>& effects) {
    for (const std::uint64_t word : shared_.words_of(t)) {
        Cell& cell = memory_.cell(word);
        std::uint64_t expected = cell.value;
        for (const Effect& effect : effects) expected = after_write(effect, cell, expected);
        const std::uint64_t now = machine_.word_now(word);
        const std::uint64_t changed = (now ^ expected) & ~atomic_bits(cell) & ~bits_of_mask(shared_.visible_bytes(word));
        std::uint8_t mask = 0;
        for (unsigned i = 0; i < 8; ++i)
            if (changed >> (8 * i) & 0xff) mask |= std::uint8_t(1u << i);
        const std::uint64_t bits = bits_of_mask(mask);
        if (mask) effects.push_back({&cell, bits, now & bits, pc, cell.value & bits, mask, AccessKind::write});
    }
}

/// Before its first access an atomic object must hold what the cells say, else code unseen has initialised it.
void Execution::check_initial_value(const Step& step) {
    if (step.slot->location != no_location) return;
    for (Cell* cell : {step.slot->cell, step.slot->second}) {
        if (!cell) continue;
        std::uint64_t expected = cell->value;
        for (std::uint32_t i = 0; i < step.effect_count; ++i) expected = after_write(step.effects[i], *cell, expected);
        const std::uint64_t bits = cell == step.slot->cell ? bits_of_mask(step.slot->mask) : ~0ull;
        const std::uint64_t now = machine_.word_now(cell->address);
        if ((now ^ expected) & bits & ~atomic_bits(*cell)) {
            if (remember_) need_replaying();
            memory_.set_value(*cell, now);
        }
    }
}

/// What the word holds after the effect if it held `before`.
std::uint64_t Execution::after_write(const Effect& effect, const Cell& word, std::uint64_t before) const {
    if (effect.kind != AccessKind::write || word.address - effect.cell->address >= effect.size) return before;
    return (before & ~effect.bits) | (memory_.word_in(*effect.cell, effect.value, word.address) & effect.bits);
}

/// The bytes of the word that have ever belonged to atomic objects; of a block all bits when there is any.
std::uint64_t Execution::atomic_bytes(const Cell& cell) {
    std::uint64_t bits = 0;
    if (cell.block && cell.block->split)
        return std::any_of(cell.block->words.begin(), cell.block->words.end(), [](const auto& word) { return !word->slots.empty(); })
                   ? ~0ull
                   : 0;
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

/// Without the words of its stack that others use as well: what those hold is read, like a global, and what the thread
/// itself writes there is looked at by OwnWrites.
/// Two steps of a thread have one identity when nothing that it does from now on can differ, but by what it reads of others.
void Execution::identify(ThreadId t, Step& step) const {
    const Operation& op = step.operation;
    const runtime::StateHash hook = machine_.hook_state_of(t);
    SequenceHash hash;
    for (const std::uint64_t part : {std::uint64_t(op.kind), std::uint64_t(op.order), std::uint64_t(op.failure_order), std::uint64_t(op.function),
                                     std::uint64_t(op.plain), std::uint64_t(op.size), std::uint64_t(op.wait), std::uint64_t(op.timed),
                                     op.address, std::uint64_t(op.operand), std::uint64_t(op.operand >> 64), std::uint64_t(op.expected),
                                     std::uint64_t(op.expected >> 64), op.pc, std::uint64_t(op.slept), std::uint64_t(op.not_before),
                                     step.state.low, step.state.high, step.stack_pointer, hook.low, hook.high})
        hash.add(part);
    for (std::uint32_t i = 0; i < step.time_count; ++i) hash.add(std::uint64_t(step.times[i].value)), hash.add(std::uint64_t(step.times[i].unit));
    step.identity = {hash.low(), hash.high()};
    const auto add = [&](std::uint64_t address, std::uint8_t mask, AccessKind kind) {
        step.accesses += mix(address ^ 0x9e3779b97f4a7c15, (std::uint64_t(mask) << 2 | std::uint64_t(kind)) + 0x4d5a2da51de1aa47);
    };
    for (const SegmentListener::Read& read : recorder_.reads())
        if (read.pc) add(read.address, read.mask, AccessKind::read);
    for (std::uint32_t i = 0; i < step.effect_count; ++i)
        if (step.effects[i].pc) add(step.effects[i].cell->address, step.effects[i].mask, step.effects[i].kind);
}

void Execution::remember_state(ThreadId t, Step& step) {
    std::vector<runtime::TimeWord> times;
    step.state = machine_.state_of(
        t, [](const void* shared, std::uint64_t word) { return static_cast<const SharedStack*>(shared)->contains(word); },
        &shared_, &times);
    step.stack_pointer = machine_.stack_pointer(t);
    runtime::TimeWord* const kept = behaviour_.new_times(times.size());
    std::copy(times.begin(), times.end(), kept);
    step.times = kept;
    step.time_count = std::uint32_t(times.size());
}

namespace {

/// What a thread has written in the shared part of its own stack on the way from an earlier step, collected backwards.
/// (Its private part is in the state; elsewhere every segment leaves memory as it was, see Step::quiet.)
class OwnWrites {
public:
    OwnWrites(const runtime::Machine& machine, ThreadId thread, std::uint64_t stack_pointer)
        : machine_(machine), thread_(thread), stack_pointer_(stack_pointer) {}

    /// The writes of the step before those known already. False: others wrote there in between.
    bool precede(const Step& step) {
        for (std::uint32_t i = step.effect_count; i-- > 0;) {
            const Effect& effect = step.effects[i];
            if (effect.kind != AccessKind::write || machine_.stack_owner(effect.cell->address) != thread_) continue;
            if (effect.cell->address + 8 <= stack_pointer_) continue; // dead when the round is over
            if (!precede(effect)) return false;
        }
        return true;
    }

    /// Whether all hold again what they held before.
    bool undone() const {
        return std::all_of(words_.begin(), words_.end(), [](const Word& w) { return w.first == w.last; });
    }

private:
    struct Word {
        const Cell* cell;
        std::uint64_t bits, first, last;
    };

    bool precede(const Effect& effect) {
        const auto known = std::find_if(words_.begin(), words_.end(), [&](const Word& w) { return w.cell == effect.cell; });
        if (known == words_.end()) {
            words_.push_back({effect.cell, effect.bits, effect.before, effect.value});
            return true;
        }
        if ((known->first ^ effect.value) & known->bits & effect.bits) return false;
        known->last |= effect.value & ~known->bits;
        known->first = (known->first & ~effect.bits) | effect.before;
        known->bits |= effect.bits;
        return true;
    }

    const runtime::Machine& machine_;
    const ThreadId thread_;
    const std::uint64_t stack_pointer_;
    std::vector<Word> words_;
};

} // namespace

namespace {

bool is_late(const Step& clock, Value shown) { return std::int64_t(shown) - clock.known_time >= time_jump; }

} // namespace

/// What of the state of a step holds a moment of time, at two visits of one place whose states are equal otherwise.
Execution::Moments Execution::compare_moments(const Step& before, const Step& now) {
    constexpr std::int64_t second = 1'000'000'000, not_far_off = 4 * time_jump;
    Moments moments;
    const std::int64_t passed = now.known_time - before.known_time;
    for (std::uint32_t i = 0; i < now.time_count; ++i) {
        const auto& [value, unit] = now.times[i];
        const std::int64_t moved = value - before.times[i].value;
        if (moved) moments.stand_still = false;
        const bool is_fraction = unit == runtime::TimeWord::fraction;
        // A moment in seconds moves when the second is full.
        if (moved && (is_fraction ? (moved - passed) % second != 0 : std::abs(moved * unit - passed) >= unit)) return moments;
        if (moved || is_fraction) continue;
        if (const std::int64_t to_come = value - now.known_time / unit; to_come > 0 && to_come < not_far_off / unit) moments.ahead = true;
    }
    moments.same_but_for_time = true;
    return moments;
}

/// ENGINE section 6: the thread is back at an operation in the same state, but perhaps for the time, and nothing it did since
/// changed anything, or all of it has been taken back. @return the latest such visit that is accepted
Execution::Back Execution::returns_to(ThreadId t, const Step& step, bool (*accept)(const Back&)) const {
    const OpKind kind = step.operation.kind;
    if (!may_begin_round(kind)) return {};
    OwnWrites own(machine_, t, step.stack_pointer);
    std::vector<Done> round; // latest first
    Back back;
    bool pure = true;
    const Step* s = &step;
    while (s->quiet && s->parent) {
        const Operation& op = s->parent->operation;
        pure = pure && runtime::leaves_unchanged(op, s->parent_result);
        if ((!pure && !may_be_given_back(op)) || !own.precede(*s)) return {};
        round.push_back({&op, s->parent_result});
        if (op.kind == OpKind::clock) {
            ++back.clocks;
            back.all_again &= s->parent->again;
            back.late |= is_late(*s->parent, s->parent_result);
        }
        s = s->parent;
        if (s->operation.pc != step.operation.pc || s->operation.kind != kind || s->state != step.state ||
            s->operation.address != step.operation.address || s->operation.operand != step.operation.operand || !own.undone())
            continue;
        back.moments = compare_moments(*s, step);
        if (!back.moments.same_but_for_time) continue;
        const GivenBack given = pure ? GivenBack::all : gives_back(round);
        if (given == GivenBack::not_all) continue;
        back.to = s;
        back.given_back = !pure;
        back.relocks = given == GivenBack::all_and_relocked;
        if (accept(back)) return back;
    }
    return {};
}

/// A round that looks at a clock may end when it is later. It is a wait when the later time has been offered to each of its clocks,
/// or has come already (deadline_missed with clang++, whose loop begins at the load; `late_for_the_first_time_anywhere` of timed_loops).
Execution::Back Execution::leads_back(ThreadId t, const Step& step) const {
    if (step.jump == Jump::must) return {};
    return returns_to(t, step, [](const Back& back) { return back.all_again && !back.relocks; });
}

/// Only the time can change what a loop over a clock does. It is later on the second visit, and then not again.
void Execution::look_for_jump(ThreadId t, Step& clock) const {
    const Back back = returns_to(t, clock, [](const Back&) { return true; });
    clock.again = back.to != nullptr;
    if (!back.to || (back.late && !back.moments.ahead)) return;
    // What it took and gave back others may have seen, round by round, before it is late; and of several clocks each may be
    // the first to be late (`seen_in_each_round` and `late_for_the_first_time_anywhere` of timed_loops).
    clock.jump = !back.given_back && back.clocks == 1 && back.moments.stand_still ? Jump::must : Jump::may;
}

Target Execution::leads_to(const Step& step, Value result) const {
    if (stays(step.operation, result)) return Target::spin();
    Target target = step.next.find(result);
    while (const PlainRead* read = target.read()) target = read->next.find(memory_.value_of(*read->cell) & read->bits);
    return target;
}

Target Execution::learn(ThreadId t, Value result) {
    Step* const step = const_cast<Step*>(threads_[t].next);
    if (stays(step->operation, result)) return Target::spin();
    adding_again_ = false;
    const Target known = leads_to(*step, result);
    if (!known.unknown() && remember_) return known;
    const auto record = [&]() -> const Operation& { return native_.record_result(graph_, t, result, recorder_); };
    grow(t, record_explained(t, record), step->next, result, step);
    return leads_to(*step, result);
}

} // namespace heddle::execution
