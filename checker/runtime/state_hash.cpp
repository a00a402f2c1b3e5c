// The live state of a thread at its pending operation, as a hash: callee-saved registers and the stack above the hook.
// Equality of hashes stands for equality of states; 128 bits make a collision less likely than a broken machine.

#include <cstring>

#include "runtime/machine.hpp"
#include "runtime/memory.hpp"

namespace heddle::runtime {
namespace {

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
    const auto product = static_cast<unsigned __int128>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t word_at(std::uint64_t address) {
    std::uint64_t word = 0;
    std::memcpy(&word, reinterpret_cast<const void*>(address), sizeof word);
    return word;
}

} // namespace

StateHash Machine::state_of(ThreadId thread, LeftOut left_out, const void* context) const {
    const Fiber* fiber = memory().known(thread);
    StateHash hash{0x2d358dccaa6c78a5, 0x8bb84b93962eacc9};
    if (!fiber || !fiber->pending) return hash;
    const auto add = [&hash](std::uint64_t word) {
        hash.low = mix(hash.low ^ word, 0x4b33a62ed433d4a3);
        hash.high = mix(hash.high + word, 0x4d5a2da51de1aa47) ^ hash.low;
    };
    const EntryRegisters& r = fiber->entry;
    for (const std::uint64_t word : {r.rbx, r.rbp, r.r12, r.r13, r.r14, r.r15, r.rsp, fiber->pending->pc}) add(word);
    // A primitive may perform several operations after one entry.
    add(static_cast<std::uint64_t>(fiber->pending->kind));
    const std::uint64_t from = r.rsp & ~std::uint64_t{7};
    for (std::uint64_t address = from; address + 8 <= fiber->stack_top; address += 8)
        if (!left_out || !left_out(context, address)) add(word_at(address));
    return hash;
}

} // namespace heddle::runtime
