// The templates of visible_plain.hpp; included by machine.cpp only.
#pragma once

#include <algorithm>
#include <cstring>
#include <utility>

#include "runtime/fiber.hpp"
#include "runtime/hooks.hpp"
#include "runtime/visible_plain.hpp"

namespace heddle::runtime {

inline ThreadId VisiblePlain::current_number() { return current().number; }

inline bool VisiblePlain::covers_volatile(const Machine& machine, std::uint64_t address) const {
    if (!on() || !on_fiber()) return false;
    return machine.stack_owner(address) != current().number || memory_->on_shared_stack(address);
}

/// The hooks of plain accesses are not entered through entry.S. The registers here and the stack from here up hold all
/// that the caller's state consists of, and frames of ours that are alike each time: a spin loop is recognised by them
/// as well.
[[gnu::always_inline]] inline void note_registers() {
    EntryRegisters& r = current().entry;
    asm volatile("movq %%rbx, %0\n movq %%rbp, %1\n movq %%r12, %2\n movq %%r13, %3\n movq %%r14, %4\n movq %%r15, "
                 "%5\n movq %%rsp, %6"
                 : "=m"(r.rbx), "=m"(r.rbp), "=m"(r.r12), "=m"(r.r13), "=m"(r.r14), "=m"(r.r15), "=m"(r.rsp));
}

/// The largest aligned piece of 1, 2, 4 or 8 bytes, but no larger than is known to do there, at the start of the range.
inline unsigned VisiblePlain::piece_at(std::uint64_t address, std::uint64_t end) const {
    unsigned bytes = memory_->piece_of(address & ~std::uint64_t{7});
    while (bytes > end - address || address % bytes) bytes /= 2;
    return bytes;
}

inline VisiblePlain::Part VisiblePlain::part_at(std::uint64_t address, std::uint64_t end, bool all) const {
    std::uint64_t until = address;
    while (until < end) {
        const unsigned piece = piece_at(until, end);
        if (all || memory_->races(until, piece)) {
            if (until == address) return {address, piece, piece};
            break;
        }
        // A long way where nothing is known.
        const std::uint64_t known = memory_->known_from(until & ~std::uint64_t{7});
        until = known > until ? std::min(known, end) : until + piece;
    }
    return {address, until - address, 0};
}

inline Operation VisiblePlain::operation(OpKind kind, const Access& access) {
    Operation op;
    op.kind = kind;
    op.order = MemoryOrder::relaxed;
    op.address = access.address;
    op.size = std::uint8_t(access.size);
    op.operand = kind == OpKind::store ? access.value : 0;
    op.pc = access.pc;
    op.plain = true;
    return op;
}

inline void VisiblePlain::note(const Access& access) {
    const EngineScope scope; // the program's allocations are its own
    const ThreadId thread = current_number();
    pending_[thread].push_back(access);
    used_ = std::max<std::size_t>(used_, thread + 1);
}

template <class Perform>
void VisiblePlain::flush(Perform perform) {
    auto& made = pending_[current_number()];
    if (made.empty()) return;
    // The hook that is being entered has prepared its own operation already.
    Fiber& fiber = current();
    const auto then = std::exchange(fiber.then, nullptr);
    const EntryRegisters entry = fiber.entry;
    for (Access& access : made) {
        void* const place = reinterpret_cast<void*>(access.address);
        if (access.write) access.value = 0, std::memcpy(&access.value, place, access.size);
        std::memcpy(place, &access.before, access.size);
    }
    for (std::size_t i = 0; i < made.size(); ++i) {
        if (!made[i].write) continue;
        note_registers();
        perform(operation(OpKind::store, made[i]));
    }
    made.clear();
    fiber.then = then;
    fiber.entry = entry;
}

template <class Perform, class Tell>
void VisiblePlain::read(std::uint64_t address, std::size_t size, std::uint64_t pc, bool all, Perform perform, Tell tell) {
    flush(perform);
    const EntryRegisters entry = current().entry; // a primitive may read in the middle of its hook
    for (std::uint64_t at = address; at < address + size;) {
        const Part part = part_at(at, address + size, all);
        at += part.size;
        if (!part.piece) continue;
        Access access{part.address, part.size, pc};
        note_registers();
        access.value = perform(operation(OpKind::load, access));
        note(access);
    }
    // Only now: while others ran, memory held what the engine says.
    for (Access& access : pending_[current_number()]) {
        void* const place = reinterpret_cast<void*>(access.address);
        std::memcpy(&access.before, place, access.size);
        std::memcpy(place, &access.value, access.size);
    }
    for (std::uint64_t at = address; at < address + size;) {
        const Part part = part_at(at, address + size, all);
        at += part.size;
        if (!part.piece) tell(part.address, part.size);
    }
    current().entry = entry;
}

template <class Perform, class Tell>
void VisiblePlain::write(std::uint64_t address, std::size_t size, std::uint64_t pc, bool all, Perform perform, Tell tell) {
    flush(perform);
    for (std::uint64_t at = address; at < address + size;) {
        const Part part = part_at(at, address + size, all);
        at += part.size;
        if (!part.piece) {
            tell(part.address, part.size);
            continue;
        }
        Access access{part.address, part.size, pc, 0, 0, true};
        std::memcpy(&access.before, reinterpret_cast<const void*>(part.address), part.size);
        note(access);
    }
}

} // namespace heddle::runtime
