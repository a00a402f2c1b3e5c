#include "runtime/follow.hpp"

#include <cstring>
#include <unordered_map>

#include <dlfcn.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <ucontext.h>

#include "program/function_name.hpp"
#include "program/module.hpp"
#include "program/objects.hpp"
#include "runtime/exception_memory.hpp"
#include "runtime/hooks.hpp"
#include "runtime/import_table.hpp"
#include "runtime/instruction.hpp"
#include "runtime/memory.hpp"
#include "runtime/system_calls.hpp"
#include "runtime/trap_context.hpp"
#include "runtime/unhooked.hpp"

extern "C" {
void heddle_follow_again(); // entry.S: the trampoline
void heddle_called_as_program(); // entry.S: where calls return to that are made in the program's stead
std::uint64_t heddle_program_low = 0, heddle_program_size = 0; ///< entry.S: where its calls come from
}

namespace heddle::runtime {
namespace {

using program::LoadedObject;
using Kind = LoadedObject::Kind;

/// A followed call is given up after so many instructions: a few seconds.
constexpr std::uint32_t most_steps = 500'000;

/// What is at the entry of a function that libraries may call.
struct Known {
    enum class What : std::uint8_t {
        ours,
        as_it_is, ///< it is run and not followed: what it does to memory is nobody else's business
        deallocation,
        unsupported,
        thread_local_access,
    } what = What::ours;
    void* function = nullptr; ///< ours
    const char* name = nullptr;
};

std::unordered_map<std::uint64_t, Known> known_functions;

bool in_module(std::uint64_t address) {
    const program::Module* module = program::Module::loaded();
    return module && module->contains(address);
}

std::uint64_t word_at(std::uint64_t address) {
    std::uint64_t word = 0;
    std::memcpy(&word, reinterpret_cast<const void*>(address), sizeof word);
    return word;
}

void put_word(std::uint64_t address, std::uint64_t word) {
    std::memcpy(reinterpret_cast<void*>(address), &word, sizeof word);
}

bool is_call_as_program(std::uint64_t return_address) {
    return return_address == reinterpret_cast<std::uint64_t>(&heddle_called_as_program);
}

/// The operating system's thread, its errno and the like: libraries' own, and no other thread's.
bool is_system_thread_memory(std::uint64_t address) {
    constexpr std::uint64_t below = 64 << 10, above = 16 << 10;
    return address - (std::uint64_t(pthread_self()) - below) < below + above;
}

/// The name of the function that holds the address, as far as the library tells.
std::string function_at(std::uint64_t address) {
    Dl_info info;
    if (dladdr(reinterpret_cast<void*>(address), &info) && info.dli_sname) return program::function_name(info.dli_sname);
    return "a function of its own";
}

/// Calls of the program by which a library's own code has used memory: where the library lies.
std::unordered_map<std::uint64_t, std::uint64_t> library_accesses;

/// Whether the library's code has instructions that synchronise; told by reading all of it, once.
bool synchronises_itself(const LoadedObject& library) {
    static std::unordered_map<std::uint64_t, bool> known;
    const auto [found, fresh] = known.try_emplace(library.low, false);
    if (!fresh) return found->second;
    for (const LoadedObject::Range& range : library.code)
        for (std::uint64_t at = range.start; at < range.start + range.size && !found->second;) {
            const Instruction instruction = decode(at);
            found->second = instruction.atomic || instruction.fence;
            at += instruction.length ? instruction.length : 1;
        }
    return found->second;
}

/// Libraries call the copies of their templates that this executable has (weak symbols); hooks are strong.
bool is_copy_of_library_code(std::uint64_t address) {
    static std::unordered_map<std::uint64_t, bool> known;
    const auto [found, fresh] = known.try_emplace(address, false);
    if (fresh) found->second = is_weak(reinterpret_cast<void*>(address));
    return found->second;
}

/// One trap: the instruction that comes next, in the registers that it will find.
class Trap {
public:
    explicit Trap(void* context)
        : registers_(static_cast<ucontext_t*>(context)->uc_mcontext.gregs), fiber_(current()) {}

    void handle() {
        ++switch_count; // the watchdog measures progress by it
        Followed& call = fiber_.followed[fiber_.followed_count - 1];
        if (++call.steps > most_steps) give_up("does more than {} instructions in one call", true);
        object_ = program::object_at(pc());
        if (!object_) return step_elsewhere();
        switch (object_->kind) {
        case Kind::program: return stack() > call.slot ? finish() : call_out();
        case Kind::heddle:
            if (is_call_as_program(pc())) return finish();
            return is_copy_of_library_code(pc()) ? step() : call_out();
        case Kind::loader: // resolves a call by its name, or is called itself
            if (const auto found = known_functions.find(pc()); found != known_functions.end()) enter(found->second);
            return;
        case Kind::system:
        case Kind::brought: return step();
        }
    }

    void stop() { registers_[REG_EFL] &= ~trap_flag; }

private:
    std::uint64_t pc() const { return std::uint64_t(registers_[REG_RIP]); }
    std::uint64_t stack() const { return std::uint64_t(registers_[REG_RSP]); }
    void go_to(void* function) { registers_[REG_RIP] = reinterpret_cast<greg_t>(function); }
    const Followed& followed() const { return fiber_.followed[fiber_.followed_count - 1]; }
    bool brought() const { return object_ && object_->kind == Kind::brought; }

    /// Back in the program: by its return, or because an exception has left the library.
    void finish() {
        while (fiber_.followed_count && fiber_.followed[fiber_.followed_count - 1].slot < stack()) --fiber_.followed_count;
        stop();
    }

    /// A function that is not followed was called; its return goes by the trampoline.
    void call_out() {
        if (fiber_.followed_count == Fiber::max_followed) give_up("calls back too deeply", true);
        fiber_.followed[fiber_.followed_count] = {followed().function, followed().pc, stack(), word_at(stack()), 0};
        ++fiber_.followed_count;
        put_word(stack(), reinterpret_cast<std::uint64_t>(&heddle_follow_again));
        stop();
    }

    /// The stub of an import (in a vtable of a library), or code that was made at run time.
    void step_elsewhere() {
        if (const Import* import = import_of_stub(pc())) {
            go_to(import->real);
            return handle();
        }
        tell_accesses(instruction_at(pc()));
    }

    void step() {
        if (const auto found = known_functions.find(pc()); found != known_functions.end() && enter(found->second)) return;
        const Instruction& instruction = instruction_at(pc());
        if (instruction.length == 0) give_up("holds an instruction that is not known", true);
        if (brought()) {
            if (instruction.thread_local_access) give_up("keeps thread-local variables", false);
            if (instruction.fence) give_up("synchronises by atomic instructions of its own", false);
            if (instruction.pause) give_up("waits in a loop of its own", false);
        }
        if (instruction.system_call) return system_call();
        if (instruction.repeated != Instruction::Repeated::no) return repeat(instruction);
        tell_accesses(instruction);
    }

    /// @return false: it is to be followed like others
    bool enter(const Known& function) {
        const auto argument = std::uint64_t(registers_[REG_RDI]);
        switch (function.what) {
        case Known::What::thread_local_access:
            if (is_called_by_brought()) give_up("keeps thread-local variables", false);
            return false;
        case Known::What::unsupported:
            if (!is_called_by_brought()) return false;
            fiber_.entry.rsp = stack();
            fail(Verdict::unsupported, followed().pc, "%s calls %s, which is not modelled", caller_name().c_str(), function.name);
        case Known::What::deallocation: // realloc too: a block of the program's belongs to the program's heap
            if (slice::holds(argument)) go_to(function.function);
            break;
        case Known::What::as_it_is: break;
        case Known::What::ours: go_to(function.function); break;
        }
        call_out();
        return true;
    }

    bool is_called_by_brought() const {
        const LoadedObject* caller = program::object_at(word_at(stack()));
        return caller && caller->kind == Kind::brought;
    }
    std::string caller_name() const {
        const LoadedObject* caller = program::object_at(word_at(stack()));
        return caller ? caller->name : "a library";
    }

    /// Below the return address of the function's call are the frames of the library: nobody else's business.
    bool is_own_frame(std::uint64_t address) const {
        return address < followed().slot + sizeof(std::uint64_t) && address + 4096 > stack() &&
               address >= fiber_.stack_bottom;
    }

    void tell_accesses(const Instruction& instruction) {
        const MachineRegisters registers = registers_of(registers_, pc() + instruction.length);
        for (unsigned i = 0; i < instruction.operand_count; ++i) {
            const MemoryOperand& operand = instruction.operands[i];
            const std::uint64_t address = operand.address(registers);
            if (instruction.atomic) tell_atomic(address);
            if (operand.reads) tell(address, operand.size, false);
            if (operand.writes) tell(address, operand.size, true);
        }
    }

    /// What atomic instructions order is not known here. Those of libc and libstdc++ on memory of their own are locks and
    /// counters of what is never told.
    void tell_atomic(std::uint64_t address) {
        if (is_own_frame(address)) return;
        if (brought()) give_up("synchronises by atomic instructions of its own", false);
        if (in_program_memory(address)) give_up("uses atomic instructions on memory of the program", true);
    }

    void tell(std::uint64_t address, std::uint64_t size, bool writes) {
        if (is_own_frame(address)) return;
        if (!in_program_memory(address)) {
            if (writes && !is_system_thread_memory(address)) note_hidden_state(address);
            return;
        }
        if (listening->is_visible(address, size)) give_up("uses memory whose plain accesses are to be explored", true);
        if (brought()) library_accesses[followed().pc] = object_->low;
        if (writes) listening->plain_write(address, size, followed().pc);
        else listening->plain_read(address, size, followed().pc);
    }

    /// The library keeps something that is not put back between runs.
    void note_hidden_state(std::uint64_t address) {
        if (exception_memory::holds(reinterpret_cast<const void*>(address))) return;
        const LoadedObject* owner = program::object_at(address);
        if (brought()) give_up(owner ? "changes variables of another library" : "keeps memory that cannot be put back", false);
        listening->opaque_call(followed().function);
    }

    /// As a whole: under the trap it would go round by round.
    void repeat(const Instruction& instruction) {
        auto count = std::uint64_t(registers_[REG_RCX]);
        const auto to = std::uint64_t(registers_[REG_RDI]), from = std::uint64_t(registers_[REG_RSI]);
        constexpr greg_t direction_flag = 0x400;
        if (registers_[REG_EFL] & direction_flag) return tell_accesses(instruction);
        const std::uint64_t size = count * instruction.element;
        const bool moves = instruction.repeated == Instruction::Repeated::move;
        if (size) {
            if (moves) tell(from, size, false);
            tell(to, size, true);
        }
        auto* out = reinterpret_cast<std::uint8_t*>(to);
        const auto* in = moves ? reinterpret_cast<const std::uint8_t*>(from) : reinterpret_cast<const std::uint8_t*>(&registers_[REG_RAX]);
        for (std::uint64_t i = 0; i < size; ++i) out[i] = moves ? in[i] : in[i % instruction.element];
        registers_[REG_RCX] = 0;
        registers_[REG_RDI] += greg_t(size);
        if (moves) registers_[REG_RSI] += greg_t(size);
        registers_[REG_RIP] += instruction.length;
        if (program::object_at(pc())) handle(); // the instruction after it comes next
    }

    void system_call() {
        const auto argument = [&](unsigned i) {
            static constexpr int order[]{REG_RDI, REG_RSI, REG_RDX, REG_R10, REG_R8, REG_R9};
            return std::uint64_t(registers_[order[i]]);
        };
        const auto number = long(registers_[REG_RAX]);
        if (number == SYS_rt_sigprocmask) { // the trap itself must not be blocked
            constexpr greg_t syscall_length = 2;
            registers_[REG_RIP] += syscall_length;
            registers_[REG_RAX] = 0;
            return handle();
        }
        if (starts_or_ends_something(number)) give_up("makes a system call that is not modelled", false);
        if (number == SYS_futex && brought_anywhere()) give_up("waits by futexes of its own", false);
        if (const SystemCall* call = system_call_of(number)) {
            for (const SystemCall::Buffer& buffer : call->buffers)
                if (buffer.argument >= 0) tell_buffer(argument(unsigned(buffer.argument)), buffer, argument);
            return;
        }
        for (unsigned i = 0; i < 6; ++i)
            if (in_program_memory(argument(i)) && !is_own_stack(argument(i)))
                give_up("hands memory of the program to a system call that is not known", true);
    }

    bool is_own_stack(std::uint64_t address) const { return address >= fiber_.stack_bottom && address < fiber_.stack_top; }
    bool brought_anywhere() const {
        for (const LoadedObject& object : program::loaded_objects())
            if (object.kind == Kind::brought) return true;
        return false;
    }

    template <typename Argument>
    void tell_buffer(std::uint64_t address, const SystemCall::Buffer& buffer, const Argument& argument) {
        if (!address || !in_program_memory(address)) return;
        std::uint64_t size = buffer.size;
        if (buffer.length_argument >= 0) size = argument(unsigned(buffer.length_argument));
        if (buffer.is_string) size = std::strlen(reinterpret_cast<const char*>(address)) + 1;
        if (size) tell(address, size, buffer.writes);
    }

    /// The check ends: this call cannot be followed. `by_function`: the function that was called is to blame, not its library.
    [[noreturn]] void give_up(const char* why, bool by_function) {
        std::string sentence;
        {
            EngineScope scope;
            const std::string name = program::function_name(followed().function);
            std::string reason = why;
            if (const auto at = reason.find("{}"); at != reason.npos) reason.replace(at, 2, std::to_string(most_steps));
            const LoadedObject* caller = object_ && object_->kind == Kind::loader ? program::object_at(word_at(stack())) : object_;
            const std::string library = caller ? caller->name : "a library";
            sentence = by_function ? name + " " + reason + " (last in " + function_at(pc()) + " of " + library + "), which is not modelled"
                                   : library + " " + reason + " (in " + function_at(pc()) + ", called by " + name +
                                         "), which cannot be followed: give its source files beside the program's (--one-program)";
        }
        fiber_.entry.rsp = stack();
        fail(Verdict::unsupported, followed().pc, "%s", sentence.c_str());
    }

    gregset_t& registers_;
    Fiber& fiber_;
    const LoadedObject* object_ = nullptr;
};

/// Calls whose frames are gone, by return in a run that nobody followed or by an exception.
void forget_dead_calls(Fiber& fiber, std::uint64_t stack) {
    while (fiber.followed_count && fiber.followed[fiber.followed_count - 1].slot < stack) --fiber.followed_count;
}

} // namespace

bool follow(const Import& import, std::uint64_t stack) {
    Fiber& fiber = current();
    if (!from_fiber() || !recording || is_debugged()) return false;
    forget_dead_calls(fiber, stack);
    const std::uint64_t pc = is_call_as_program(word_at(stack)) ? fiber.import_call : word_at(stack);
    if (!in_module(pc) || fiber.followed_count == Fiber::max_followed) return false;
    fiber.followed[fiber.followed_count++] = {import.name, pc, stack, 0, 0};
    return true;
}

bool follow_step(void* context) {
    Trap trap(context);
    if (!from_fiber() || current().followed_count == 0) {
        trap.stop();
        return false;
    }
    EngineScope scope; // what is kept of instructions and accesses is no memory of the program's
    trap.handle();
    return true;
}

/// Called by the trampoline. @return where the call out would have returned to; `*trap` whether to follow from there.
extern "C" std::uint64_t heddle_followed_returns(std::uint64_t slot, bool* trap) {
    Fiber& fiber = current();
    forget_dead_calls(fiber, slot);
    const Followed call = fiber.followed[--fiber.followed_count];
    *trap = recording;
    return call.goes_on_at;
}

void follow_from_hook(Fiber& fiber) {
    if (is_debugged()) return;
    const std::uint64_t slot = fiber.entry.rsp;
    if (slot < fiber.stack_bottom || slot + 8 > fiber.stack_top) return;
    const std::uint64_t goes_on_at = word_at(slot);
    if (in_module(goes_on_at) || goes_on_at == reinterpret_cast<std::uint64_t>(&heddle_follow_again) || !fiber.import_call) return;
    const LoadedObject* object = program::object_at(goes_on_at);
    if (!object || (object->kind != Kind::system && object->kind != Kind::brought)) return;
    std::uint64_t entered = slot + 8;
    while (entered + 8 < fiber.stack_top && word_at(entered) != fiber.import_call && !is_call_as_program(word_at(entered))) entered += 8;
    if (entered + 8 >= fiber.stack_top) return;
    forget_dead_calls(fiber, slot);
    if (fiber.followed_count + 2 > Fiber::max_followed) return;
    fiber.followed[fiber.followed_count++] = {fiber.imported->name, fiber.import_call, entered, 0, 0};
    fiber.followed[fiber.followed_count++] = {fiber.imported->name, fiber.import_call, slot, goes_on_at, 0};
    put_word(slot, reinterpret_cast<std::uint64_t>(&heddle_follow_again));
}

void follow_no_further() {
    Fiber& fiber = current();
    const auto here = reinterpret_cast<std::uint64_t>(__builtin_frame_address(0));
    forget_dead_calls(fiber, here);
    for (std::uint32_t i = 0; i < fiber.followed_count; ++i)
        if (const Followed& call = fiber.followed[i]; call.goes_on_at) {
            put_word(call.slot, call.goes_on_at);
            if (listening) listening->opaque_call(call.function); // what it does while it is unwound
        }
    fiber.followed_count = 0;
}

std::string library_that_synchronises(std::uint64_t pc, std::uint64_t other) {
    if (!library_accesses.contains(pc) || !library_accesses.contains(other)) return {};
    const LoadedObject* library = program::object_at(library_accesses[pc]);
    return library && synchronises_itself(*library) ? library->name : std::string();
}

void prepare_to_follow() {
    for (const LoadedObject& object : program::loaded_objects(true))
        if (object.kind == Kind::program) heddle_program_low = object.low, heddle_program_size = object.high - object.low;
    bind_libraries();
    replace_virtual_functions();
    if (!known_functions.empty()) return;
    const auto add = [](std::string_view name, Known known) {
        if (void* real = dlsym(RTLD_NEXT, std::string(name).c_str())) known_functions.emplace(reinterpret_cast<std::uint64_t>(real), known);
    };
    for (const char* name : {"malloc", "calloc", "memalign", "aligned_alloc", "posix_memalign", "dlsym", "dlvsym", "dladdr", "dladdr1",
                             "dlerror", "dlclose"})
        add(name, {Known::What::as_it_is, nullptr, name});
    add("__tls_get_addr", {Known::What::thread_local_access, nullptr, "__tls_get_addr"});
    for (const char* name : {"free", "realloc", "malloc_usable_size"})
        add(name, {Known::What::deallocation, replacement_of(name), name});
    for_each_replacement([&](std::string_view name, void* function) {
        if (is_for_libraries(name)) add(name, {Known::What::ours, function, name.data()});
    });
    for_each_unsupported([&](std::string_view name) { add(name, {Known::What::unsupported, nullptr, name.data()}); });
}

} // namespace heddle::runtime
