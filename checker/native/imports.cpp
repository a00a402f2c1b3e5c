// What the program's imports are bound to when it runs on real threads: the hooks; all else is left as the loader has it.
#include <cstring>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include <elf.h>
#include <dlfcn.h>
#include <link.h>

#include "native/containers.hpp"
#include "native/hook.hpp"
#include "native/imports.hpp"
#include "native/process.hpp"
#include "program/binding.hpp"

namespace heddle::native {
namespace {

using Table = std::unordered_map<std::string_view, void*>;

Table table_of(std::initializer_list<std::span<const Hook>> lists) {
    Table table;
    for (const auto& list : lists)
        for (const Hook& hook : list) table.emplace(hook.name, hook.function);
    return table;
}

const Table& program_table() {
    static const Table table =
        table_of({access_hooks(), atomic_hooks(), lock_hooks(), condition_hooks(), thread_hooks(), counting_hooks(), once_hooks(),
                  memory_hooks(), allocation_hooks(), string_hooks(), file_hooks(), process_hooks(), property_hooks(), annotation_hooks(), report_hooks(),
                  container_hooks(), allocator_hooks(), java_hooks(), external_hooks(), format_hooks(), typed_hooks(), libc_hooks(), system_hooks()});
    return table;
}

/// For libraries that are not instrumented: what they do to threads, locks and the heap.
const Table& library_table() {
    static const Table table = table_of({lock_hooks(), condition_hooks(), thread_hooks(), counting_hooks(), allocation_hooks(), throwing_hooks()});
    return table;
}
const Table& libc_table() {
    static const Table table = table_of({allocation_hooks()});
    return table;
}

void* in(const Table& table, const char* name) {
    const auto found = table.find(name);
    return found == table.end() ? nullptr : found->second;
}

/// Heddle exports what the explored backend puts in the place of library functions (std::condition_variable::wait, …). On
/// real threads the libraries' own are meant: they reach our hooks through their own imports.
void* beyond_heddle(const char* name, void* definition) {
    Dl_info of_definition, of_heddle;
    Elf64_Sym* symbol = nullptr;
    if (!definition || !dladdr1(definition, &of_definition, reinterpret_cast<void**>(&symbol), RTLD_DL_SYMENT) ||
        !dladdr(reinterpret_cast<void*>(&beyond_heddle), &of_heddle) || of_definition.dli_fbase != of_heddle.dli_fbase)
        return definition;
    // Data (std::cout) is the one copy that the whole process uses.
    if (!symbol || ELF64_ST_TYPE(symbol->st_info) != STT_FUNC) return definition;
    void* const next = dlsym(RTLD_NEXT, name);
    return next ? next : definition;
}

class NativeImports final : public program::Loading {
public:
    void* bind(const char* name, void* definition, bool) override {
        has_patterns = has_patterns || std::string_view(name) == "heddle_register_pattern";
        return program_import(name, definition);
    }
    void constructors_begin() override {}
    void constructors_end() override {}
    bool constructors_later() const override { return true; } // each run has its own, and watches them

    bool has_patterns = false;
};

NativeImports policy;
std::set<std::string>* bound_libraries = nullptr;

/// Of heddle itself, and the kernel's; not the program's business.
bool is_heddles(const std::string& name) {
    for (const char* own : {"ld-linux", "linux-vdso", "libz3.", "libfmt.", "libdw.", "libelf."})
        if (name.find(own) != name.npos) return true;
    return name.empty();
}

} // namespace

/// The C library's other names for the same functions.
const char* other_name(std::string_view name) {
    constexpr std::pair<std::string_view, const char*> names[]{
        {"__pthread_mutex_lock", "pthread_mutex_lock"}, {"__pthread_mutex_unlock", "pthread_mutex_unlock"},
        {"__pthread_mutex_init", "pthread_mutex_init"}, {"__pthread_mutex_destroy", "pthread_mutex_destroy"},
        {"__pthread_mutex_trylock", "pthread_mutex_trylock"}, {"__pthread_once", "pthread_once"}, {"__bzero", "bzero"},
        {"pthread_mutexattr_getrobust_np", "pthread_mutexattr_getrobust"}};
    for (const auto& [other, usual] : names)
        if (other == name) return usual;
    return "";
}

void* program_import(const char* name, void* definition) {
    if (void* hook = in(program_table(), name)) return hook;
    if (void* hook = in(program_table(), other_name(name))) return hook;
    // Instrumentation and declarations that mean nothing to a single run.
    const std::string_view text(name);
    if (text.starts_with("__tsan_") || (text.starts_with("heddle_") && text != "heddle_register_pattern") || text.starts_with("Annotate") ||
        (!definition && text.starts_with("__sanitizer_cov_")))
        return in(program_table(), "heddle_nothing");
    if (void* member = string_member(name, definition)) return member;
    return beyond_heddle(name, definition);
}

bool registers_patterns() { return policy.has_patterns; }

void use_native_imports() { program::Module::set_loading(&policy); }

void bind_libraries() {
    if (!bound_libraries) bound_libraries = new std::set<std::string>;
    dl_iterate_phdr(
        [](dl_phdr_info* info, std::size_t, void*) {
            const std::string name = info->dlpi_name ? info->dlpi_name : "";
            if (is_heddles(name) || (program::Module::loaded() && name == program::Module::loaded()->path())) return 0;
            if (!bound_libraries->insert(name).second) return 0;
            const Table& table = name.find("/libc.so") != name.npos ? libc_table() : library_table();
            program::bind_object(*info, [&table](const program::Import& import) -> void* {
                void* hook = in(table, import.name);
                return hook ? hook : import.unchanged;
            });
            return 0;
        },
        nullptr);
}

} // namespace heddle::native
