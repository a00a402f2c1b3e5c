// Addresses of the loaded program become source lines and names, through DWARF and the symbol table (libdw).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/site.hpp"
#include "program/value_kind.hpp"

namespace heddle::program {

/// Compilers' and distributions' headers, and heddle's own: not where users look for their bug.
bool is_library_file(const std::string& path);

class Symbols {
public:
    /// @param library the shared object; @param bias what the loader added to its addresses.
    /// Opens lazily: nothing is read before the first question.
    Symbols(std::filesystem::path library, std::uint64_t bias);
    ~Symbols();
    Symbols(const Symbols&) = delete;

    /// The user's place for a return address (the instruction before it is looked up): of the inlined frames there,
    /// the innermost whose file is not a system header; the outermost one when all are.
    SourceSite site_of_return_address(std::uint64_t address) const;

    /// All frames there, innermost first: the functions inlined there, then the one that contains it.
    const std::vector<SourceSite>& frames_of_return_address(std::uint64_t address) const;

    /// The user's place for a call stack, innermost return address first: the first of their sites that is in the user's own
    /// file (library code that was not inlined is passed over); the first known site when none is.
    SourceSite user_site(std::span<const std::uint64_t> return_addresses) const;

    /// The name of the global (or static local) at the address, with fields and array elements where DWARF tells
    /// ("queue.head", "slots[3].next"); empty when the address is in no such object.
    std::string object_at(std::uint64_t address, ValueKind* holds = nullptr) const;

    /// The demangled name of the function that starts at (or contains) the address, without parameters; empty when unknown.
    std::string function_at(std::uint64_t address) const;

    /// Whether the function that contains the address is known to return nothing (`void main` is no rarity in C).
    bool returns_nothing(std::uint64_t address) const;

    /// The name of the thread-local variable at that offset into the module's TLS block, with fields; empty when none.
    std::string thread_local_at(std::uint64_t offset_in_block, ValueKind* holds = nullptr) const;

    /// The name (with fields) of the local variable or parameter that covers `address`, in the function that contains
    /// the return address, for the activation whose canonical frame address is `frame_cfa` (what rsp was before the
    /// call that entered it). Inlined functions' locals count; references are not followed. Empty when there is none.
    /// @param frame_rsp the stack pointer in the function's body, 0: not known. Where the compiler has realigned the frame
    /// (alignas) the locals are at fixed distances from it, not from the canonical frame address.
    std::string local_at(std::uint64_t return_address_in_function, std::uint64_t frame_cfa, std::uint64_t address,
                         ValueKind* holds = nullptr, std::uint64_t frame_rsp = 0) const;

    /// The path (".next") to the byte at `offset` of an object of the class type of that name, which may be a template's,
    /// in a block of `size` bytes, which must be a multiple of the type's; an array of them has an index first ("[2].next"). Empty optional: no such type fits.
    std::optional<std::string> field_at(const std::string& type, std::uint64_t size, std::uint64_t offset,
                                        ValueKind* holds = nullptr) const;

    /// Of the functions that a call stack (innermost return address first) is in, inlined ones too, the outermost that the
    /// user wrote, its name; empty when all are library code.
    std::string outermost_user_function(std::span<const std::uint64_t> return_addresses) const;
    /// The same, and where that function's code begins.
    SourceSite outermost_user_frame(std::span<const std::uint64_t> return_addresses) const;

    /// The functions there, innermost first, as they were written: with template arguments and parameters.
    std::vector<std::string> full_names_of_return_address(std::uint64_t address) const;

    /// Of the function that contains the address: where it begins, and the address after its end; 0, 0: not known.
    std::pair<std::uint64_t, std::uint64_t> bounds_of_function(std::uint64_t address) const;
    /// Where the functions begin that have code of their own.
    std::vector<std::uint64_t> functions() const;
    /// Whether the two addresses lie in the same function.
    bool same_function(std::uint64_t address, std::uint64_t other) const;

    /// The canonical frame address of the activation that will continue at `return_address` with these registers, from
    /// the unwind tables. Empty when the tables do not say.
    std::optional<std::uint64_t> frame_cfa(std::uint64_t return_address, std::uint64_t rsp, std::uint64_t rbp) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace heddle::program
