// The symbol table of a shared object on disk, hidden symbols and imports too, for a few questions by name: much less than
// Symbols reads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string_view>

namespace heddle::program {

class SymbolTable {
public:
    /// Empty when the file cannot be read or was stripped.
    explicit SymbolTable(const std::filesystem::path& library);
    ~SymbolTable();
    SymbolTable(const SymbolTable&) = delete;

    /// Whether the object defines or uses something of that name.
    bool mentions(std::string_view name) const;
    /// Where in the object it is defined; 0: nowhere.
    std::uint64_t value_of(std::string_view name) const;

private:
    struct Entry;
    const Entry* find(std::string_view name) const;

    const std::byte* file_ = nullptr;
    std::size_t size_ = 0;
    const Entry *begin_ = nullptr, *end_ = nullptr;
    const char* names_ = nullptr;
};

} // namespace heddle::program
