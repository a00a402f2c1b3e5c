#include "program/binding.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <elf.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

namespace heddle::program {
namespace {

std::uint64_t page_down(std::uint64_t address) { return address & ~(static_cast<std::uint64_t>(getpagesize()) - 1); }
std::uint64_t page_up(std::uint64_t address) { return page_down(address + static_cast<std::uint64_t>(getpagesize()) - 1); }

/// The parts of the dynamic section that binding needs.
struct DynamicSection {
    const Elf64_Sym* symbols = nullptr;
    const char* strings = nullptr;
    const Elf64_Rela *plt = nullptr, *other = nullptr;
    std::size_t plt_count = 0, other_count = 0;

    DynamicSection(const Elf64_Dyn* dynamic, std::uint64_t bias) {
        // The loader has added the bias to some of the pointers in place, and may not have to others.
        const auto pointer = [bias](std::uint64_t value) { return value < bias ? value + bias : value; };
        for (; dynamic->d_tag != DT_NULL; ++dynamic) {
            const std::uint64_t value = dynamic->d_un.d_val;
            switch (dynamic->d_tag) {
            case DT_SYMTAB: symbols = reinterpret_cast<const Elf64_Sym*>(pointer(value)); break;
            case DT_STRTAB: strings = reinterpret_cast<const char*>(pointer(value)); break;
            case DT_JMPREL: plt = reinterpret_cast<const Elf64_Rela*>(pointer(value)); break;
            case DT_PLTRELSZ: plt_count = value / sizeof(Elf64_Rela); break;
            case DT_RELA: other = reinterpret_cast<const Elf64_Rela*>(pointer(value)); break;
            case DT_RELASZ: other_count = value / sizeof(Elf64_Rela); break;
            default: break;
            }
        }
    }
};

/// Constant tables (RELRO), writable while one lives.
class Opened {
public:
    explicit Opened(const dl_phdr_info& info) {
        for (int i = 0; i < info.dlpi_phnum; ++i) {
            const auto& header = info.dlpi_phdr[i];
            if (header.p_type != PT_GNU_RELRO) continue;
            const std::uint64_t start = page_down(info.dlpi_addr + header.p_vaddr);
            const std::uint64_t end = info.dlpi_addr + header.p_vaddr + header.p_memsz;
            if (mprotect(reinterpret_cast<void*>(start), page_up(end) - start, PROT_READ | PROT_WRITE) == 0)
                ranges_.emplace_back(start, page_down(end));
        }
    }
    ~Opened() {
        for (const auto& [start, end] : ranges_)
            if (end > start) mprotect(reinterpret_cast<void*>(start), end - start, PROT_READ);
    }
    Opened(const Opened&) = delete;

private:
    std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges_;
};

} // namespace

void bind_object(const dl_phdr_info& info, const std::function<void*(const Import&)>& choose) {
    const std::uint64_t bias = info.dlpi_addr;
    const Elf64_Dyn* section = nullptr;
    for (int i = 0; i < info.dlpi_phnum; ++i)
        if (info.dlpi_phdr[i].p_type == PT_DYNAMIC) section = reinterpret_cast<const Elf64_Dyn*>(bias + info.dlpi_phdr[i].p_vaddr);
    if (!section) return;
    const DynamicSection dynamic(section, bias);
    if (!dynamic.symbols || !dynamic.strings) return;
    const Opened opened(info);

    const auto bind = [&](const Elf64_Rela& relocation) {
        const auto type = ELF64_R_TYPE(relocation.r_info);
        if (type != R_X86_64_JUMP_SLOT && type != R_X86_64_GLOB_DAT && type != R_X86_64_64) return;
        const Elf64_Sym& symbol = dynamic.symbols[ELF64_R_SYM(relocation.r_info)];
        const auto kind = ELF64_ST_TYPE(symbol.st_info);
        if (kind == STT_TLS || kind == STT_GNU_IFUNC) return;
        const std::uint64_t addend = type == R_X86_64_64 ? static_cast<std::uint64_t>(relocation.r_addend) : 0;
        auto* const place = reinterpret_cast<std::uint64_t*>(bias + relocation.r_offset);
        Import import;
        import.name = dynamic.strings + symbol.st_name;
        if (!*import.name) return;
        if (symbol.st_shndx != SHN_UNDEF) import.own = reinterpret_cast<void*>(bias + symbol.st_value);
        import.weak = ELF64_ST_BIND(symbol.st_info) == STB_WEAK;
        import.function = kind == STT_FUNC || type == R_X86_64_JUMP_SLOT;
        import.unchanged = reinterpret_cast<void*>(*place - addend);
        const std::uint64_t bound = reinterpret_cast<std::uint64_t>(choose(import)) + addend;
        if (*place != bound) *place = bound;
    };
    for (std::size_t i = 0; i < dynamic.plt_count; ++i) bind(dynamic.plt[i]);
    for (std::size_t i = 0; i < dynamic.other_count; ++i) bind(dynamic.other[i]);
}

void bind_library(std::uint64_t bias, const std::function<void*(const Import&)>& choose) {
    struct Search {
        std::uint64_t bias;
        const std::function<void*(const Import&)>& choose;
    } search{bias, choose};
    dl_iterate_phdr(
        [](dl_phdr_info* info, std::size_t, void* data) {
            const auto& wanted = *static_cast<Search*>(data);
            if (info->dlpi_addr != wanted.bias) return 0;
            bind_object(*info, wanted.choose);
            return 1;
        },
        &search);
}

} // namespace heddle::program
