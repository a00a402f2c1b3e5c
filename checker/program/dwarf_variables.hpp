// Addresses become names of variables with the path into them: `queue.slots[3].next`.
#pragma once

#include <cstdint>
#include <string>

#include "program/dwarf_file.hpp"

namespace heddle::program {

/// The qualified name of the variable (namespaces and classes, not functions) and the path to that byte of it.
std::string variable_name(const DwarfVariable& variable, std::uint64_t address);

/// The local variable or parameter of `function` (inlined ones' too) that covers `address`, given the activation's CFA. Those of
/// the blocks around `pc` are preferred. Empty when there is none.
std::string local_name(DwarfFile& file, const DwarfFunction& function, std::uint64_t pc, std::uint64_t cfa, std::uint64_t address);

/// The path from the start of an object of that type to the byte at `offset`: ".next", "[3].value", "" when the type is a
/// whole to the user (a number, a std:: class, a pthread object).
std::string path_into(Dwarf_Die type, std::uint64_t offset);

} // namespace heddle::program
