#include "runtime/new_frame.hpp"

#include <cstring>
#include <unordered_map>
#include <vector>

#include "program/module.hpp"
#include "runtime/instruction.hpp"

namespace heddle::runtime {
namespace {

constexpr std::uint8_t rsp = 4;

/// From the stack pointer up: the size of the locals in words, and which of those the prologue has written.
struct Locals {
    std::uint32_t words = 0; ///< 0: nothing may be cleared
    std::vector<bool> written;
};

bool is_push(std::uint64_t address) {
    const auto* code = reinterpret_cast<const unsigned char*>(address);
    if (*code == 0x41) ++code; // of r8 … r15
    return (*code & 0xf8) == 0x50;
}

/// What a function does before its entry hook is to save registers, to make room, and perhaps to store arguments there: one
/// instruction after the other. Anything else, and its locals are left as they are.
/// @return the address after the call, or 0
std::uint64_t find_locals(const program::Symbols& symbols, std::uint64_t start, Locals& locals) {
    std::uint64_t saved = 8; // the return address
    bool room = false;
    std::vector<std::pair<std::uint64_t, std::uint32_t>> stores;
    std::uint64_t address = start;
    for (unsigned count = 0;; ++count) {
        const Instruction& instruction = instruction_at(address);
        if (!instruction.length || count > 64) return 0;
        const bool push = is_push(address);
        const bool call = *reinterpret_cast<const unsigned char*>(address) == 0xe8;
        address += instruction.length;
        if (call) break;
        if (instruction.flow != Instruction::Flow::next) return 0;
        const MemoryOperand* store = nullptr;
        for (unsigned i = 0; i < instruction.operand_count; ++i)
            if (instruction.operands[i].writes) store = &instruction.operands[i];
        if (push) {
            if (room) return 0;
            saved += 8;
        } else if (instruction.moves_stack) {
            if (store) return 0;
            room = true; // or rbp is given an argument: then the size shows that there is no room
        } else if (store) {
            if (store->base != rsp || store->index != MemoryOperand::none || !room || store->displacement < 0) return 0;
            stores.emplace_back(store->displacement, store->size);
        }
    }
    const std::optional<std::uint64_t> size = symbols.frame_cfa(address, 0, 0); // from rsp to above the return address
    if (!size || *size % 8 || *size > 1 << 16 || !room || *size <= saved) return 0;
    locals.words = std::uint32_t((*size - saved) / 8);
    locals.written.resize(locals.words);
    for (const auto& [at, bytes] : stores)
        for (std::uint64_t word = at / 8; word <= (at + bytes - 1) / 8 && word < locals.words; ++word) locals.written[word] = true;
    return address;
}

std::unordered_map<std::uint64_t, Locals> known; ///< by the address after the call of the entry hook

} // namespace

void learn_frames() {
    const program::Module* const module = program::Module::loaded();
    if (!module || !known.empty()) return;
    for (const std::uint64_t start : module->symbols().functions()) {
        Locals locals;
        if (!module->contains(start)) continue;
        if (const std::uint64_t after_call = find_locals(module->symbols(), start, locals)) known.emplace(after_call, std::move(locals));
    }
}

void clear_new_frame(std::uint64_t return_address, std::uint64_t stack_pointer) {
    const auto found = known.find(return_address);
    if (found == known.end()) return;
    const Locals& locals = found->second;
    auto* const words = reinterpret_cast<std::uint64_t*>(stack_pointer);
    for (std::uint32_t i = 0; i < locals.words; ++i)
        if (!locals.written[i]) words[i] = 0;
}

} // namespace heddle::runtime
