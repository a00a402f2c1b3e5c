// Addresses become names of variables with the path into them: `queue.slots[3].next`.
#pragma once

#include <cstdint>
#include <string>

#include "program/dwarf_file.hpp"
#include "program/value_kind.hpp"

namespace heddle::program {

/// The qualified name of the variable (namespaces and classes, not functions) and the path to that byte of it.
/// `holds`: what is stored there.
std::string variable_name(const DwarfVariable& variable, std::uint64_t address, ValueKind* holds = nullptr);

/// Where an activation has its frame.
struct FrameAddresses {
    std::uint64_t cfa = 0;
    std::uint64_t rsp = 0; ///< in the function's body; 0: not known
};

/// The local variable or parameter of `function` (inlined ones' too) that covers `address`, given the activation's frame. Those
/// of the blocks around `pc` are preferred. Empty when there is none.
std::string local_name(DwarfFile& file, const DwarfFunction& function, std::uint64_t pc, const FrameAddresses& addresses, std::uint64_t address,
                       ValueKind* holds = nullptr);

/// The path from the start of an object of that type to the byte at `offset`: ".next", "[3].value", "" when the type is a
/// whole to the user (a number, a std:: class, a pthread object).
std::string path_into(Dwarf_Die type, std::uint64_t offset);

/// What the innermost scalar at `offset` is, the insides of std::atomic included.
ValueKind kind_at(Dwarf_Die type, std::uint64_t offset);

/// The size of an object of the type; 0 when unknown.
std::uint64_t size_of_type(Dwarf_Die type);

} // namespace heddle::program
