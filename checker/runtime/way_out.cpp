#include "runtime/way_out.hpp"

#include <cstring>
#include <set>
#include <unordered_map>
#include <vector>

#include "program/module.hpp"
#include "runtime/instruction.hpp"

namespace heddle::runtime {
namespace {

enum class After : std::uint8_t { returns, goes_on, stops, unknown };

/// What comes after an instruction of Flow::elsewhere, by its machine code.
After after(std::uint64_t address) {
    const auto* code = reinterpret_cast<const unsigned char*>(address);
    const auto is_prefix = [](unsigned char byte) { return byte == 0xf2 || byte == 0xf3 || byte == 0x3e || byte == 0x66 || (byte & 0xf0) == 0x40; };
    while (is_prefix(*code)) ++code;
    switch (*code) {
    case 0xc2:
    case 0xc3: return After::returns;
    case 0xe8: return After::goes_on; // call
    case 0xcc:
    case 0xf4: return After::stops; // int3, hlt
    case 0xff: return (code[1] >> 3 & 7) == 2 ? After::goes_on : After::unknown; // call, or a jump to who knows where
    case 0x0f: return code[1] == 0x0b ? After::stops : code[1] == 0x05 ? After::goes_on : After::unknown; // ud2, syscall
    default: return After::unknown;
    }
}

bool look(std::uint64_t place) {
    constexpr std::size_t most = 20'000; ///< instructions
    const program::Module* const module = program::Module::loaded();
    if (!module || !module->contains(place)) return true;
    const auto [begin, end] = module->symbols().bounds_of_function(place);
    if (!begin) return true;
    std::set<std::uint64_t> seen;
    std::vector<std::uint64_t> open{place};
    while (!open.empty()) {
        const std::uint64_t at = open.back();
        open.pop_back();
        if (!seen.insert(at).second) continue;
        if (seen.size() > most) return true;
        if (at == end) continue; // past the end, after a call that does not come back
        const Instruction& instruction = instruction_at(at);
        if (!instruction.length) return true;
        const std::uint64_t next = at + instruction.length;
        if (instruction.flow == Instruction::Flow::elsewhere) {
            const After then = after(at);
            if (then == After::returns || then == After::unknown) return true;
            if (then == After::goes_on) open.push_back(next);
            continue;
        }
        if (instruction.flow != Instruction::Flow::jump) open.push_back(next);
        if (instruction.flow == Instruction::Flow::next) continue;
        const std::uint64_t target = next + std::uint64_t(instruction.jump);
        if (target < begin || target >= end) return true; // a call in place of its return
        open.push_back(target);
    }
    return false;
}

} // namespace

bool may_return(std::uint64_t place) {
    static std::unordered_map<std::uint64_t, bool> known;
    const auto [at, made] = known.try_emplace(place);
    if (made) at->second = look(place);
    return at->second;
}

} // namespace heddle::runtime
