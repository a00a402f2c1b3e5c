// The live state of a thread at its pending operation, as a hash: callee-saved registers and the stack above the hook.
// Equality of hashes stands for equality of states; 128 bits make a collision less likely than a broken machine.

#include <cstring>

#include "core/mix.hpp"
#include "runtime/machine.hpp"
#include "runtime/memory.hpp"
#include "runtime/plain_spin.hpp"

namespace heddle::runtime {
namespace {

std::uint64_t word_at(std::uint64_t address) {
    std::uint64_t word = 0;
    std::memcpy(&word, reinterpret_cast<const void*>(address), sizeof word);
    return word;
}

constexpr std::uint64_t second = 1'000'000'000, a_century = 36500ull * 86400 * second;

/// Whether it is such a number of nanoseconds, or of units of so many.
bool is_time(std::uint64_t word, std::uint64_t unit = 1) {
    return word - start_of_time / second * (second / unit) < a_century / unit;
}

/// Whether it may be what is left of a moment besides its seconds. Time begins at an odd nanosecond, and passes in microseconds.
bool is_fraction(std::uint64_t word) { return word < second && word % 1000 == start_of_time % 1000; }

/// Adds a word that looks like a moment of time, which the next one may complete. @return how many words have been added: 0 when
/// it does not, 2 of a timespec
unsigned add_moment(SequenceHash& hash, std::vector<TimeWord>& found, std::uint64_t word, std::uint64_t next) {
    const auto add = [&](std::uint64_t value, std::int64_t unit, unsigned words) {
        found.push_back({static_cast<std::int64_t>(value), unit});
        hash.add(0xb7f2'91c4'5d03'e86a + static_cast<std::uint64_t>(unit)); // as no word of a state is likely to be
        return words;
    };
    if (is_time(word, second) && is_fraction(next)) return add(word * second + next, 1, 2);
    if (is_time(word) && word % second == 0) return add(word / second, second, 1); // its seconds only
    for (const std::uint64_t unit : {1ull, 1'000ull, 1'000'000ull, 1'000'000'000ull})
        if (is_time(word, unit)) return add(word, static_cast<std::int64_t>(unit), 1);
    return is_fraction(word) ? add(word, TimeWord::fraction, 1) : 0;
}

/// Calls `each(word, the next one)` for the registers and stack words that count; it returns how many of the two it has used.
template <typename Each> void for_words(const Fiber& fiber, std::uint64_t pc, Machine::LeftOut left_out, const void* context, const Each& each) {
    constexpr std::uint64_t none = ~0ull;
    const EntryRegisters& r = fiber.entry;
    for (const std::uint64_t word : {r.rbx, r.rbp, r.r12, r.r13, r.r14, r.r15, r.rsp, pc}) each(word, none);
    const auto counts = [&](std::uint64_t address) {
        return address + 8 <= fiber.stack_top && (!left_out || !left_out(context, address));
    };
    for (std::uint64_t address = r.rsp & ~std::uint64_t{7}; address + 8 <= fiber.stack_top;)
        address += 8 * (counts(address) ? each(word_at(address), counts(address + 8) ? word_at(address + 8) : none) : 1);
}

} // namespace

StateHash live_state(const Fiber& fiber, std::uint64_t pc, Machine::LeftOut left_out, const void* context, std::vector<TimeWord>* times) {
    SequenceHash hash;
    // Of several exceptions that it has caught, which one `throw;` would throw again.
    for (const std::uint64_t word : fiber.exception_globals) hash.add(word);
    // A recursive lock taken once more is no operation.
    for (std::uint32_t i = 0; i < fiber.held_count; ++i) hash.add(fiber.held[i].address), hash.add(fiber.held[i].count);
    const auto add = [&](std::uint64_t word, std::uint64_t) { return hash.add(word), 1u; };
    if (!times) {
        for_words(fiber, pc, left_out, context, add);
        return {hash.low(), hash.high()};
    }
    for_words(fiber, pc, left_out, context, [&](std::uint64_t word, std::uint64_t next) {
        const unsigned added = add_moment(hash, *times, word, next);
        return added ? added : add(word, next);
    });
    return {hash.low(), hash.high()};
}

StateHash Machine::state_of(ThreadId thread, LeftOut left_out, const void* context, std::vector<TimeWord>* times) const {
    const Fiber* fiber = memory().known(thread);
    if (!fiber || !fiber->pending) return {};
    StateHash hash = live_state(*fiber, fiber->pending->pc, left_out, context, times);
    // A primitive may perform several operations after one entry.
    hash.low = mix(hash.low, 0x9e3779b97f4a7c15 + static_cast<std::uint64_t>(fiber->pending->kind));
    return hash;
}

StateHash Machine::hook_state_of(ThreadId thread) const {
    const Fiber* fiber = memory().known(thread);
    SequenceHash hash;
    if (!fiber || !fiber->pending) return {};
    if (fiber->then) {
        hash.add(reinterpret_cast<std::uint64_t>(fiber->then));
        for (const std::uint64_t word : fiber->scratch) hash.add(word);
    }
    if (fiber->context) // its frames, with the registers that it will go on with
        for (auto address = reinterpret_cast<std::uint64_t>(fiber->context); address + 8 <= fiber->entry.rsp; address += 8) hash.add(word_at(address));
    return {hash.low(), hash.high()};
}

} // namespace heddle::runtime
