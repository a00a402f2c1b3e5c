// The templates of visible_plain.hpp; included by machine.cpp only.
#pragma once

#include <array>
#include <cstring>
#include <utility>

#include "runtime/fiber.hpp"
#include "runtime/hooks.hpp"
#include "runtime/visible_plain.hpp"

namespace heddle::runtime {

inline bool VisiblePlain::covers(const Machine& machine, std::uint64_t address) const {
    if (!on() || !on_fiber()) return false;
    const ThreadId owner = machine.stack_owner(address);
    return owner != current().number || is_shared_(context_, address);
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

/// The largest aligned piece of 1, 2, 4 or 8 bytes at the start of the range.
inline unsigned VisiblePlain::piece(std::uint64_t address, std::uint64_t size) {
    unsigned bytes = 8;
    while (bytes > size || address % bytes) bytes /= 2;
    return bytes;
}

inline Operation VisiblePlain::operation(OpKind kind, std::uint64_t address, unsigned size, std::uint64_t pc) {
    Operation op;
    op.kind = kind;
    op.order = MemoryOrder::relaxed;
    op.address = address;
    op.size = std::uint8_t(size);
    op.pc = pc;
    op.plain = true;
    return op;
}

inline void VisiblePlain::note(std::uint64_t address, unsigned size, std::uint64_t pc, bool write) {
    Accesses& pending = pending_[current().number];
    if (pending.count == Accesses::most)
        fail(Verdict::unsupported, pc, "--plain-accesses shared: one access of more than %zu bytes",
             8 * Accesses::most);
    Access& access = pending.made[pending.count++] = {address, size, pc, 0, write};
    std::memcpy(&access.before, reinterpret_cast<const void*>(address), size);
}

template <class Perform>
void VisiblePlain::flush(Perform perform) {
    Accesses& pending = pending_[current().number];
    if (pending.count == 0) return;
    // The hook that is being entered has prepared its own operation already.
    Fiber& fiber = current();
    const auto then = std::exchange(fiber.then, nullptr);
    const EntryRegisters entry = fiber.entry;
    std::array<Operation, Accesses::most> stores;
    std::size_t count = 0;
    for (std::size_t i = 0; i < pending.count; ++i) {
        const Access& made = pending.made[i];
        if (made.write) {
            Operation& op = stores[count++] = operation(OpKind::store, made.address, unsigned(made.size), made.pc);
            std::memcpy(&op.operand, reinterpret_cast<const void*>(made.address), made.size);
        }
        std::memcpy(reinterpret_cast<void*>(made.address), &made.before, made.size);
    }
    pending.count = 0;
    for (std::size_t i = 0; i < count; ++i) {
        note_registers();
        perform(stores[i]);
    }
    fiber.then = then;
    fiber.entry = entry;
}

template <class Perform>
void VisiblePlain::read(std::uint64_t address, std::size_t size, std::uint64_t pc, Perform perform) {
    flush(perform);
    const EntryRegisters entry = current().entry; // a primitive may read in the middle of its hook
    for (std::uint64_t done = 0; done < size;) {
        const unsigned bytes = piece(address + done, size - done);
        const Operation op = operation(OpKind::load, address + done, bytes, pc);
        note_registers();
        const Value value = perform(op);
        note(op.address, bytes, pc, false);
        std::memcpy(reinterpret_cast<void*>(op.address), &value, bytes);
        done += bytes;
    }
    current().entry = entry;
}

template <class Perform>
void VisiblePlain::write(std::uint64_t address, std::size_t size, std::uint64_t pc, Perform perform) {
    flush(perform);
    for (std::uint64_t done = 0; done < size;) {
        const unsigned bytes = piece(address + done, size - done);
        note(address + done, bytes, pc, true);
        done += bytes;
    }
}

} // namespace heddle::runtime
