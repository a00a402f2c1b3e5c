#include "program/module.hpp"

#include <algorithm>
#include <cstring>
#include <fstream>

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <fmt/format.h>

#include "core/error.hpp"
#include "include/heddle/heddle.h"
#include "program/binding.hpp"
#include "program/elf_check.hpp"
#include "program/function_name.hpp"
#include "program/symbol_table.hpp"

namespace heddle::program {
namespace {

Module* the_module = nullptr; ///< one program a process; static constructors and hooks have no other way to find it
Loading* the_loading = nullptr;

std::uint64_t page_down(std::uint64_t address) { return address & ~(static_cast<std::uint64_t>(getpagesize()) - 1); }
std::uint64_t page_up(std::uint64_t address) { return page_down(address + static_cast<std::uint64_t>(getpagesize()) - 1); }

/// Calls `visit(info)` for the loaded object that contains the address.
template <typename Visit>
bool with_object_at(std::uint64_t address, Visit visit) {
    struct Search {
        std::uint64_t address;
        Visit& visit;
    } search{address, visit};
    return dl_iterate_phdr(
               [](dl_phdr_info* info, std::size_t, void* data) {
                   auto& wanted = *static_cast<Search*>(data);
                   for (int i = 0; i < info->dlpi_phnum; ++i) {
                       const auto& header = info->dlpi_phdr[i];
                       if (header.p_type != PT_LOAD) continue;
                       if (wanted.address - (info->dlpi_addr + header.p_vaddr) >= header.p_memsz) continue;
                       wanted.visit(*info);
                       return 1;
                   }
                   return 0;
               },
               &search) != 0;
}

} // namespace

void Module::set_loading(Loading* loading) { the_loading = loading; }
const Module* Module::loaded() { return the_module; }

void Module::reject_while_loading(const std::string& sentence) {
    if (the_module && the_module->rejected_.empty()) the_module->rejected_ = sentence;
}

void Module::add_pattern(Pattern pattern) {
    if (the_module) the_module->patterns_.push_back(std::move(pattern));
}

Module::Module(const std::filesystem::path& library)
    : path_(std::filesystem::absolute(library)), symbols_(path_, load()) {}

std::uint64_t Module::load() {
    if (the_module) throw InternalError("a second program in one process");
    check_is_program_library(path_);
    the_module = this;
    // Lazily: what cannot be resolved is reported by name in bind_imports.
    handle_ = dlopen(path_.c_str(), RTLD_LAZY | RTLD_LOCAL);
    const std::string problem = handle_ ? "" : dlerror();
    if (handle_ && bound_ && rejected_.empty()) {
        find_entries();
        find_destructors();
        if (the_loading) take_snapshot(), the_loading->constructors_due(*this);
    }
    if (bound_ && the_loading) the_loading->constructors_end();
    try {
        constexpr std::string_view undefined = "undefined symbol: ";
        if (const std::size_t at = problem.find(undefined); at != problem.npos)
            throw UserError(fmt::format("the program uses `{}`, which is defined nowhere: name the file or the library that has it (`--one-program`, `-- -lNAME`)",
                                        function_name(problem.substr(at + undefined.size()))));
        if (!handle_) throw UserError(fmt::format("cannot load the program: {}", problem));
        if (!bound_) throw UserError(fmt::format("{} was not built with -fsanitize=thread", path_.string()));
        if (!rejected_.empty()) throw UserError(rejected_);
        take_snapshot();
        return bias_;
    } catch (...) {
        the_module = nullptr;
        throw;
    }
}

void Module::initialising(const void* return_address) {
    if (!the_module || the_module->bound_) return;
    Module& module = *the_module;
    // Found by its name: optimised constructors jump to __tsan_init, and the caller is then the loader itself.
    (void)return_address;
    struct Search {
        Module& module;
        bool found = false;
    } search{module};
    dl_iterate_phdr(
        [](dl_phdr_info* info, std::size_t, void* data) {
            auto& wanted = *static_cast<Search*>(data);
            if (!info->dlpi_name || wanted.module.path_ != info->dlpi_name) return 0;
            wanted.module.read_headers(*info);
            if (the_loading && the_loading->constructors_later()) wanted.module.put_off_constructors(*info);
            wanted.found = true;
            return 1;
        },
        &search);
    if (!search.found) return; // a library that the program uses; its own turn comes
    module.bind_imports();
    module.bound_ = true;
    if (the_loading) the_loading->constructors_begin();
}

void Module::read_headers(const dl_phdr_info& info) {
    bias_ = info.dlpi_addr;
    low_ = ~std::uint64_t{0};
    std::uint64_t constant_low = 0, constant_high = 0;
    for (int i = 0; i < info.dlpi_phnum; ++i) {
        const auto& header = info.dlpi_phdr[i];
        const std::uint64_t start = bias_ + header.p_vaddr;
        switch (header.p_type) {
        case PT_LOAD:
            low_ = std::min(low_, page_down(start));
            high_ = std::max(high_, page_up(start + header.p_memsz));
            break;
        case PT_GNU_RELRO:
            constant_low = page_down(start);
            constant_high = page_down(start + header.p_memsz);
            break;
        case PT_TLS:
            tls_image_ = {reinterpret_cast<const std::byte*>(start), header.p_filesz};
            tls_size_ = header.p_memsz;
            tls_alignment_ = header.p_align;
            tls_module_id_ = info.dlpi_tls_modid;
            break;
        default: break;
        }
    }
    for (int i = 0; i < info.dlpi_phnum; ++i) {
        const auto& header = info.dlpi_phdr[i];
        if (header.p_type != PT_LOAD || !(header.p_flags & PF_W)) continue;
        std::uint64_t start = bias_ + header.p_vaddr;
        const std::uint64_t end = start + header.p_memsz;
        if (start >= constant_low && start < constant_high) start = constant_high; // constant once relocated
        if (start < end) segments_.push_back({reinterpret_cast<std::byte*>(start), end - start, {}, false, {}});
    }
}

void Module::bind_imports() {
    void* self = dlopen(path_.c_str(), RTLD_LAZY | RTLD_NOLOAD);
    with_object_at(low_, [&](const dl_phdr_info& info) {
        bind_object(info, [&](const Import& import) -> void* {
            // The module's own definition, not one of the same name in this executable: that one is not instrumented.
            if (import.own) return import.own;
            void* definition = dlsym(RTLD_DEFAULT, import.name);
            if (!definition && self) definition = dlsym(self, import.name);
            if (!definition && !import.weak && !(the_loading && the_loading->bind(import.name, nullptr, import.function)))
                reject_while_loading(fmt::format("the program uses `{}`, which is defined nowhere: name the file or the library that has it (`--one-program`, `-- -lNAME`)",
                                                 function_name(import.name)));
            void* bound = the_loading ? the_loading->bind(import.name, definition, import.function) : definition;
            return bound || import.function ? bound : import.unchanged;
        });
    });
    if (self) dlclose(self);
}

/// The loader is about to go through the table of constructors (this is called from its first entry, the instrumentation's
/// own): from here on it finds nothing to do there.
void Module::put_off_constructors(const dl_phdr_info& info) {
    const Elf64_Dyn* dynamic = nullptr;
    for (int i = 0; i < info.dlpi_phnum; ++i)
        if (info.dlpi_phdr[i].p_type == PT_DYNAMIC) dynamic = reinterpret_cast<const Elf64_Dyn*>(bias_ + info.dlpi_phdr[i].p_vaddr);
    std::uint64_t table = 0, size = 0, last_table = 0, last_size = 0;
    for (; dynamic && dynamic->d_tag != DT_NULL; ++dynamic) {
        if (dynamic->d_tag == DT_INIT_ARRAY) table = bias_ + dynamic->d_un.d_ptr;
        if (dynamic->d_tag == DT_INIT_ARRAYSZ) size = dynamic->d_un.d_val;
        if (dynamic->d_tag == DT_FINI_ARRAY) last_table = bias_ + dynamic->d_un.d_ptr;
        if (dynamic->d_tag == DT_FINI_ARRAYSZ) last_size = dynamic->d_un.d_val;
    }
    using Destructor = void (*)();
    if (last_table) destructor_table_ = std::span(reinterpret_cast<Destructor*>(last_table), last_size / sizeof(Destructor));
    if (!table || !size) return;
    // Constant by now, usually.
    if (mprotect(reinterpret_cast<void*>(page_down(table)), page_up(table + size) - page_down(table), PROT_READ | PROT_WRITE) != 0)
        return reject_while_loading("the program's table of static constructors cannot be changed");
    using Constructor = void (*)(int, char**, char**);
    for (Constructor& entry : std::span(reinterpret_cast<Constructor*>(table), size / sizeof(Constructor))) {
        constructors_.push_back(entry);
        entry = [](int, char**, char**) {};
    }
}

/// The compiler's own destructor only unregisters the object; and atexit is a function of the object, not of libc.
void Module::find_destructors() {
    const SymbolTable symbols(path_);
    const std::uint64_t compilers = symbols.value_of("__do_global_dtors_aux");
    for (const auto function : destructor_table_)
        if (reinterpret_cast<std::uint64_t>(function) != bias_ + compilers) destructors_.push_back(function);
    std::reverse(destructors_.begin(), destructors_.end());
    for (const char* name : {"atexit", "at_quick_exit", "on_exit", "__cxa_guard_acquire"})
        may_register_exits_ = may_register_exits_ || symbols.mentions(name);
    for (const char* name : {"pthread_tryjoin_np", "pthread_timedjoin_np", "pthread_clockjoin_np", "pthread_getname_np", "prctl"})
        may_ask_about_threads_ = may_ask_about_threads_ || symbols.mentions(name);
    may_exit_anywhere_ = symbols.mentions("exit") || symbols.mentions("quick_exit");
}

void Module::leave_constructors_for_main() {
    restore_segments();
    constructors_in_main_ = true;
}

void Module::run_constructors(int argc, char** argv, char** environment) const {
    for (const auto constructor : constructors_) constructor(argc, argv, environment);
}

void Module::find_entries() {
    // dlsym would also find this executable's main.
    if (void* found = dlsym(handle_, "main"); found && contains(reinterpret_cast<std::uint64_t>(found)))
        main_ = reinterpret_cast<int (*)(int, char**, char**)>(found);
}

void Module::take_snapshot() {
    for (Segment& segment : segments_) segment.initial.assign(segment.start, segment.start + segment.size);
}

namespace {

constexpr std::size_t page_size = 4096, worth_watching = 64 << 10;

/// The whole pages of a segment; what is left at its ends is always put back.
struct WholePages {
    std::byte *begin, *end;
    explicit WholePages(const Segment& segment)
        : begin(reinterpret_cast<std::byte*>(page_up(reinterpret_cast<std::uint64_t>(segment.start)))),
          end(reinterpret_cast<std::byte*>(page_down(reinterpret_cast<std::uint64_t>(segment.start + segment.size)))) {}
};

void put_back(const Segment& segment, std::byte* begin, std::byte* end) {
    std::memcpy(begin, segment.initial.data() + (begin - segment.start), static_cast<std::size_t>(end - begin));
}

} // namespace

void Module::restore_segments() const {
    for (const Segment& segment : segments_) {
        if (!segment.watched) {
            put_back(segment, segment.start, segment.start + segment.size);
            continue;
        }
        const WholePages pages(segment);
        put_back(segment, segment.start, pages.begin);
        for (std::byte* page : segment.written) put_back(segment, page, page + page_size);
        put_back(segment, pages.end, segment.start + segment.size);
    }
}

void Module::for_each_written(const std::function<void(std::byte*, std::size_t, const std::byte*)>& visit) const {
    for (const Segment& segment : segments_) {
        if (!segment.watched) {
            visit(segment.start, segment.size, nullptr);
            continue;
        }
        const WholePages pages(segment);
        visit(segment.start, std::size_t(pages.begin - segment.start), nullptr);
        visit(pages.end, std::size_t(segment.start + segment.size - pages.end), nullptr);
        for (std::byte* page : segment.written) visit(page, page_size, segment.initial.data() + (page - segment.start));
    }
}

void Module::watch_writes() {
    restore_segments();
    for (Segment& segment : segments_) {
        const WholePages pages(segment);
        if (segment.watched || segment.size < worth_watching) continue;
        segment.watched = mprotect(pages.begin, static_cast<std::size_t>(pages.end - pages.begin), PROT_READ) == 0;
        segment.written.clear();
        segment.written.reserve(static_cast<std::size_t>(pages.end - pages.begin) / page_size); // none in the handler
    }
}

void Module::stop_watching() {
    for (Segment& segment : segments_) {
        if (!segment.watched) continue;
        const WholePages pages(segment);
        mprotect(pages.begin, static_cast<std::size_t>(pages.end - pages.begin), PROT_READ | PROT_WRITE);
        segment.watched = false;
    }
}

bool Module::note_write(std::uint64_t address) {
    if (!the_module) return false;
    for (Segment& segment : the_module->segments_) {
        if (!segment.watched) continue;
        const WholePages pages(segment);
        auto* page = reinterpret_cast<std::byte*>(page_down(address));
        if (page < pages.begin || page >= pages.end) continue;
        if (std::find(segment.written.begin(), segment.written.end(), page) != segment.written.end()) return false;
        if (mprotect(page, page_size, PROT_READ | PROT_WRITE) != 0) return false;
        segment.written.push_back(page);
        return true;
    }
    return false;
}

} // namespace heddle::program

extern "C" void heddle_register_pattern(const heddle_pattern* pattern) {
    const auto text = [](const char* s) { return std::string(s ? s : ""); };
    heddle::program::Pattern known{text(pattern->name), text(pattern->description), text(pattern->expected),
                                   pattern->body, text(pattern->file), pattern->line};
    if (known.expected.empty()) known.expected = "verified";
    heddle::program::Module::add_pattern(std::move(known));
}
