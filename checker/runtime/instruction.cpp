#include "runtime/instruction.hpp"

#include <memory>
#include <unordered_map>

#include <Zydis/Zydis.h>

namespace heddle::runtime {
namespace {

bool is_unpredictable(ZydisMnemonic mnemonic) {
    switch (mnemonic) {
    case ZYDIS_MNEMONIC_RDTSC:
    case ZYDIS_MNEMONIC_RDTSCP:
    case ZYDIS_MNEMONIC_RDPMC:
    case ZYDIS_MNEMONIC_RDRAND:
    case ZYDIS_MNEMONIC_RDSEED: return true;
    default: return false;
    }
}

std::uint8_t number_of(ZydisRegister r) {
    if (r == ZYDIS_REGISTER_NONE) return MemoryOperand::none;
    if (r == ZYDIS_REGISTER_RIP) return MemoryOperand::next_instruction;
    const ZydisRegister wide = ZydisRegisterGetLargestEnclosing(ZYDIS_MACHINE_MODE_LONG_64, r);
    return wide >= ZYDIS_REGISTER_RAX && wide <= ZYDIS_REGISTER_R15 ? std::uint8_t(wide - ZYDIS_REGISTER_RAX) : MemoryOperand::none;
}

/// Instructions with an operand that looks like memory and is not accessed.
bool only_hints(const ZydisDecodedInstruction& instruction) {
    switch (instruction.meta.category) {
    case ZYDIS_CATEGORY_NOP:
    case ZYDIS_CATEGORY_WIDENOP:
    case ZYDIS_CATEGORY_PREFETCH:
    case ZYDIS_CATEGORY_CLFLUSHOPT:
    case ZYDIS_CATEGORY_CET: return true;
    default: return false;
    }
}

Instruction::Flow flow_of(const ZydisDecodedInstruction& instruction, const ZydisDecodedOperand& target) {
    const bool direct = target.type == ZYDIS_OPERAND_TYPE_IMMEDIATE && target.imm.is_relative;
    switch (instruction.meta.category) {
    case ZYDIS_CATEGORY_UNCOND_BR: return direct ? Instruction::Flow::jump : Instruction::Flow::elsewhere;
    case ZYDIS_CATEGORY_COND_BR: return direct ? Instruction::Flow::branch : Instruction::Flow::elsewhere;
    case ZYDIS_CATEGORY_CALL:
    case ZYDIS_CATEGORY_RET:
    case ZYDIS_CATEGORY_SYSCALL:
    case ZYDIS_CATEGORY_SYSRET:
    case ZYDIS_CATEGORY_INTERRUPT:
    case ZYDIS_CATEGORY_SYSTEM: return Instruction::Flow::elsewhere;
    default:
        return instruction.mnemonic == ZYDIS_MNEMONIC_UD2 || instruction.mnemonic == ZYDIS_MNEMONIC_HLT ? Instruction::Flow::elsewhere
                                                                                                         : Instruction::Flow::next;
    }
}

void note_flow(const ZydisDecodedInstruction& instruction, const ZydisDecodedOperand* operands, Instruction& out) {
    out.flow = flow_of(instruction, operands[0]);
    if (out.flow == Instruction::Flow::jump || out.flow == Instruction::Flow::branch) out.jump = operands[0].imm.value.s;
    out.divides = instruction.mnemonic == ZYDIS_MNEMONIC_DIV || instruction.mnemonic == ZYDIS_MNEMONIC_IDIV;
    for (unsigned i = 0; i < instruction.operand_count; ++i) {
        if (operands[i].type != ZYDIS_OPERAND_TYPE_REGISTER || !(operands[i].actions & ZYDIS_OPERAND_ACTION_MASK_WRITE)) continue;
        const std::uint8_t number = number_of(operands[i].reg.value);
        out.moves_stack |= number == 4 || number == 5;
    }
}

void note_repetition(const ZydisDecodedInstruction& instruction, Instruction& out) {
    if (!(instruction.attributes & ZYDIS_ATTRIB_HAS_REP)) return;
    switch (instruction.mnemonic) {
    case ZYDIS_MNEMONIC_MOVSB:
    case ZYDIS_MNEMONIC_MOVSW:
    case ZYDIS_MNEMONIC_MOVSD:
    case ZYDIS_MNEMONIC_MOVSQ: out.repeated = Instruction::Repeated::move; break;
    case ZYDIS_MNEMONIC_STOSB:
    case ZYDIS_MNEMONIC_STOSW:
    case ZYDIS_MNEMONIC_STOSD:
    case ZYDIS_MNEMONIC_STOSQ: out.repeated = Instruction::Repeated::store; break;
    default: return;
    }
    out.element = std::uint8_t(instruction.operand_width / 8);
}

} // namespace

Instruction decode(std::uint64_t address) {
    static const ZydisDecoder decoder = [] {
        ZydisDecoder made;
        ZydisDecoderInit(&made, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
        return made;
    }();
    ZydisDecodedInstruction instruction;
    ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];
    Instruction out;
    if (!ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder, reinterpret_cast<const void*>(address), ZYDIS_MAX_INSTRUCTION_LENGTH,
                                             &instruction, operands)))
        return out;
    out.length = instruction.length;
    out.system_call = instruction.mnemonic == ZYDIS_MNEMONIC_SYSCALL;
    out.unpredictable = is_unpredictable(instruction.mnemonic);
    out.fence = instruction.mnemonic == ZYDIS_MNEMONIC_MFENCE;
    out.pause = instruction.mnemonic == ZYDIS_MNEMONIC_PAUSE;
    note_repetition(instruction, out);
    note_flow(instruction, operands, out);
    if (only_hints(instruction)) return out;
    for (unsigned i = 0; i < instruction.operand_count && out.operand_count < Instruction::max_operands; ++i) {
        const ZydisDecodedOperand& operand = operands[i];
        if (operand.type != ZYDIS_OPERAND_TYPE_MEMORY || operand.mem.type != ZYDIS_MEMOP_TYPE_MEM) continue;
        if (operand.mem.segment == ZYDIS_REGISTER_FS || operand.mem.segment == ZYDIS_REGISTER_GS) {
            // fs:0 and a little above is libc's own block for the thread (its address, the canary); variables lie below.
            const bool variable = operand.mem.base != ZYDIS_REGISTER_NONE || operand.mem.disp.value < 0;
            out.thread_local_access |= variable;
            continue;
        }
        MemoryOperand& to = out.operands[out.operand_count++];
        to.base = number_of(operand.mem.base);
        to.index = number_of(operand.mem.index);
        to.scale = operand.mem.scale;
        to.displacement = operand.mem.disp.has_displacement ? operand.mem.disp.value : 0;
        to.size = operand.size / 8;
        to.reads = operand.actions & ZYDIS_OPERAND_ACTION_MASK_READ;
        to.writes = operand.actions & ZYDIS_OPERAND_ACTION_MASK_WRITE;
        out.atomic |= instruction.mnemonic == ZYDIS_MNEMONIC_XCHG || (instruction.attributes & ZYDIS_ATTRIB_HAS_LOCK);
    }
    return out;
}

std::uint64_t MemoryOperand::address(const MachineRegisters& registers) const {
    std::uint64_t sum = std::uint64_t(displacement);
    if (base == next_instruction) sum += registers.next;
    else if (base != none) sum += registers.general[base];
    if (index != none) sum += registers.general[index] * scale;
    return sum;
}

const Instruction& instruction_at(std::uint64_t address) {
    static std::unordered_map<std::uint64_t, std::unique_ptr<const Instruction>> known;
    std::unique_ptr<const Instruction>& place = known[address];
    if (!place) place = std::make_unique<const Instruction>(decode(address));
    return *place;
}

} // namespace heddle::runtime
