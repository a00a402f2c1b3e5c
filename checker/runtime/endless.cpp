#include "runtime/endless.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <set>

#include "program/module.hpp"
#include "runtime/instruction.hpp"
#include "runtime/trap_context.hpp"

namespace heddle::runtime {
namespace {

/// The bytes of x87, MMX, SSE and, where the kernel has saved them, wider registers. A loop over doubles changes nothing else.
std::vector<unsigned char> vectors_of(const ucontext_t& context) {
    const auto* saved = reinterpret_cast<const unsigned char*>(context.uc_mcontext.fpregs);
    if (!saved) return {};
    constexpr std::size_t legacy = 512, reserved_for_software = 464; // struct _fpx_sw_bytes: magic, size of all
    constexpr std::uint32_t magic = 0x46505853;
    std::uint32_t words[2];
    std::memcpy(words, saved + reserved_for_software, sizeof words);
    const std::size_t size = words[0] == magic ? words[1] : legacy;
    return {saved, saved + size};
}

/// Given equal registers it does the same again, and leaves nothing behind but registers.
bool is_repeatable(const Instruction& instruction) {
    if (!instruction.length || instruction.system_call || instruction.atomic || instruction.thread_local_access ||
        instruction.unpredictable)
        return false;
    return std::none_of(instruction.operands.begin(), instruction.operands.begin() + instruction.operand_count,
                        [](const MemoryOperand& operand) { return operand.writes; });
}

/// Its accesses are to fixed places, which the loop has accessed in earlier rounds: they will not fault.
bool stays(const Instruction& instruction) {
    if (!instruction.length || instruction.flow == Instruction::Flow::elsewhere || instruction.system_call || instruction.divides ||
        instruction.moves_stack || instruction.repeated != Instruction::Repeated::no)
        return false;
    constexpr std::uint8_t stack_pointer = 4, frame_pointer = 5;
    return std::all_of(instruction.operands.begin(), instruction.operands.begin() + instruction.operand_count,
                       [](const MemoryOperand& o) {
                           return o.index == MemoryOperand::none &&
                                  (o.base == stack_pointer || o.base == frame_pointer || o.base == MemoryOperand::next_instruction);
                       });
}

/// Whatever the values are, execution stays among the instructions that can be reached from there.
bool never_leaves(std::uint64_t place) {
    constexpr std::size_t most = 2000;
    std::set<std::uint64_t> seen;
    std::vector<std::uint64_t> open{place};
    while (!open.empty()) {
        const std::uint64_t at = open.back();
        open.pop_back();
        if (!seen.insert(at).second) continue;
        const program::Module* module = program::Module::loaded();
        if (seen.size() > most || !module || !module->contains(at)) return false;
        const Instruction& instruction = instruction_at(at);
        if (!stays(instruction)) return false;
        const std::uint64_t next = at + instruction.length;
        if (instruction.flow != Instruction::Flow::jump) open.push_back(next);
        if (instruction.flow != Instruction::Flow::next) open.push_back(next + std::uint64_t(instruction.jump));
    }
    return true;
}

} // namespace

EndlessLoop::State EndlessLoop::state_of(const ucontext_t& context) {
    const gregset_t& registers = context.uc_mcontext.gregs;
    State state;
    const MachineRegisters general = registers_of(registers, 0);
    std::copy(general.general.begin(), general.general.end(), state.general.begin());
    state.general[16] = std::uint64_t(registers[REG_RIP]);
    state.general[17] = std::uint64_t(registers[REG_EFL] & ~trap_flag);
    state.vectors = vectors_of(context);
    return state;
}

EndlessLoop::Answer EndlessLoop::answer(ucontext_t& context, Answer answer) {
    looking_ = false;
    context.uc_mcontext.gregs[REG_EFL] &= ~trap_flag;
    return answer;
}

void EndlessLoop::give_up(ucontext_t& context) {
    if (looking_) answer(context, Answer::unknown);
}

bool EndlessLoop::begin(ucontext_t& context) {
    if (never_leaves(std::uint64_t(context.uc_mcontext.gregs[REG_RIP]))) return true;
    looking_ = true;
    steps_ = 0;
    kept_ = {};
    context.uc_mcontext.gregs[REG_EFL] |= trap_flag;
    return false;
}

EndlessLoop::Answer EndlessLoop::step(ucontext_t& context) {
    const auto place = std::uint64_t(context.uc_mcontext.gregs[REG_RIP]);
    const program::Module* module = program::Module::loaded();
    if (!module || !module->contains(place) || ++steps_ > most_steps) return answer(context, Answer::unknown);
    if (!is_repeatable(instruction_at(place))) return answer(context, Answer::unknown);
    const bool keep = std::has_single_bit(steps_);
    if (!keep && std::uint64_t(context.uc_mcontext.gregs[REG_RIP]) != kept_.general[16]) return Answer::not_yet;
    State state = state_of(context);
    if (state == kept_) return answer(context, Answer::endless);
    if (keep) kept_ = std::move(state);
    return Answer::not_yet;
}

} // namespace heddle::runtime
