#include "story/reenactment.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include <fmt/format.h>

#include "runtime/hidden_state.hpp"

// A debugger has breakpoints here; the names stand in its script (cli/debugger.cpp).
extern "C" {
[[gnu::noinline]] void heddle_replay_segment() { asm volatile(""); }
[[gnu::noinline]] void heddle_replay_access() { asm volatile(""); }
}

namespace heddle::story {

using namespace execution;
using namespace graph;
using program::ValueKind;
using runtime::Operation;
using runtime::OpKind;

namespace {

constexpr std::size_t most_reads = 1024;
constexpr unsigned briefly = 500; ///< milliseconds, for what is known to go on for ever
constexpr unsigned most_looks = 64; ///< for a thread's own function

struct Marked {
    bool wanted = false;
    unsigned thread = 0, segment = 0;
} marked;

std::uint64_t content(std::uint64_t address, std::size_t size) {
    std::uint64_t value = 0;
    std::memcpy(&value, reinterpret_cast<const void*>(address), std::min<std::size_t>(size, sizeof value));
    return value;
}

} // namespace

void mark_for_debugger(unsigned thread, unsigned segment) { marked = {true, thread, segment}; }

Reenactment::Reenactment(const Execution& execution, const Violation& violation, const program::Module& module)
    : execution_(execution), graph_(execution.graph()), module_(module), machine_(execution.machine()),
      violator_(violation.thread), threads_(runtime::max_threads), events_(graph_.size()), ends_(runtime::max_threads), blocks_(module) {
    want(violation);
    machine_.keep_frames(true);
    run();
    conclude();
    machine_.listen(nullptr);
    machine_.keep_frames(false);
}

void Reenactment::want(const Violation& violation) {
    if (!violation.conflict) return;
    const std::uint64_t word = violation.address & ~std::uint64_t{7};
    // Both are met where they meet: one may be of a byte and the other of the whole word (race_of_two_sizes).
    std::uint8_t mask = violation.mask;
    if (violation.conflict->event == no_event) {
        const Access& access = violation.conflict->earlier;
        mask &= access.mask;
        earlier_ = {true, false, access.thread, access.segment, word, access.pc, mask, access.kind, {}};
    }
    if (!violation.atomic) later_ = {true, false, violation.thread, 0, word, violation.pc, mask, violation.access, {}};
    for (EventId e = 0; e < graph_.size(); ++e)
        if (graph_[e].thread == violation.thread) ++later_.segment;
}

// --- the run -----------------------------------------------------------------------------------------------------

void Reenactment::run() {
    machine_.listen(nullptr);
    machine_.reset();
    const unsigned patience = machine_.set_watchdog(0);
    machine_.set_watchdog(stands_silent() ? std::min(patience, briefly) : patience);
    run_events();
    machine_.set_watchdog(patience);
}

/// Whether a thread is known to reach no further visible operation.
bool Reenactment::stands_silent() const {
    for (ThreadId t = 0; t < execution_.thread_count(); ++t)
        if (execution_.next(t) && execution_.next(t)->operation.kind == OpKind::fail &&
            execution_.next(t)->operation.verdict == Verdict::livelock)
            return true;
    return false;
}

template <typename Go>
void Reenactment::run_thread(ThreadId t, Go go) {
    running_ = t;
    if (t == violator_) reads_.clear();
    machine_.listen(this);
    if (marked.wanted && !later_.wanted && t == marked.thread && threads_[t].events == marked.segment) heddle_replay_segment();
    threads_[t].pending = go();
    machine_.listen(nullptr);
    settle(earlier_);
    settle(later_);
    created_ = runtime::max_threads;
    if (threads_[t].function.function.empty())
        threads_[t].function = module_.symbols().outermost_user_frame(stack_of(t, threads_[t].pending->pc));
}

void Reenactment::run_events() {
    run_thread(0, [&] { return &machine_.start(0); });
    for (EventId e = 0; e < graph_.size(); ++e)
        if (!run_event(e)) return;
}

/// False: the program does not do what it did before; what is known so far must do.
bool Reenactment::run_event(EventId e) {
    const Event& event = graph_[e];
    const ThreadId t = event.thread;
    Thread& thread = threads_[t];
    const auto* step = static_cast<const Step*>(event.step);
    if (!thread.pending || thread.pending->kind != step->operation.kind || thread.pending->pc != step->operation.pc)
        return false;
    meet(t, events_[e], step);
    ++thread.events;
    if (event.is_write() || event.is_read()) note_pointer(event.value);
    take_event(
        machine_, graph_, e,
        [&](ThreadId child) {
            run_thread(child, [&] { return &machine_.start(child); });
            created_ = child;
        },
        [&](ThreadId self, Value result) { run_thread(self, [&] { return &machine_.resume(self, result); }); });
    return true;
}

/// The thread stands at the operation of the step (null: at the one pending now).
void Reenactment::meet(ThreadId t, Moment& moment, const Step* step) {
    const Operation& op = *threads_[t].pending;
    place(moment, t, op.pc);
    if (op.address) moment.object = name_of(op.address, t, op.pc);
    if (!step) return;
    for (std::uint32_t i = 0; i < step->effect_count; ++i) {
        const Effect& effect = step->effects[i];
        if (effect.kind != AccessKind::write || !effect.pc) {
            moment.effects.emplace_back();
            continue;
        }
        const unsigned shift = unsigned(std::countr_zero(unsigned(effect.mask)));
        moment.effects.push_back(name_of(effect.cell->address + shift, t, op.pc));
        if (const LargeWrite large = large_write_at(*step, i); large.effects) { // the first name stands for all
            moment.effects.resize(moment.effects.size() + large.effects - 1);
            i += large.effects - 1;
            continue;
        }
        if (moment.effects.back().holds == ValueKind::pointer) note_pointer(effect.value >> (8 * shift));
    }
}

void Reenactment::conclude() {
    for (ThreadId t = 0; t < execution_.thread_count(); ++t)
        if (execution_.alive(t) && threads_[t].pending) meet(t, ends_[t], execution_.next(t));
    for (const Read& read : reads_) {
        const ObjectName name = name_of(read.address, violator_, read.pc);
        if (name.text.empty()) continue;
        note_pointer(read.value);
        shown_reads_.push_back(
            {site_of(violator_, read.pc), name.text, show(read.value, unsigned(read.size), name.holds)});
    }
}

// --- plain accesses ----------------------------------------------------------------------------------------------

void Reenactment::read(std::uint64_t address, std::size_t size, std::uint64_t pc) {
    watch(AccessKind::read, address, size, pc);
}

void Reenactment::write(std::uint64_t address, std::size_t size, std::uint64_t pc) {
    if (created_ != runtime::max_threads) { // the first write after a create is to the thread's handle
        const ObjectName handle = name_of(address, running_, pc);
        if (!handle.internal) threads_[created_].handle = handle.text;
        created_ = runtime::max_threads;
    }
    note_birth(address, pc);
    watch(AccessKind::write, address, size, pc);
}

void Reenactment::release(std::uint64_t address, std::size_t size, std::uint64_t pc) {
    watch(AccessKind::release, address, size, pc);
    dead_.insert(machine_.block_at(address).start);
}

void Reenactment::watch(AccessKind kind, std::uint64_t address, std::size_t size, std::uint64_t pc) {
    settle(earlier_);
    settle(later_);
    // A thread whose operations all lie in library code may still have plain accesses of its own.
    if (Thread& thread = threads_[running_]; thread.function.function.empty() && thread.looks++ < most_looks)
        thread.function = module_.symbols().outermost_user_frame(stack_of(running_, pc));
    look(earlier_, kind, address, size, pc);
    look(later_, kind, address, size, pc);
    if (kind == AccessKind::read && running_ == violator_ && size <= 8 && reads_.size() < most_reads)
        reads_.push_back({address, pc, size, content(address, size)});
}

void Reenactment::look(Wanted& wanted, AccessKind kind, std::uint64_t address, std::size_t size, std::uint64_t pc) {
    if (!wanted.wanted || wanted.found.seen || kind != wanted.kind || running_ != wanted.thread || pc != wanted.pc ||
        threads_[running_].events != wanted.segment)
        return;
    const std::uint64_t first = wanted.address + unsigned(std::countr_zero(unsigned(wanted.mask ? wanted.mask : 1)));
    if (first < address || first >= address + size) return;
    wanted.found.seen = true;
    if (marked.wanted && &wanted == &later_) heddle_replay_access();
    wanted.found.site = site_of(running_, pc);
    wanted.found.object = name_of(std::max(first, address), running_, pc);
    if (std::string& name = wanted.found.object.text; kind == AccessKind::release && !is_nameless(name))
        name = name.substr(0, name.find('.')); // all of it, not a field
    wanted.address = address;
    wanted.mask = std::uint8_t(std::min<std::size_t>(size, 8));
    if (kind == AccessKind::read && size <= 8) {
        note_pointer(content(address, size));
        wanted.found.value = show(content(address, size), unsigned(size), wanted.found.object.holds);
    }
    wanted.unsettled = kind == AccessKind::write && size <= 8;
}

/// The access was a write, and has happened by now.
void Reenactment::settle(Wanted& wanted) {
    if (!wanted.unsettled) return;
    wanted.unsettled = false;
    const std::uint64_t value = content(wanted.address, wanted.mask);
    note_pointer(value);
    wanted.found.value = show(value, wanted.mask, wanted.found.object.holds);
}

// --- places and names --------------------------------------------------------------------------------------------

std::vector<std::uint64_t> Reenactment::stack_of(ThreadId t, std::uint64_t pc) const {
    std::vector<std::uint64_t> stack;
    if (module_.contains(pc)) stack.push_back(pc);
    for (const runtime::Frame& frame : machine_.frames_of(t))
        if (module_.contains(frame.return_address)) stack.push_back(frame.return_address);
    return stack;
}

SourceSite Reenactment::site_of(ThreadId t, std::uint64_t pc) const {
    return module_.symbols().user_site(stack_of(t, pc));
}

/// Not what is an operation of the program itself in the user's eyes: an atomic object's, or one of heddle's own.
bool is_call_of_library(std::string_view function) {
    for (const char* own : {"std::atomic", "std::__atomic", "atomic_", "__atomic", "heddle::"})
        if (function.starts_with(own)) return false;
    return !function.empty();
}

/// The operation at `pc` as the user sees it: where, in a call of which library function, called from where.
void Reenactment::place(Moment& moment, ThreadId t, std::uint64_t pc) const {
    moment.site = site_of(t, pc);
    if (!moment.site.known() || program::is_library_file(moment.site.file)) return;
    bool found = false;
    for (const std::uint64_t address : stack_of(t, pc))
        for (const SourceSite& frame : module_.symbols().frames_of_return_address(address)) {
            if (!frame.known()) continue;
            const bool own = !program::is_library_file(frame.file);
            if (found && own) moment.stack.push_back(frame);
            else if (!found && !own) moment.call = frame.function;
            found |= own;
        }
    if (!is_call_of_library(moment.call)) moment.call.clear();
}

ObjectName Reenactment::name_of(std::uint64_t address, ThreadId running, std::uint64_t pc) {
    ObjectName name;
    if (module_.contains(address)) {
        name.text = module_.symbols().object_at(address, &name.holds);
        return name;
    }
    if (const ThreadId owner = machine_.stack_owner(address); owner != runtime::max_threads) {
        const Operation* pending = threads_[owner].pending;
        return local_name(owner, address, owner == running ? pc : pending ? pending->pc : 0);
    }
    if (const auto local = machine_.thread_local_at(address); local.thread != runtime::max_threads) {
        name.text = module_.symbols().thread_local_at(local.offset, &name.holds);
        if (!name.text.empty()) name.text += fmt::format(" of T{}", local.thread);
        return name;
    }
    if (const std::string_view hidden = runtime::hidden_name(address); !hidden.empty()) {
        name.text = hidden;
        return name;
    }
    return block_name(address);
}

/// The activation whose frame covers the address, and the variable there.
ObjectName Reenactment::local_name(ThreadId owner, std::uint64_t address, std::uint64_t pc) {
    const program::Symbols& symbols = module_.symbols();
    for (const runtime::Frame& frame : machine_.frames_of(owner)) {
        const auto cfa = symbols.frame_cfa(frame.pc, frame.rsp, frame.rbp);
        const bool covers = cfa && address >= frame.rsp && address < *cfa;
        const std::uint64_t now = module_.contains(pc) && symbols.same_function(frame.pc, pc) ? pc : frame.pc;
        pc = frame.return_address; // where the next outer function is
        if (!covers) continue;
        const auto [known, fresh] = locals_.try_emplace({now, *cfa, address});
        ObjectName& name = known->second;
        if (!fresh) return name;
        name.text = symbols.local_at(now, *cfa, address, &name.holds, frame.rsp);
        if (name.text.empty()) name.text = symbols.local_at(frame.pc, *cfa, address, &name.holds, frame.rsp);
        return name;
    }
    return {};
}

ObjectName Reenactment::block_name(std::uint64_t address) {
    return blocks_.name(machine_.block_at(address), address, birth_of(address));
}

/// The first write to a block is part of its making: then the user's call that allocates it is still on the stack.
void Reenactment::note_birth(std::uint64_t address, std::uint64_t pc) {
    if (module_.contains(address) || machine_.stack_owner(address) != runtime::max_threads) return;
    const runtime::Machine::Block block = machine_.block_at(address);
    if (block.size == 0 || block.freed) return;
    const auto [known, fresh] = births_.try_emplace(block.start);
    if (!fresh && dead_.erase(block.start) == 0) return;
    const SourceSite where = module_.symbols().site_of_return_address(block.allocated_at);
    const bool own = where.known() && !program::is_library_file(where.file); // else the constructor may be the first that writes
    known->second = {own ? where : site_of(running_, pc), running_, threads_[running_].events};
}

const Birth* Reenactment::birth_of(std::uint64_t address) const {
    const runtime::Machine::Block block = machine_.block_at(address);
    const auto known = births_.find(block.start);
    return block.size == 0 || known == births_.end() ? nullptr : &known->second;
}

/// Values that point to something with a name are shown by it, also when it is gone later.
void Reenactment::note_pointer(Value value) {
    const auto address = std::uint64_t(value);
    if (address != value || address < 4096 || !(module_.contains(address) || machine_.owns(address)) ||
        pointees_.contains(address))
        return;
    std::string name = name_of(address, runtime::max_threads, 0).text;
    if (name.empty() || is_nameless(name)) return;
    // The first member is where its class begins: it is the class that is pointed to.
    const std::size_t dot = name.find_last_of('.');
    if (dot != std::string::npos && name.find(']', dot) == std::string::npos) name.erase(dot);
    pointees_[address] = "&" + name;
}

std::string Reenactment::show(Value value, unsigned size, ValueKind kind) const {
    if (size <= 8) value = truncate(value, size);
    switch (kind) {
    case ValueKind::boolean: return value == 0 ? "false" : value == 1 ? "true" : to_string(value, size);
    case ValueKind::unsigned_number: return size < 8 ? fmt::format("{}", std::uint64_t(value)) : to_string(value, size);
    case ValueKind::floating:
        if (size == 4) return fmt::format("{}", std::bit_cast<float>(std::uint32_t(value)));
        if (size == 8) return fmt::format("{}", std::bit_cast<double>(std::uint64_t(value)));
        break;
    case ValueKind::pointer:
        if (value == 0) return "nullptr";
        [[fallthrough]];
    default:
        if (const auto known = pointees_.find(std::uint64_t(value)); size == 8 && known != pointees_.end())
            return known->second;
    }
    return to_string(value, size);
}

} // namespace heddle::story
