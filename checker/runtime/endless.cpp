#include "runtime/endless.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

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

void EndlessLoop::begin(ucontext_t& context) {
    looking_ = true;
    steps_ = 0;
    kept_ = {};
    context.uc_mcontext.gregs[REG_EFL] |= trap_flag;
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
