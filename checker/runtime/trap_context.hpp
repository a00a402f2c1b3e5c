// What the handlers of traps share: the registers of the context.
#pragma once

#include <array>
#include <cstdint>

#include <ucontext.h>

#include "runtime/instruction.hpp"

namespace heddle::runtime {

/// In the flags: the processor traps after each instruction.
inline constexpr greg_t trap_flag = 0x100;

/// The general registers, and the address of the instruction after the next.
inline MachineRegisters registers_of(const gregset_t& context, std::uint64_t next) {
    static constexpr int order[]{REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
                                 REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};
    MachineRegisters registers;
    for (std::size_t i = 0; i < registers.general.size(); ++i) registers.general[i] = std::uint64_t(context[order[i]]);
    registers.next = next;
    return registers;
}

/// How often a repeated instruction will do its work, upwards; 1 for others.
inline std::uint64_t repetitions(const Instruction& instruction, const gregset_t& context) {
    constexpr greg_t direction_flag = 0x400;
    const bool repeated = instruction.repeated != Instruction::Repeated::no && !(context[REG_EFL] & direction_flag);
    return repeated ? std::uint64_t(context[REG_RCX]) : 1;
}

} // namespace heddle::runtime
