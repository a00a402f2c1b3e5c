// What each function that the program imports is bound to: one of ours, the real one when it is harmless, or a stub that
// says that anything may have happened (opaque) or that the execution ends here (unsupported). Nothing that could
// synchronise or differ from run to run is executed silently.

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstring>
#include <deque>
#include <iostream>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/mman.h>
#include <sys/single_threaded.h>
#include <unistd.h>

#include "core/error.hpp"
#include "core/pulse.hpp"
#include "program/binding.hpp"
#include "program/module.hpp"
#include "program/objects.hpp"
#include "program/vtables.hpp"
#include "runtime/exit_functions.hpp"
#include "runtime/follow.hpp"
#include "runtime/hidden_state.hpp"
#include "runtime/hooks.hpp"
#include "runtime/import_table.hpp"
#include "runtime/output.hpp"

namespace heddle::runtime {
namespace {

extern "C" void heddle_opaque_entry();
extern "C" void heddle_unsupported_entry();
extern "C" void heddle_refused_entry();

std::jmp_buf out_of_constructors;

/// Code of the stubs: `movabs r11, import; movabs r10, entry; jmp r10`.
class StubPages {
public:
    void* make(const Import* import, void (*entry)()) {
        if (!next_ || end_ - next_ < stub_size) {
            void* page = mmap(nullptr, page_size, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            if (page == MAP_FAILED) throw InternalError("no memory for import stubs");
            next_ = static_cast<unsigned char*>(page);
            pages_.push_back(next_);
            end_ = next_ + page_size;
        }
        unsigned char* stub = next_;
        next_ += stub_size;
        const auto word = [](std::uint64_t value, unsigned char* place) { std::memcpy(place, &value, sizeof value); };
        stub[0] = 0x49, stub[1] = 0xbb;
        word(reinterpret_cast<std::uint64_t>(import), stub + 2);
        stub[10] = 0x49, stub[11] = 0xba;
        word(reinterpret_cast<std::uint64_t>(entry), stub + 12);
        stub[20] = 0x41, stub[21] = 0xff, stub[22] = 0xe2;
        return stub;
    }

    /// The import of the stub that begins there, or null.
    const Import* import_at(std::uint64_t address) const {
        for (const unsigned char* page : pages_)
            if (const std::uint64_t offset = address - reinterpret_cast<std::uint64_t>(page); offset < page_size && offset % stub_size == 0) {
                const Import* import = nullptr;
                std::memcpy(&import, page + offset + 2, sizeof import);
                return import;
            }
        return nullptr;
    }

private:
    static constexpr std::ptrdiff_t stub_size = 24, page_size = 16384;
    unsigned char *next_ = nullptr, *end_ = nullptr;
    std::vector<unsigned char*> pages_;
};

class ImportPolicy final : public program::Loading {
public:
    void* bind(const char* name, void* definition, bool function) override {
        const std::string_view text(name);
        if (void* replacement = replacement_of(text)) return replacement;
        // This executable's copy of a template of the library, which is no hook: the library's own is followed.
        if (definition && is_ours(definition) && is_weak(definition))
            if (void* theirs = dlsym(RTLD_NEXT, name)) definition = theirs;
        if (!definition) return nullptr;
        if (!function && !is_code(definition)) return definition;
        if (is_ours(definition)) return definition;
        if (is_harmless(text) && !hidden_family(text)) return definition;
        imports_.push_back({name, definition, is_stream_function(text), hidden_family(text)});
        return stubs_.make(&imports_.back(), is_lasting(text)       ? heddle_refused_entry
                                             : is_unsupported(text) ? heddle_unsupported_entry
                                                                    : heddle_opaque_entry);
    }

    /// What a vtable of a library is to hold in place of that function of the library.
    void* stub_for(const char* name, void* function) {
        imports_.push_back({name, function, false});
        return stubs_.make(&imports_.back(), heddle_opaque_entry);
    }

    void constructors_begin() override {
        capture_streams();
        prepare_to_follow(); // before keys are made
        __libc_single_threaded = 0; // or std::shared_ptr would count without atomics
    }
    void constructors_end() override {}

    bool constructors_later() const override { return true; }
    void constructors_due(program::Module& module) override {
        pulse->in_program = in_program = true;
        const bool done = run_ahead(module);
        pulse->in_program = in_program = false;
        if (done) return;
        module.leave_constructors_for_main();
        memory().constructors_heap().reset();
        forget_exit_functions();
        memory().forget_outside_tls(module);
    }

    const Import* import_of_stub(std::uint64_t address) const { return stubs_.import_at(address); }

private:
    /// Static constructors run once, natively, before anything is explored. @return false: one of them starts a thread, so that
    /// they must be explored; it was left in the middle. Noexcept: what they throw ends the program.
    static bool run_ahead(const program::Module& module) noexcept {
        static char* no_arguments[]{nullptr};
        if (_setjmp(out_of_constructors) != 0) return false;
        module.run_constructors(0, no_arguments, environ);
        return true;
    }

    /// A symbol of unknown type: function pointers are imported like data.
    static bool is_code(void* definition) {
        Dl_info info;
        const void* symbol = nullptr;
        if (!dladdr1(definition, &info, const_cast<void**>(&symbol), RTLD_DL_SYMENT) || !symbol) return false;
        return (static_cast<const unsigned char*>(symbol)[4] & 0xf) == 2; // Elf64_Sym::st_info: STT_FUNC
    }

    /// Defined in this executable: a hook.
    static bool is_ours(void* definition) {
        Dl_info theirs, mine;
        return dladdr(definition, &theirs) && dladdr(reinterpret_cast<void*>(&heddle_opaque_entry), &mine) &&
               theirs.dli_fbase == mine.dli_fbase;
    }

    std::deque<Import> imports_;
    StubPages stubs_;
};

ImportPolicy policy;
[[maybe_unused]] const bool registered = (program::Module::set_loading(&policy), true);

} // namespace

bool is_weak(const void* address) {
    Dl_info info;
    const unsigned char* symbol = nullptr;
    return dladdr1(address, &info, reinterpret_cast<void**>(const_cast<unsigned char**>(&symbol)), RTLD_DL_SYMENT) && symbol &&
           symbol[4] >> 4 == 2; // Elf64_Sym::st_info: STB_WEAK
}

void leave_constructors(std::uint64_t pc) {
    const program::Module* const module = program::Module::loaded();
    if (!module->has_main() || !module->patterns().empty())
        fail(Verdict::unsupported, pc, "a thread is created before the patterns begin, which is not modelled");
    longjmp(out_of_constructors, 1);
}

const Import* import_of_stub(std::uint64_t address) { return policy.import_of_stub(address); }

/// What entry.S has put on the stack, in the order of addresses.
struct SavedArguments {
    std::uint64_t r11, r9, r8, rcx, rdx, rsi, rdi, rax;
};

namespace {

/// A function on cout, cerr or clog: the stream is nobody's memory, what is printed may be the program's. @return whether its
/// effect is known
bool is_known_on_streams(const Import& import, const SavedArguments& arguments, std::uint64_t pc) {
    const auto* stream = reinterpret_cast<const std::ostream*>(arguments.rdi);
    if (stream != &std::cout && stream != &std::cerr && stream != &std::clog) return false;
    const std::string_view name(import.name);
    const auto* text = reinterpret_cast<const char*>(arguments.rsi);
    if (name.starts_with("_ZStlsISt11char_traitsIcEERSt13basic_ostreamIcT_ES5_PKc") || name.starts_with("_ZNSolsEPKc")) {
        if (text) plain_read(text, std::strlen(text) + 1, pc);
        return true;
    }
    if (name.starts_with("_ZSt16__ostream_insert") || name.starts_with("_ZNSo5write")) {
        plain_read(text, arguments.rdx, pc);
        return true;
    }
    // Numbers and manipulators hold no pointers; what is left takes an object by reference.
    return import.stream_function && !in_program_memory(arguments.rsi);
}

} // namespace

/// @return whether the function is to be followed
extern "C" bool heddle_opaque_call(const Import* import, const SavedArguments* arguments, std::uint64_t stack) {
    if (!from_fiber()) return false;
    std::uint64_t pc = 0;
    std::memcpy(&pc, reinterpret_cast<const void*>(stack), sizeof pc);
    if (import->stream_function && is_known_on_streams(*import, *arguments, pc)) return false;
    if (import->hidden_family) {
        heddle_use_family(import->hidden_family, pc);
        return false;
    }
    if (follow(*import, stack)) return true;
    if (listening) listening->opaque_call(import->name);
    return false;
}

void bind_libraries() {
    static bool done = false;
    if (std::exchange(done, true)) return;
    for (const program::LoadedObject& object : program::loaded_objects()) {
        using Kind = program::LoadedObject::Kind;
        if (object.kind != Kind::brought && !object.name.starts_with("libstdc++")) continue;
        program::bind_library(object.bias, [&](const program::Import& import) {
            void* replacement = replacement_for_library(import.name, object.kind == Kind::brought);
            return replacement ? replacement : import.unchanged;
        });
    }
}

void replace_virtual_functions() {
    static bool done = false;
    if (std::exchange(done, true)) return;
    for (const program::LoadedObject& object : program::loaded_objects()) {
        using Kind = program::LoadedObject::Kind;
        if (object.kind != Kind::brought && !object.name.starts_with("libstdc++")) continue;
        program::for_each_virtual_function(object, [](const char* name, void* function) {
            return policy.stub_for(name, function);
        });
    }
}

void* stub_of_library_function(void* function) {
    static std::map<void*, void*> made;
    EngineScope scope;
    void*& stub = made[function];
    Dl_info info;
    if (!stub) stub = policy.stub_for(dladdr(function, &info) && info.dli_sname ? info.dli_sname : "a function of its own", function);
    return stub;
}

extern "C" void heddle_unsupported_call(const char* name, std::uint64_t pc) { fail_unsupported(name, pc); }

} // namespace heddle::runtime
