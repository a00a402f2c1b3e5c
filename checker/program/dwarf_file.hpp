// A shared object's symbol table and DWARF, opened and indexed: which unit, function and variable an address is in.
// Addresses here are the file's own (what the loader added is subtracted by the caller).
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <elfutils/libdw.h>

namespace heddle::program {

/// An address range of something.
struct DwarfRange {
    std::uint64_t low = 0, high = 0; ///< [low, high)
    bool contains(std::uint64_t address) const { return low <= address && address < high; }
};

struct DwarfVariable {
    DwarfRange range; ///< an address, or an offset in the TLS block
    bool thread_local_storage = false;
    Dwarf_Die die{};
};

struct DwarfFunction {
    DwarfRange range;
    Dwarf_Die die{};
};

/// A compilation unit; what is in it is found when first needed.
struct DwarfUnit {
    Dwarf_Die die{};
    std::vector<DwarfRange> ranges;
    bool indexed = false;
    std::vector<DwarfFunction> functions; ///< those with code, inlined instances not among them
    std::vector<DwarfVariable> variables; ///< those with a fixed address or TLS offset
};

struct ElfSymbol {
    DwarfRange range;
    std::string name;
    bool function = false;
};

class DwarfFile {
public:
    /// A file that is missing, not ELF or without debug information just answers nothing.
    explicit DwarfFile(const std::filesystem::path& path);
    ~DwarfFile();
    DwarfFile(const DwarfFile&) = delete;

    DwarfUnit* unit_at(std::uint64_t address);
    const DwarfFunction* function_at(std::uint64_t address);
    /// Where each begins.
    std::vector<std::uint64_t> functions();
    const DwarfVariable* variable_at(std::uint64_t address, bool thread_local_storage);
    const ElfSymbol* symbol_at(std::uint64_t address, bool function);

    /// The complete class types of that name (of a template: its instances).
    std::vector<Dwarf_Die> types_named(const std::string& name);

    /// The offset N of the rule "CFA = register + N" at that address, and the register's DWARF number.
    struct CfaRule {
        int reg = 0; ///< 6: rbp, 7: rsp
        std::int64_t offset = 0;
    };
    std::optional<CfaRule> cfa_rule_at(std::uint64_t address);

private:
    void index_types(Dwarf_Die& parent);
    void find_units();
    void read_symbols();
    void index(DwarfUnit& unit);
    void index_children(DwarfUnit& unit, Dwarf_Die& parent);
    void index_function(DwarfUnit& unit, Dwarf_Die& die);
    void index_variable(DwarfUnit& unit, Dwarf_Die& die);

    int descriptor_ = -1;
    Elf* elf_ = nullptr;
    Dwarf* dwarf_ = nullptr;
    Dwarf_CFI* cfi_ = nullptr;
    std::vector<std::unique_ptr<DwarfUnit>> units_;
    std::vector<ElfSymbol> symbols_; ///< by address
    std::multimap<std::string, Dwarf_Die> types_; ///< by name without template arguments
    bool types_indexed_ = false;
};

} // namespace heddle::program
