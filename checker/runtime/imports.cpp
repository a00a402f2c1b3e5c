// What each function that the program imports is bound to: one of ours, the real one when it is harmless, or a stub that
// says that anything may have happened (opaque) or that the execution ends here (unsupported). Nothing that could
// synchronise or differ from run to run is executed silently.

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <iostream>
#include <string>
#include <string_view>

#include <sys/mman.h>
#include <sys/single_threaded.h>

#include "core/error.hpp"
#include "core/pulse.hpp"
#include "program/module.hpp"
#include "runtime/hooks.hpp"
#include "runtime/import_table.hpp"
#include "runtime/output.hpp"

namespace heddle::runtime {
namespace {

/// entry.S knows the layout.
struct Import {
    const char* name;
    void* real;
    bool stream_function; ///< harmless on the standard streams
};

extern "C" void heddle_opaque_entry();
extern "C" void heddle_unsupported_entry();
extern "C" void heddle_refused_entry();

/// Code of the stubs: `movabs r11, import; movabs r10, entry; jmp r10`.
class StubPages {
public:
    void* make(const Import* import, void (*entry)()) {
        if (!next_ || end_ - next_ < stub_size) {
            void* page = mmap(nullptr, page_size, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            if (page == MAP_FAILED) throw InternalError("no memory for import stubs");
            next_ = static_cast<unsigned char*>(page);
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

private:
    static constexpr std::ptrdiff_t stub_size = 24, page_size = 16384;
    unsigned char *next_ = nullptr, *end_ = nullptr;
};

class ImportPolicy final : public program::Loading {
public:
    void* bind(const char* name, void* definition, bool function) override {
        const std::string_view text(name);
        if (void* replacement = replacement_of(text)) return replacement;
        if (!definition) return nullptr;
        if (!function && !is_code(definition)) return definition;
        if (is_ours(definition)) return definition;
        if (is_harmless(text)) return definition;
        imports_.push_back({name, definition, is_stream_function(text)});
        return stubs_.make(&imports_.back(), is_lasting(text)       ? heddle_refused_entry
                                             : is_unsupported(text) ? heddle_unsupported_entry
                                                                    : heddle_opaque_entry);
    }

    void constructors_begin() override {
        capture_streams();
        __libc_single_threaded = 0; // or std::shared_ptr would count without atomics
        in_program = true;
        pulse->in_program = true;
    }
    void constructors_end() override {
        pulse->in_program = false;
        in_program = false;
    }

private:
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

extern "C" void heddle_opaque_call(const Import* import, const void* first_argument) {
    if (import->stream_function &&
        (first_argument == &std::cout || first_argument == &std::cerr || first_argument == &std::clog))
        return;
    if (listening) listening->opaque_call(import->name);
}

extern "C" void heddle_unsupported_call(const char* name, std::uint64_t pc) { fail_unsupported(name, pc); }

} // namespace heddle::runtime
