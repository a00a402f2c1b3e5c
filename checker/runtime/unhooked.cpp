#include "runtime/unhooked.hpp"

#include <cstring>
#include <fstream>
#include <string>
#include <unordered_map>

#include <elf.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "runtime/hooks.hpp"
#include "runtime/instruction.hpp"
#include "runtime/memory.hpp"
#include "runtime/trap_context.hpp"

namespace heddle::runtime {

Announced announced;

namespace {

constexpr std::uint8_t trap_instruction = 0xcc;

/// After so many accesses to nothing that another thread could see, an instruction is left alone: it is one on locals.
constexpr std::uint8_t enough = 8;

struct Watched {
    std::uint8_t original = 0;
    std::uint8_t private_times = 0;
    bool shared = false; ///< it has accessed memory that other threads may use
};

std::unordered_map<std::uint64_t, Watched> watched;
std::unordered_map<std::uint64_t, std::uint8_t> given_up; ///< not watched any more; what the instruction begins with
bool all_stay = false;
std::uint64_t stepped_over = 0; ///< the watched instruction that is executed under the trap flag

void put(std::uint64_t place, std::uint8_t byte) { *reinterpret_cast<volatile std::uint8_t*>(place) = byte; }

/// The section of that name: where it lies in memory.
std::pair<std::uint64_t, std::uint64_t> section_of(const program::Module& module, std::string_view wanted) {
    std::ifstream file(module.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), {});
    Elf64_Ehdr header;
    if (bytes.size() < sizeof header) return {};
    std::memcpy(&header, bytes.data(), sizeof header);
    const auto section = [&](std::size_t i) {
        Elf64_Shdr s{};
        const std::size_t offset = header.e_shoff + i * sizeof s;
        if (offset + sizeof s <= bytes.size()) std::memcpy(&s, bytes.data() + offset, sizeof s);
        return s;
    };
    const Elf64_Shdr names = section(header.e_shstrndx);
    for (std::size_t i = 0; i < header.e_shnum; ++i) {
        const Elf64_Shdr s = section(i);
        const std::size_t name = names.sh_offset + s.sh_name;
        if (name < bytes.size() && wanted == bytes.c_str() + name) return {module.bias() + s.sh_addr, s.sh_size};
    }
    return {};
}

bool is_worth_watching(const Instruction& instruction) {
    if (instruction.system_call) return false;
    for (unsigned i = 0; i < instruction.operand_count; ++i) {
        constexpr std::uint8_t stack_pointer = 4;
        if (instruction.operands[i].base != stack_pointer) return true;
    }
    return false;
}

enum class Found { nothing, hooked, own, shared };

/// What the access means; it is told when no hook has done so.
Found tell(const Fiber& fiber, std::uint64_t address, std::uint64_t size, bool writes, std::uint64_t pc) {
    if (announced.take(address, size, writes)) return Found::hooked;
    if (!in_program_memory(address)) return Found::nothing;
    listening->unhooked_access(address, size, writes, pc);
    return address >= fiber.stack_bottom && address < fiber.stack_top ? Found::own : Found::shared;
}

/// Atomic operations of the language are calls of hooks: only inline assembly has such an instruction, and what it orders is not known.
void refuse_atomic(std::uint64_t address, const gregset_t& registers, std::uint64_t pc) {
    Fiber& fiber = current();
    if (!in_program_memory(address) || (address >= fiber.stack_bottom && address < fiber.stack_top)) return;
    fiber.entry.rsp = std::uint64_t(registers[REG_RSP]);
    fail(Verdict::unsupported, pc, "inline assembly uses an atomic instruction on memory that threads share, which is not modelled: write it "
                                   "with std::atomic or the compiler's builtins");
}

/// @return whether the instruction stays watched
bool look(std::uint64_t place, Watched& entry, const gregset_t& registers) {
    const Instruction& instruction = instruction_at(place);
    const MachineRegisters before = registers_of(registers, place + instruction.length);
    const std::uint64_t pc = place + 1; // places are return addresses
    bool all_hooked = true, by_frame = true;
    for (unsigned i = 0; i < instruction.operand_count; ++i) {
        const MemoryOperand& operand = instruction.operands[i];
        const std::uint64_t address = operand.address(before);
        const std::uint64_t size = operand.size * repetitions(instruction, registers);
        if (instruction.atomic) refuse_atomic(address, registers, pc);
        for (const bool writes : {false, true}) {
            if (!(writes ? operand.writes : operand.reads) || !size) continue;
            const Found found = tell(current(), address, size, writes, pc);
            entry.shared |= found == Found::shared;
            all_hooked &= found == Found::hooked;
            constexpr std::uint8_t frame_pointer = 5;
            by_frame &= found == Found::own && operand.base == frame_pointer;
        }
    }
    if (entry.shared) return true;
    if (all_stay) return !all_hooked;
    return !all_hooked && !by_frame && ++entry.private_times < enough;
}

} // namespace

void watch_for_unhooked(const program::Module& module) {
    if (is_debugged() || !watched.empty()) return;
    const auto [start, size] = section_of(module, ".text");
    if (!size) return;
    const auto page = std::uint64_t(getpagesize());
    const std::uint64_t first = start & ~(page - 1), length = ((start + size + page - 1) & ~(page - 1)) - first;
    if (mprotect(reinterpret_cast<void*>(first), length, PROT_READ | PROT_WRITE | PROT_EXEC) != 0) return;
    for (std::uint64_t at = start; at < start + size;) {
        const Instruction instruction = decode(at);
        if (is_worth_watching(instruction)) {
            instruction_at(at); // as it is without the trap
            watched[at].original = *reinterpret_cast<const std::uint8_t*>(at);
        }
        at += instruction.length ? instruction.length : 1;
    }
    for (const auto& [place, entry] : watched) put(place, trap_instruction);
}

bool note_unhooked(void* context) {
    gregset_t& registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
    const std::uint64_t place = std::uint64_t(registers[REG_RIP]) - 1;
    const auto found = watched.find(place);
    if (found == watched.end()) return false;
    bool stays = true;
    if (recording && from_fiber()) {
        EngineScope scope;
        stays = look(place, found->second, registers);
    }
    put(place, found->second.original);
    registers[REG_RIP] = greg_t(place);
    if (stays) {
        stepped_over = place;
        registers[REG_EFL] |= trap_flag;
    } else {
        EngineScope scope;
        given_up[place] = found->second.original;
        watched.erase(found);
    }
    return true;
}

void watch_all_unhooked() {
    all_stay = true;
    for (const auto& [place, original] : given_up) {
        watched[place].original = original;
        put(place, trap_instruction);
    }
    given_up.clear();
}

bool watch_again(void* context) {
    if (!stepped_over) return false;
    gregset_t& registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
    if (std::uint64_t(registers[REG_RIP]) == stepped_over) return true; // a repeated instruction, not at its end
    put(stepped_over, trap_instruction);
    stepped_over = 0;
    registers[REG_EFL] &= ~trap_flag;
    return true;
}

bool is_debugged() {
    static const bool debugged = [] {
        std::ifstream status("/proc/self/status");
        for (std::string line; std::getline(status, line);)
            if (line.starts_with("TracerPid:")) return line.find_first_of("123456789") != line.npos;
        return false;
    }();
    return debugged;
}

} // namespace heddle::runtime
