// The live state of a thread at its pending operation, as a hash: callee-saved registers and the stack above the hook.
// Equality of hashes stands for equality of states; 128 bits make a collision less likely than a broken machine.

#include <cstring>

#include "runtime/machine.hpp"
#include "runtime/memory.hpp"
#include "runtime/plain_spin.hpp"

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

class Hasher {
public:
    void add(std::uint64_t word) {
        hash_.low = mix(hash_.low ^ word, 0x4b33a62ed433d4a3);
        hash_.high = mix(hash_.high + word, 0x4d5a2da51de1aa47) ^ hash_.low;
    }
    StateHash result() const { return hash_; }

private:
    StateHash hash_{0x2d358dccaa6c78a5, 0x8bb84b93962eacc9};
};

} // namespace

StateHash live_state(const Fiber& fiber, std::uint64_t pc, Machine::LeftOut left_out, const void* context) {
    Hasher hash;
    const EntryRegisters& r = fiber.entry;
    for (const std::uint64_t word : {r.rbx, r.rbp, r.r12, r.r13, r.r14, r.r15, r.rsp, pc}) hash.add(word);
    // A recursive lock taken once more is no operation.
    for (std::uint32_t i = 0; i < fiber.held_count; ++i) hash.add(fiber.held[i].address), hash.add(fiber.held[i].count);
    const std::uint64_t from = r.rsp & ~std::uint64_t{7};
    for (std::uint64_t address = from; address + 8 <= fiber.stack_top; address += 8)
        if (!left_out || !left_out(context, address)) hash.add(word_at(address));
    return hash.result();
}

StateHash Machine::state_of(ThreadId thread, LeftOut left_out, const void* context) const {
    const Fiber* fiber = memory().known(thread);
    if (!fiber || !fiber->pending) return {};
    StateHash hash = live_state(*fiber, fiber->pending->pc, left_out, context);
    // A primitive may perform several operations after one entry.
    hash.low = mix(hash.low, 0x9e3779b97f4a7c15 + static_cast<std::uint64_t>(fiber->pending->kind));
    return hash;
}

} // namespace heddle::runtime
