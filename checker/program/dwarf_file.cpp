#include "program/dwarf_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include <dwarf.h>
#include <gelf.h>

namespace heddle::program {
namespace {

std::vector<DwarfRange> ranges_of(Dwarf_Die& die) {
    std::vector<DwarfRange> ranges;
    Dwarf_Addr base = 0, low = 0, high = 0;
    for (ptrdiff_t next = 0; (next = dwarf_ranges(&die, next, &base, &low, &high)) > 0;)
        if (low < high && low != 0) ranges.push_back({low, high}); // low 0: code that the linker dropped
    return ranges;
}

} // namespace

DwarfFile::DwarfFile(const std::filesystem::path& path) {
    elf_version(EV_CURRENT);
    descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor_ < 0) return;
    elf_ = elf_begin(descriptor_, ELF_C_READ_MMAP, nullptr);
    if (!elf_ || elf_kind(elf_) != ELF_K_ELF) return;
    dwarf_ = dwarf_begin_elf(elf_, DWARF_C_READ, nullptr);
    cfi_ = dwarf_getcfi_elf(elf_);
    read_symbols();
    if (dwarf_) find_units();
}

DwarfFile::~DwarfFile() {
    if (cfi_) dwarf_cfi_end(cfi_);
    if (dwarf_) dwarf_end(dwarf_);
    if (elf_) elf_end(elf_);
    if (descriptor_ >= 0) ::close(descriptor_);
}

// Not through .debug_aranges: clang does not write it.
void DwarfFile::find_units() {
    Dwarf_CU* unit = nullptr;
    Dwarf_Die die{}, split{};
    std::uint8_t type = 0;
    while (dwarf_get_units(dwarf_, unit, &unit, nullptr, &type, &die, &split) == 0) {
        if (type == DW_UT_type || type == DW_UT_split_type) continue;
        auto found = std::make_unique<DwarfUnit>();
        found->ranges = ranges_of(die); // of the skeleton, when the unit is split
        found->die = split.addr ? split : die;
        units_.push_back(std::move(found));
    }
}

void DwarfFile::read_symbols() {
    for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf_, section));) {
        GElf_Shdr header;
        if (!gelf_getshdr(section, &header) || header.sh_entsize == 0) continue;
        if (header.sh_type != SHT_SYMTAB && header.sh_type != SHT_DYNSYM) continue;
        Elf_Data* data = elf_getdata(section, nullptr);
        for (std::size_t i = 0; data && i < header.sh_size / header.sh_entsize; ++i) {
            GElf_Sym symbol;
            if (!gelf_getsym(data, static_cast<int>(i), &symbol) || symbol.st_shndx == SHN_UNDEF || symbol.st_size == 0) continue;
            int type = GELF_ST_TYPE(symbol.st_info);
            if (type != STT_FUNC && type != STT_OBJECT) continue;
            const char* name = elf_strptr(elf_, header.sh_link, symbol.st_name);
            if (name) symbols_.push_back({{symbol.st_value, symbol.st_value + symbol.st_size}, name, type == STT_FUNC});
        }
    }
    std::stable_sort(symbols_.begin(), symbols_.end(), [](const ElfSymbol& a, const ElfSymbol& b) { return a.range.low < b.range.low; });
}

const ElfSymbol* DwarfFile::symbol_at(std::uint64_t address, bool function) {
    auto after = std::upper_bound(symbols_.begin(), symbols_.end(), address,
                                  [](std::uint64_t a, const ElfSymbol& symbol) { return a < symbol.range.low; });
    // Symbols hardly ever overlap: the few before it are enough (aliases, and functions among objects do not).
    for (int tries = 0; after != symbols_.begin() && tries < 8; ++tries) {
        --after;
        if (after->function == function && after->range.contains(address)) return &*after;
    }
    return nullptr;
}

DwarfUnit* DwarfFile::unit_at(std::uint64_t address) {
    for (auto& unit : units_)
        for (const DwarfRange& range : unit->ranges)
            if (range.contains(address)) return unit.get();
    return nullptr;
}

const DwarfFunction* DwarfFile::function_at(std::uint64_t address) {
    DwarfUnit* unit = unit_at(address);
    if (!unit) return nullptr;
    index(*unit);
    for (const DwarfFunction& function : unit->functions)
        if (function.range.contains(address)) return &function;
    return nullptr;
}

std::vector<std::uint64_t> DwarfFile::functions() {
    std::vector<std::uint64_t> starts;
    for (auto& unit : units_) {
        index(*unit);
        for (const DwarfFunction& function : unit->functions) starts.push_back(function.range.low);
    }
    return starts;
}

const DwarfVariable* DwarfFile::variable_at(std::uint64_t address, bool thread_local_storage) {
    for (auto& unit : units_) {
        index(*unit);
        for (const DwarfVariable& variable : unit->variables)
            if (variable.thread_local_storage == thread_local_storage && variable.range.contains(address)) return &variable;
    }
    return nullptr;
}

void DwarfFile::index(DwarfUnit& unit) {
    if (unit.indexed) return;
    unit.indexed = true;
    index_children(unit, unit.die);
}

// Everything can hold functions and variables: a namespace, a class, and (lambdas, static locals) a function or its blocks.
void DwarfFile::index_children(DwarfUnit& unit, Dwarf_Die& parent) {
    Dwarf_Die child{};
    if (dwarf_child(&parent, &child) != 0) return;
    do {
        switch (dwarf_tag(&child)) {
        case DW_TAG_subprogram:
            index_function(unit, child);
            index_children(unit, child);
            break;
        case DW_TAG_variable: index_variable(unit, child); break;
        case DW_TAG_namespace:
        case DW_TAG_class_type:
        case DW_TAG_structure_type:
        case DW_TAG_union_type:
        case DW_TAG_lexical_block:
        case DW_TAG_inlined_subroutine: index_children(unit, child); break;
        default: break;
        }
    } while (dwarf_siblingof(&child, &child) == 0);
}

// A function split into hot and cold parts has several ranges, and an entry for each.
void DwarfFile::index_function(DwarfUnit& unit, Dwarf_Die& die) {
    if (!dwarf_hasattr(&die, DW_AT_low_pc) && !dwarf_hasattr(&die, DW_AT_ranges)) return;
    for (const DwarfRange& range : ranges_of(die)) unit.functions.push_back({range, die});
}

void DwarfFile::index_variable(DwarfUnit& unit, Dwarf_Die& die) {
    Dwarf_Attribute attribute{};
    Dwarf_Op* ops = nullptr;
    std::size_t count = 0;
    if (!dwarf_attr(&die, DW_AT_location, &attribute) || dwarf_whatform(&attribute) == DW_FORM_sec_offset ||
        dwarf_whatform(&attribute) == DW_FORM_loclistx || dwarf_getlocation(&attribute, &ops, &count) != 0 || count == 0)
        return;
    std::uint64_t start = 0;
    bool tls = count == 2 && (ops[1].atom == DW_OP_GNU_push_tls_address || ops[1].atom == DW_OP_form_tls_address);
    if (count == 1 && ops[0].atom == DW_OP_addr) start = ops[0].number;
    else if (tls && (ops[0].atom == DW_OP_const8u || ops[0].atom == DW_OP_addr)) start = ops[0].number;
    else if (count == 1 && (ops[0].atom == DW_OP_addrx || ops[0].atom == DW_OP_GNU_addr_index)) {
        Dwarf_Attribute address{};
        if (dwarf_getlocation_attr(&attribute, ops, &address) != 0 || dwarf_formaddr(&address, &start) != 0) return;
    } else return;
    if (start == 0 && !tls) return; // dropped by the linker

    Dwarf_Die type{};
    Dwarf_Attribute type_attribute{};
    Dwarf_Word size = 0;
    if (!dwarf_attr_integrate(&die, DW_AT_type, &type_attribute) || !dwarf_formref_die(&type_attribute, &type) ||
        dwarf_aggregate_size(&type, &size) != 0)
        return;
    unit.variables.push_back({{start, start + std::max<std::uint64_t>(size, 1)}, tls, die});
}

void DwarfFile::index_types(Dwarf_Die& parent) {
    Dwarf_Die child{};
    if (dwarf_child(&parent, &child) != 0) return;
    do {
        const int tag = dwarf_tag(&child);
        const bool type = tag == DW_TAG_class_type || tag == DW_TAG_structure_type || tag == DW_TAG_union_type;
        if (type && !dwarf_hasattr(&child, DW_AT_declaration))
            if (const char* name = dwarf_diename(&child))
                types_.emplace(std::string(name, std::string_view(name).find('<') != std::string_view::npos
                                                     ? std::string_view(name).find('<')
                                                     : std::string_view(name).size()),
                               child);
        if (type || tag == DW_TAG_namespace || tag == DW_TAG_subprogram || tag == DW_TAG_lexical_block) index_types(child);
    } while (dwarf_siblingof(&child, &child) == 0);
}

std::vector<Dwarf_Die> DwarfFile::types_named(const std::string& name) {
    if (!types_indexed_)
        for (auto& unit : units_) index_types(unit->die);
    types_indexed_ = true;
    std::vector<Dwarf_Die> found;
    for (auto [at, end] = types_.equal_range(name); at != end; ++at) found.push_back(at->second);
    return found;
}

std::optional<DwarfFile::CfaRule> DwarfFile::cfa_rule_at(std::uint64_t address) {
    Dwarf_Frame* frame = nullptr;
    if (!cfi_ || dwarf_cfi_addrframe(cfi_, address, &frame) != 0) return std::nullopt;
    std::optional<CfaRule> rule;
    Dwarf_Op* ops = nullptr;
    std::size_t count = 0;
    if (dwarf_frame_cfa(frame, &ops, &count) == 0 && count == 1) {
        if (ops[0].atom == DW_OP_bregx) rule = CfaRule{static_cast<int>(ops[0].number), static_cast<std::int64_t>(ops[0].number2)};
        else if (ops[0].atom >= DW_OP_breg0 && ops[0].atom <= DW_OP_breg31)
            rule = CfaRule{ops[0].atom - DW_OP_breg0, static_cast<std::int64_t>(ops[0].number)};
    }
    std::free(frame);
    return rule;
}

} // namespace heddle::program
