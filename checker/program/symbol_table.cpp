#include "program/symbol_table.hpp"

#include <span>

#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace heddle::program {

struct SymbolTable::Entry : Elf64_Sym {};

SymbolTable::SymbolTable(const std::filesystem::path& library) {
    const int descriptor = open(library.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat info {};
    if (descriptor >= 0 && fstat(descriptor, &info) == 0 && std::size_t(info.st_size) > sizeof(Elf64_Ehdr)) {
        void* const mapped = mmap(nullptr, std::size_t(info.st_size), PROT_READ, MAP_PRIVATE, descriptor, 0);
        if (mapped != MAP_FAILED) file_ = static_cast<const std::byte*>(mapped), size_ = std::size_t(info.st_size);
    }
    if (descriptor >= 0) close(descriptor);
    if (!file_) return;
    const auto& header = *reinterpret_cast<const Elf64_Ehdr*>(file_);
    if (header.e_shoff + std::size_t(header.e_shnum) * sizeof(Elf64_Shdr) > size_) return;
    const std::span sections(reinterpret_cast<const Elf64_Shdr*>(file_ + header.e_shoff), header.e_shnum);
    // Stripped objects still have the table of what they share with others.
    for (const Elf64_Word kind : {SHT_SYMTAB, SHT_DYNSYM})
        for (const Elf64_Shdr& section : sections) {
            if (begin_ || section.sh_type != kind || section.sh_link >= sections.size()) continue;
            const Elf64_Shdr& names = sections[section.sh_link];
            if (section.sh_offset + section.sh_size > size_ || names.sh_offset + names.sh_size > size_) continue;
            begin_ = reinterpret_cast<const Entry*>(file_ + section.sh_offset);
            end_ = begin_ + section.sh_size / sizeof(Entry);
            names_ = reinterpret_cast<const char*>(file_ + names.sh_offset);
        }
}

SymbolTable::~SymbolTable() {
    if (file_) munmap(const_cast<std::byte*>(file_), size_);
}

/// Of a versioned import the name ends at its version.
const SymbolTable::Entry* SymbolTable::find(std::string_view name) const {
    for (const Entry* entry = begin_; entry != end_; ++entry) {
        const std::string_view own = names_ + entry->st_name;
        if (own.substr(0, own.find('@')) == name) return entry;
    }
    return nullptr;
}

bool SymbolTable::mentions(std::string_view name) const { return find(name) != nullptr; }

std::uint64_t SymbolTable::value_of(std::string_view name) const {
    const Entry* entry = find(name);
    return entry ? entry->st_value : 0;
}

} // namespace heddle::program
