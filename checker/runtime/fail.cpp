// The ways in which the program itself says that an execution is over.

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>

#include <unistd.h>

#include "core/pulse.hpp"
#include "program/function_name.hpp"
#include "program/module.hpp"
#include "runtime/hooks.hpp"

namespace heddle::runtime {

const char* keep_message(const char* text) {
    static std::set<std::string> texts;
    return texts.insert(text).first->c_str();
}

void fail(Verdict verdict, std::uint64_t pc, const char* format, ...) {
    Operation op;
    {
        EngineScope scope;
        char text[1024];
        std::va_list arguments;
        va_start(arguments, format);
        std::vsnprintf(text, sizeof text, format, arguments);
        va_end(arguments);
        if (!on_fiber()) {
            std::snprintf(pulse->last_words, sizeof pulse->last_words, "%s", text);
            pulse->verdict = static_cast<int>(verdict);
            if (pulse == &own_pulse) std::fprintf(stderr, "heddle: a static constructor of the program: %s\n", text);
            std::_Exit(3); // nothing to return to: a constructor cannot be abandoned half-way
        }
        op = operation(OpKind::fail, 0, program_pc(pc));
        op.verdict = verdict;
        op.message = keep_message(text);
    }
    for (;;) backend->perform(op);
}

void fail_unsupported(const char* name, std::uint64_t pc) {
    char readable[256];
    {
        EngineScope scope;
        std::snprintf(readable, sizeof readable, "%s", program::function_name(name).c_str());
    }
    fail(Verdict::unsupported, pc, "%s is not modelled", readable);
}

std::uint64_t program_pc(std::uint64_t pc) {
    const program::Module* module = program::Module::loaded();
    if (!module || module->contains(pc)) return pc;
    const Fiber& fiber = current();
    if (fiber.library_call) return fiber.library_call;
    if (fiber.followed_count) return fiber.followed[fiber.followed_count - 1].pc;
    for (std::uint32_t i = fiber.depth < fiber.max_depth ? fiber.depth : fiber.max_depth; i-- > 0;)
        if (module->contains(fiber.calls[i])) return fiber.calls[i];
    return pc;
}

void check_atomic_address(std::uint64_t address, std::size_t size, std::uint64_t pc) {
    if (address < 4096) fail(Verdict::crash, pc, "atomic access through a null pointer (address %#lx)", address);
    // The kernel looks without faulting.
    static int pipe_ends[2] = {-1, -1};
    if (pipe_ends[0] < 0 && pipe(pipe_ends) != 0) return;
    char bytes[16];
    if (::write(pipe_ends[1], reinterpret_cast<const void*>(address), size) != static_cast<ssize_t>(size))
        fail(Verdict::crash, pc, "atomic access to an invalid address (%#lx)", address);
    if (::read(pipe_ends[0], bytes, size) < 0) return;
}

} // namespace heddle::runtime

using namespace heddle;
using namespace heddle::runtime;

extern "C" void heddle_heddle_ensure_at(int condition, const char* message, const char*, int) {
    if (condition) return;
    fail(Verdict::assertion, HEDDLE_PC, "%s", message);
}

/// The shadow headers': something is used as the standard forbids.
extern "C" void heddle_heddle_misuse(const char* message) { fail(Verdict::misuse, HEDDLE_PC, "%s", message); }

namespace {

void assume(int condition, std::uint64_t pc) {
    if (condition || !on_fiber()) return;
    const Operation op = operation(OpKind::assume, 0, pc);
    for (;;) backend->perform(op);
}

} // namespace

extern "C" void heddle_heddle_assume(int condition) { assume(condition, HEDDLE_PC); }
extern "C" void heddle___VERIFIER_assume(int condition) { assume(condition, HEDDLE_PC); }

extern "C" unsigned heddle_heddle_choose(unsigned count) {
    if (count <= 1 || !on_fiber()) return 0;
    return static_cast<unsigned>(perform(OpKind::choose, nullptr, HEDDLE_PC, count));
}
