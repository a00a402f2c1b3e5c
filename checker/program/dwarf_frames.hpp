// The functions an instruction belongs to, inlined ones included, and the user's line among theirs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/site.hpp"
#include "program/dwarf_file.hpp"

namespace heddle::program {

/// Of the frames at that instruction the innermost whose file is the user's own, else the outermost. Empty when
/// nothing is known about the address; with a function only when the symbol table knows it but DWARF does not.
SourceSite site_at(DwarfFile& file, std::uint64_t address);

/// All frames at that instruction, innermost first: the functions inlined there, then the one that contains it.
std::vector<SourceSite> frames_at(DwarfFile& file, std::uint64_t address);

/// The qualified, shortened name of a function's DIE (a definition or an inlined instance).
std::string function_name_of(Dwarf_Die die);

/// Compilers' and distributions' headers, and heddle's own: not where users look for their bug.
bool is_system_file(std::string_view path);

/// The DIE that declares what this one defines or instantiates; itself when it is the declaration.
Dwarf_Die declaration_of(Dwarf_Die die);

/// The value of DW_AT_name, followed to the declaration; empty when it has none.
std::string name_of_die(Dwarf_Die die);

/// Of the function at the address and those inlined there, the outermost that is declared in a file of the user's, and where its
/// code begins. Without a function: there is none.
SourceSite outermost_user_function(DwarfFile& file, std::uint64_t address);

/// The functions inlined at the address and the one that contains it, innermost first, with template arguments
/// and, where the linker knows them, parameters.
std::vector<std::string> full_names_at(DwarfFile& file, std::uint64_t address);

} // namespace heddle::program
