// The templates of visible_plain.hpp; included by machine.cpp only.
#pragma once

#include <cstring>

#include "runtime/fiber.hpp"
#include "runtime/visible_plain.hpp"

namespace heddle::runtime {

inline bool VisiblePlain::covers(const Machine& machine, std::uint64_t address) const {
    if (!on() || !on_fiber()) return false;
    const ThreadId owner = machine.stack_owner(address);
    return owner != current().number || is_shared_(context_, address);
}

/// The hooks of plain accesses are not entered through entry.S. The registers here and the stack from here up hold all that
/// the caller's state consists of, and frames of ours that are alike each time: a spin loop is recognised by them as well.
[[gnu::always_inline]] inline void note_registers() {
    EntryRegisters& r = current().entry;
    asm volatile("movq %%rbx, %0\n movq %%rbp, %1\n movq %%r12, %2\n movq %%r13, %3\n movq %%r14, %4\n movq %%r15, %5\n movq %%rsp, %6"
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

template <class Perform> void VisiblePlain::flush(Perform perform) {
    Write& pending = pending_[current().number];
    if (!pending.size) return;
    const Write write = std::exchange(pending, {});
    for (std::uint64_t done = 0; done < write.size;) {
        const unsigned bytes = piece(write.address + done, write.size - done);
        Operation op = operation(OpKind::store, write.address + done, bytes, write.pc);
        std::memcpy(&op.operand, reinterpret_cast<const void*>(op.address), bytes);
        note_registers();
        perform(op);
        done += bytes;
    }
}

template <class Perform>
void VisiblePlain::read(std::uint64_t address, std::size_t size, std::uint64_t pc, Perform perform) {
    flush(perform);
    for (std::uint64_t done = 0; done < size;) {
        const unsigned bytes = piece(address + done, size - done);
        const Operation op = operation(OpKind::load, address + done, bytes, pc);
        note_registers();
        const Value value = perform(op);
        std::memcpy(reinterpret_cast<void*>(op.address), &value, bytes);
        done += bytes;
    }
}

template <class Perform>
void VisiblePlain::write(std::uint64_t address, std::size_t size, std::uint64_t pc, Perform perform) {
    flush(perform);
    pending_[current().number] = {address, size, pc};
}

} // namespace heddle::runtime
