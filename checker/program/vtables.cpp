#include "program/vtables.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <unordered_map>

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

namespace heddle::program {
namespace {

/// The dynamic symbol table; its length comes from the hash table.
struct SymbolTable {
    const Elf64_Sym* symbols = nullptr;
    const char* strings = nullptr;
    std::size_t count = 0;
};

/// DT_GNU_HASH: the highest symbol that any bucket leads to.
std::size_t count_by_hash(const std::uint32_t* table) {
    const std::uint32_t buckets = table[0], first = table[1], bloom = table[2];
    const std::uint32_t* bucket = table + 4 + 2 * std::size_t(bloom);
    const std::uint32_t* chain = bucket + buckets;
    std::uint32_t last = 0;
    for (std::uint32_t i = 0; i < buckets; ++i) last = std::max(last, bucket[i]);
    if (last < first) return first;
    while (!(chain[last - first] & 1)) ++last;
    return std::size_t(last) + 1;
}

SymbolTable symbols_of(const LoadedObject& object) {
    SymbolTable found;
    struct Search {
        const LoadedObject& object;
        SymbolTable& found;
    } search{object, found};
    dl_iterate_phdr(
        [](dl_phdr_info* info, std::size_t, void* data) {
            auto& wanted = *static_cast<Search*>(data);
            if (info->dlpi_addr != wanted.object.bias) return 0;
            for (int i = 0; i < info->dlpi_phnum; ++i) {
                if (info->dlpi_phdr[i].p_type != PT_DYNAMIC) continue;
                const auto* entry = reinterpret_cast<const Elf64_Dyn*>(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
                for (; entry->d_tag != DT_NULL; ++entry) {
                    const std::uint64_t value = entry->d_un.d_ptr;
                    const std::uint64_t address = value < info->dlpi_addr ? value + info->dlpi_addr : value;
                    if (entry->d_tag == DT_SYMTAB) wanted.found.symbols = reinterpret_cast<const Elf64_Sym*>(address);
                    if (entry->d_tag == DT_STRTAB) wanted.found.strings = reinterpret_cast<const char*>(address);
                    if (entry->d_tag == DT_GNU_HASH) wanted.found.count = count_by_hash(reinterpret_cast<const std::uint32_t*>(address));
                }
            }
            return 1;
        },
        &search);
    return found.symbols && found.strings ? found : SymbolTable{};
}

/// The table read once: dladdr reads all of it for each address, which was most of a short check's time.
std::unordered_map<std::uint64_t, const char*> function_names(const LoadedObject& object, const SymbolTable& table) {
    std::unordered_map<std::uint64_t, const char*> names;
    for (std::size_t i = 0; i < table.count; ++i)
        if (const Elf64_Sym& symbol = table.symbols[i]; symbol.st_shndx != SHN_UNDEF && ELF64_ST_TYPE(symbol.st_info) == STT_FUNC)
            names.emplace(object.bias + symbol.st_value, table.strings + symbol.st_name);
    return names;
}

/// A vtable also holds offsets and pointers to type information: only functions are replaced.
bool is_code_of(const LoadedObject& object, std::uint64_t address) {
    for (const LoadedObject::Range& range : object.code)
        if (address - range.start < range.size) return true;
    return false;
}

} // namespace

namespace {

/// Replaces the virtual functions of one object, each by the same stub in all its vtables.
class Replacing {
public:
    Replacing(const LoadedObject& object, const SymbolTable& table, const std::function<void*(const char*, void*)>& replace)
        : object_(object), names_(function_names(object, table)), replace_(replace) {}

    /// The functions in [start, end). `name`: what a function without a name of its own is called.
    void replace(std::uint64_t start, std::uint64_t end, const char* name) {
        const auto page = std::uint64_t(getpagesize());
        const std::uint64_t first = start & ~(page - 1), size = ((end + page - 1) & ~(page - 1)) - first;
        if (mprotect(reinterpret_cast<void*>(first), size, PROT_READ | PROT_WRITE) != 0) return;
        for (std::uint64_t place = start; place + 8 <= end; place += 8) {
            auto& entry = *reinterpret_cast<std::uint64_t*>(place);
            if (is_code_of(object_, entry)) entry = reinterpret_cast<std::uint64_t>(stub_of(entry, name));
        }
        // Constant again; a page that also holds variables stays writable.
        bool holds_variables = false;
        for (const LoadedObject::Range& range : object_.writable)
            holds_variables |= first < range.start + range.size && range.start < first + size;
        if (!holds_variables) mprotect(reinterpret_cast<void*>(first), size, PROT_READ);
    }

private:
    void* stub_of(std::uint64_t function, const char* name) {
        void*& stub = made_[function];
        if (!stub) {
            const auto found = names_.find(function);
            stub = replace_(found != names_.end() ? found->second : name, reinterpret_cast<void*>(function));
        }
        return stub;
    }

    const LoadedObject& object_;
    const std::unordered_map<std::uint64_t, const char*> names_;
    const std::function<void*(const char*, void*)>& replace_;
    std::unordered_map<std::uint64_t, void*> made_; ///< many vtables hold the same function
};

/// A vtable without a symbol (those of classes that a library does not export), told by what lies before its functions: the distance to
/// the whole object and its std::type_info, which is of a class.
class HiddenVtables {
public:
    explicit HiddenVtables(const LoadedObject& object) : constant_(object.constant) {
        for (const char* name : {"_ZTVN10__cxxabiv117__class_type_infoE", "_ZTVN10__cxxabiv120__si_class_type_infoE",
                                 "_ZTVN10__cxxabiv121__vmi_class_type_infoE"})
            kinds_.push_back(reinterpret_cast<std::uint64_t>(dlsym(RTLD_DEFAULT, name)) + 16);
    }

    /// The name of the class (kept for ever) when a vtable's functions begin at the place; else null.
    const char* class_before(std::uint64_t place) const {
        const std::uint64_t info = word(place - 8), distance = word(place - 16);
        constexpr std::uint64_t largest_object = 1 << 20;
        if (!in_constants(info) || distance + largest_object > largest_object) return nullptr; // it is negative, or zero
        if (std::find(kinds_.begin(), kinds_.end(), word(info)) == kinds_.end()) return nullptr;
        return reinterpret_cast<const char*>(word(info + 8));
    }

    bool in_constants(std::uint64_t address) const { return address - constant_.start + 16 <= constant_.size; }
    static std::uint64_t word(std::uint64_t address) { return *reinterpret_cast<const std::uint64_t*>(address); }

private:
    const LoadedObject::Range constant_;
    std::vector<std::uint64_t> kinds_; ///< what the type_info of a class begins with
};

} // namespace

void for_each_virtual_function(const LoadedObject& object, const std::function<void*(const char*, void*)>& replace) {
    const SymbolTable table = symbols_of(object);
    Replacing replacing(object, table, replace);
    for (std::size_t i = 0; i < table.count; ++i) {
        const Elf64_Sym& symbol = table.symbols[i];
        const char* name = table.strings + symbol.st_name;
        if (symbol.st_shndx == SHN_UNDEF || std::strncmp(name, "_ZTV", 4) != 0) continue;
        const std::uint64_t start = object.bias + symbol.st_value;
        replacing.replace(start, start + symbol.st_size, name);
    }
    const HiddenVtables hidden(object);
    const std::uint64_t end = object.constant.start + object.constant.size;
    for (std::uint64_t place = ((object.constant.start + 7) & ~7ull) + 16; place + 8 <= end; place += 8) {
        if (!is_code_of(object, HiddenVtables::word(place))) continue;
        const char* name = hidden.class_before(place);
        if (!name) continue;
        std::uint64_t after = place;
        while (after + 8 <= end && is_code_of(object, HiddenVtables::word(after))) after += 8;
        replacing.replace(place, after, name);
        place = after - 8;
    }
}

} // namespace heddle::program
