#include "program/elf_check.hpp"

#include <cstring>
#include <fstream>

#include <elf.h>

#include <fmt/format.h>

#include "core/error.hpp"

namespace heddle::program {

void check_is_program_library(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw UserError(fmt::format("{}: no such file, or it cannot be read", path.string()));
    Elf64_Ehdr header{};
    file.read(reinterpret_cast<char*>(&header), sizeof header);
    if (file.gcount() != sizeof header || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
        header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_machine != EM_X86_64 || header.e_type != ET_DYN)
        throw UserError(fmt::format("{} is not a shared object for x86-64", path.string()));
}

} // namespace heddle::program
