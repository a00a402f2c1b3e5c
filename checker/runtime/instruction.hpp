// What one machine instruction does to memory: which bytes it reads and writes, given the registers.
#pragma once

#include <array>
#include <cstdint>

namespace heddle::runtime {

/// The general registers as a signal handler finds them, in the order of their numbers in machine code.
struct MachineRegisters {
    std::array<std::uint64_t, 16> general{}; ///< rax rcx rdx rbx rsp rbp rsi rdi r8 … r15
    std::uint64_t next = 0;                  ///< address of the instruction that follows
};

/// One operand in memory, in terms of the registers.
struct MemoryOperand {
    static constexpr std::uint8_t none = 0xff, next_instruction = 0xfe;
    std::uint8_t base = none, index = none, scale = 0;
    bool reads = false, writes = false;
    std::uint32_t size = 0; ///< bytes
    std::int64_t displacement = 0;

    std::uint64_t address(const MachineRegisters& registers) const;
};

/// A decoded instruction. Operands in fs and gs (the thread's own storage and the stack's canary) are not listed.
struct Instruction {
    static constexpr unsigned max_operands = 4;
    std::uint8_t length = 0; ///< 0: it cannot be decoded
    std::uint8_t operand_count = 0;
    bool atomic = false;       ///< locked, or an exchange with memory
    bool fence = false;        ///< orders accesses before it with those after it
    bool pause = false;        ///< says that it is in a loop that waits
    bool system_call = false;
    bool unpredictable = false; ///< reads a counter or random numbers
    bool divides = false;
    bool moves_stack = false;   ///< writes rsp or rbp
    /// What comes after it: the next instruction, the one `jump` bytes further, either, or what the decoder cannot tell.
    enum class Flow : std::uint8_t { next, jump, branch, elsewhere } flow = Flow::next;
    std::int64_t jump = 0;
    bool thread_local_access = false; ///< reads or writes a thread-local variable through fs
    enum class Repeated : std::uint8_t { no, move, store } repeated = Repeated::no; ///< rep movs, rep stos
    std::uint8_t element = 0;  ///< of a repeated one: bytes a round
    std::array<MemoryOperand, max_operands> operands;
};

/// Decodes the instruction at that address.
Instruction decode(std::uint64_t address);

/// The same. What was decoded once is kept: code does not change.
const Instruction& instruction_at(std::uint64_t address);

} // namespace heddle::runtime
