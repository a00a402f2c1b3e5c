#include "program/symbols.hpp"

#include <dwarf.h>

#include <unordered_map>
#include <utility>
#include <vector>

#include "program/dwarf_file.hpp"
#include "program/dwarf_frames.hpp"
#include "program/dwarf_variables.hpp"
#include "program/function_name.hpp"

namespace heddle::program {

struct Symbols::Impl {
    std::filesystem::path library;
    std::uint64_t bias;
    std::unique_ptr<DwarfFile> opened;
    std::unordered_map<std::uint64_t, SourceSite> sites; ///< by the address asked for: a report asks for the same few
    std::unordered_map<std::uint64_t, std::vector<SourceSite>> frames;
    std::unordered_map<std::uint64_t, std::pair<std::string, ValueKind>> objects;

    DwarfFile& file() {
        if (!opened) opened = std::make_unique<DwarfFile>(library);
        return *opened;
    }

    std::string find_object(std::uint64_t address, ValueKind* holds) {
        if (const DwarfVariable* variable = file().variable_at(address, false))
            if (std::string name = variable_name(*variable, address, holds); !name.empty()) return name;
        const ElfSymbol* symbol = file().symbol_at(address, false);
        if (!symbol) return {};
        std::string name = function_name(symbol->name);
        std::uint64_t offset = address - symbol->range.low;
        return offset == 0 ? name : name + "+" + std::to_string(offset);
    }
};

Symbols::Symbols(std::filesystem::path library, std::uint64_t bias) : impl_(new Impl{std::move(library), bias, {}, {}, {}}) {}
Symbols::~Symbols() = default;

bool is_library_file(const std::string& path) { return is_system_file(path); }

SourceSite Symbols::site_of_return_address(std::uint64_t address) const {
    auto [found, fresh] = impl_->sites.try_emplace(address);
    if (fresh) found->second = site_at(impl_->file(), address - 1 - impl_->bias);
    return found->second;
}

const std::vector<SourceSite>& Symbols::frames_of_return_address(std::uint64_t address) const {
    auto [found, fresh] = impl_->frames.try_emplace(address);
    if (fresh) found->second = frames_at(impl_->file(), address - 1 - impl_->bias);
    return found->second;
}

SourceSite Symbols::user_site(std::span<const std::uint64_t> return_addresses) const {
    SourceSite fallback;
    for (std::uint64_t address : return_addresses) {
        SourceSite site = site_of_return_address(address);
        if (site.known() && !is_system_file(site.file)) return site;
        if (site.known() && !fallback.known()) fallback = std::move(site);
    }
    return fallback;
}

std::string Symbols::object_at(std::uint64_t address, ValueKind* holds) const {
    auto [found, fresh] = impl_->objects.try_emplace(address);
    if (fresh) found->second.first = impl_->find_object(address - impl_->bias, &found->second.second);
    if (holds) *holds = found->second.second;
    return found->second.first;
}

std::string Symbols::function_at(std::uint64_t address) const {
    DwarfFile& file = impl_->file();
    address -= impl_->bias;
    if (const DwarfFunction* function = file.function_at(address))
        if (std::string name = function_name_of(function->die); !name.empty()) return name;
    const ElfSymbol* symbol = file.symbol_at(address, true);
    return symbol ? function_name(symbol->name) : "";
}

bool Symbols::returns_nothing(std::uint64_t address) const {
    const DwarfFunction* function = impl_->file().function_at(address - impl_->bias);
    if (!function) return false;
    Dwarf_Die die = function->die;
    return !dwarf_hasattr_integrate(&die, DW_AT_type);
}

std::string Symbols::thread_local_at(std::uint64_t offset_in_block, ValueKind* holds) const {
    const DwarfVariable* variable = impl_->file().variable_at(offset_in_block, true);
    return variable ? variable_name(*variable, offset_in_block, holds) : "";
}

std::optional<std::string> Symbols::field_at(const std::string& type, std::uint64_t size, std::uint64_t offset,
                                             ValueKind* holds) const {
    const Dwarf_Die* best = nullptr;
    std::vector<Dwarf_Die> types = impl_->file().types_named(type);
    for (const Dwarf_Die& die : types) {
        const std::uint64_t own = size_of_type(die);
        if (own == 0 || own > size || size % own != 0) continue; // another object that the same line allocates
        if (!best || size_of_type(*best) < own) best = &die;
    }
    if (!best) return std::nullopt;
    const std::uint64_t own = size_of_type(*best);
    if (offset / own * own + own > size) return std::nullopt;
    if (holds) *holds = kind_at(*best, offset % own);
    std::string path;
    if (size >= 2 * own) path.append("[").append(std::to_string(offset / own)).append("]");
    return path + path_into(*best, offset % own);
}

std::string Symbols::outermost_user_function(std::span<const std::uint64_t> return_addresses) const {
    return outermost_user_frame(return_addresses).function;
}

SourceSite Symbols::outermost_user_frame(std::span<const std::uint64_t> return_addresses) const {
    for (std::size_t i = return_addresses.size(); i-- > 0;)
        if (SourceSite frame = program::outermost_user_function(impl_->file(), return_addresses[i] - 1 - impl_->bias); !frame.function.empty())
            return frame;
    return {};
}

std::vector<std::string> Symbols::full_names_of_return_address(std::uint64_t address) const {
    return full_names_at(impl_->file(), address - 1 - impl_->bias);
}

std::pair<std::uint64_t, std::uint64_t> Symbols::bounds_of_function(std::uint64_t address) const {
    const DwarfFunction* function = impl_->file().function_at(address - impl_->bias);
    if (!function) return {0, 0};
    return {function->range.low + impl_->bias, function->range.high + impl_->bias};
}

std::vector<std::uint64_t> Symbols::functions() const {
    std::vector<std::uint64_t> starts = impl_->file().functions();
    for (std::uint64_t& start : starts) start += impl_->bias;
    return starts;
}

bool Symbols::same_function(std::uint64_t address, std::uint64_t other) const {
    const DwarfFunction* function = impl_->file().function_at(address - impl_->bias);
    return function && function == impl_->file().function_at(other - impl_->bias);
}

std::string Symbols::local_at(std::uint64_t return_address_in_function, std::uint64_t frame_cfa, std::uint64_t address,
                              ValueKind* holds, std::uint64_t frame_rsp) const {
    DwarfFile& file = impl_->file();
    std::uint64_t pc = return_address_in_function - 1 - impl_->bias;
    const DwarfFunction* function = file.function_at(pc);
    return function ? local_name(file, *function, pc, {frame_cfa, frame_rsp}, address, holds) : "";
}

std::optional<std::uint64_t> Symbols::frame_cfa(std::uint64_t return_address, std::uint64_t rsp, std::uint64_t rbp) const {
    auto rule = impl_->file().cfa_rule_at(return_address - 1 - impl_->bias);
    if (!rule) return std::nullopt;
    if (rule->reg == 7) return rsp + rule->offset;
    if (rule->reg == 6) return rbp + rule->offset;
    return std::nullopt;
}

} // namespace heddle::program
