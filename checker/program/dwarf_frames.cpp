#include "program/dwarf_frames.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <vector>

#include <dwarf.h>

#include "program/function_name.hpp"

namespace heddle::program {
namespace {

// A place in a file, without the function.
struct Place {
    std::string file;
    int line = 0, column = 0;
};

std::string absolute(const char* path, Dwarf_Die& unit) {
    if (!path) return {};
    std::filesystem::path file(path);
    Dwarf_Attribute attribute{};
    if (file.is_relative())
        if (const char* folder = dwarf_formstring(dwarf_attr(&unit, DW_AT_comp_dir, &attribute))) file = folder / file;
    return file.lexically_normal().string();
}

// The line table's row for the address. Rows of line 0 are the compiler's own code between two of the user's
// statements; the row before them is the honest answer.
Place place_in_line_table(DwarfUnit& unit, std::uint64_t address) {
    Dwarf_Lines* lines = nullptr;
    std::size_t count = 0;
    Dwarf_Line* row = dwarf_getsrc_die(&unit.die, address);
    if (!row || dwarf_getsrclines(&unit.die, &lines, &count) != 0) return {};
    int line = 0, column = 0;
    dwarf_lineno(row, &line);
    for (std::size_t i = 0; line == 0 && i < count; ++i) {
        if (dwarf_onesrcline(lines, i) != row) continue;
        while (line == 0 && i > 0) {
            row = dwarf_onesrcline(lines, --i);
            bool end = false;
            if (dwarf_lineendsequence(row, &end) != 0 || end) return {};
            dwarf_lineno(row, &line);
        }
        break;
    }
    dwarf_linecol(row, &column);
    return {absolute(dwarf_linesrc(row, nullptr, nullptr), unit.die), line, column};
}

int number(Dwarf_Die& die, unsigned name) {
    Dwarf_Attribute attribute{};
    Dwarf_Word value = 0;
    return dwarf_formudata(dwarf_attr(&die, name, &attribute), &value) == 0 ? static_cast<int>(value) : 0;
}

Place call_place(DwarfUnit& unit, Dwarf_Die& inlined) {
    Dwarf_Files* files = nullptr;
    std::size_t count = 0;
    Place place{{}, number(inlined, DW_AT_call_line), number(inlined, DW_AT_call_column)};
    if (dwarf_getsrcfiles(&unit.die, &files, &count) == 0)
        place.file = absolute(dwarf_filesrc(files, number(inlined, DW_AT_call_file), nullptr, nullptr), unit.die);
    return place;
}

// The inlined instances around the address inside a function, outermost first.
void inlined_at(Dwarf_Die& parent, std::uint64_t address, std::vector<Dwarf_Die>& found) {
    Dwarf_Die child{};
    if (dwarf_child(&parent, &child) != 0) return;
    do {
        int tag = dwarf_tag(&child);
        if ((tag != DW_TAG_inlined_subroutine && tag != DW_TAG_lexical_block) || dwarf_haspc(&child, address) != 1) continue;
        if (tag == DW_TAG_inlined_subroutine) found.push_back(child);
        inlined_at(child, address, found);
        return;
    } while (dwarf_siblingof(&child, &child) == 0);
}

SourceSite site_from_symbol(DwarfFile& file, std::uint64_t address) {
    SourceSite site;
    if (const ElfSymbol* symbol = file.symbol_at(address, true)) site.function = function_name(symbol->name);
    return site;
}

} // namespace

bool is_system_file(std::string_view path) {
    constexpr std::array prefixes{"/usr/include/", "/usr/lib/", "/usr/lib64/", "/lib/", "/usr/local/include/", "<"};
    constexpr std::array folders{"/include/heddle/", "/include/shadow/"};
    return path.empty() || std::any_of(prefixes.begin(), prefixes.end(), [&](auto prefix) { return path.starts_with(prefix); }) ||
           std::any_of(folders.begin(), folders.end(), [&](auto folder) { return path.find(folder) != path.npos; });
}

Dwarf_Die declaration_of(Dwarf_Die die) {
    for (unsigned link : {DW_AT_abstract_origin, DW_AT_specification}) {
        Dwarf_Attribute attribute{};
        Dwarf_Die to{};
        if (dwarf_attr(&die, link, &attribute) && dwarf_formref_die(&attribute, &to)) return declaration_of(to);
    }
    return die;
}

std::string name_of_die(Dwarf_Die die) {
    Dwarf_Attribute attribute{};
    const char* name = dwarf_formstring(dwarf_attr_integrate(&die, DW_AT_name, &attribute));
    return name ? name : "";
}

namespace {

std::string linkage_name_of(Dwarf_Die die) {
    Dwarf_Attribute attribute{};
    const char* name = dwarf_formstring(dwarf_attr_integrate(&die, DW_AT_linkage_name, &attribute));
    return name ? name : "";
}

// The qualified name as the scopes say it: not shortened.
std::string scoped_name_of(Dwarf_Die die) {
    // main, C functions and (with g++) what is local to functions have no linkage name: the scopes make the name.
    Dwarf_Die declaration = declaration_of(die);
    Dwarf_Die* scopes = nullptr;
    int count = dwarf_getscopes_die(&declaration, &scopes);
    std::unique_ptr<Dwarf_Die, decltype(&std::free)> owner(scopes, &std::free);
    std::string name;
    for (int i = 0; i < count; ++i) {
        int tag = dwarf_tag(&scopes[i]);
        bool type = tag == DW_TAG_structure_type || tag == DW_TAG_class_type || tag == DW_TAG_union_type;
        if (!type && tag != DW_TAG_subprogram && tag != DW_TAG_namespace) continue;
        std::string own = i == 0 ? name_of_die(scopes[i]) : tag == DW_TAG_subprogram ? function_name_of(scopes[i]) : name_of_die(scopes[i]);
        if (own.empty() && type) own = "lambda"; // clang names no closure type
        if (!own.empty()) name = name.empty() ? own : own + "::" + name;
        if (i > 0 && tag == DW_TAG_subprogram) break; // that name is qualified already
    }
    return name;
}

} // namespace

std::string function_name_of(Dwarf_Die die) {
    const std::string linkage = linkage_name_of(die);
    return linkage.empty() ? shorten(scoped_name_of(die)) : function_name(linkage);
}

std::vector<SourceSite> frames_at(DwarfFile& file, std::uint64_t address) {
    DwarfUnit* unit = file.unit_at(address);
    const DwarfFunction* function = file.function_at(address);
    if (!unit) return {site_from_symbol(file, address)};
    Place place = place_in_line_table(*unit, address);
    if (!function) return {{place.file, place.line, place.column, site_from_symbol(file, address).function}};

    Dwarf_Die outermost = function->die;
    std::vector<Dwarf_Die> functions{outermost};
    inlined_at(outermost, address, functions);
    std::vector<SourceSite> frames;
    for (; !functions.empty(); functions.pop_back()) {
        if (place.line == 0) place = {};
        frames.push_back({place.file, place.line, place.column, function_name_of(functions.back())});
        if (functions.size() > 1) place = call_place(*unit, functions.back());
    }
    return frames;
}

SourceSite site_at(DwarfFile& file, std::uint64_t address) {
    const std::vector<SourceSite> frames = frames_at(file, address);
    const auto user = std::find_if(frames.begin(), frames.end(), [](const SourceSite& frame) { return frame.line != 0 && !is_system_file(frame.file); });
    return user != frames.end() ? *user : frames.back();
}

SourceSite outermost_user_function(DwarfFile& file, std::uint64_t address) {
    const DwarfFunction* function = file.function_at(address);
    if (!function) return {};
    Dwarf_Die outermost = function->die;
    std::vector<Dwarf_Die> frames{outermost};
    inlined_at(outermost, address, frames);
    for (Dwarf_Die& frame : frames) {
        const char* const path = dwarf_decl_file(&frame); // of a lambda's call operator g++ tells none
        const std::string declared = path ? std::filesystem::path(path).lexically_normal().string() : ""; // clang writes /usr/bin/../lib/…
        std::string name = function_name_of(frame);
        const bool library = path ? is_system_file(declared) : name.starts_with("std::") || name.starts_with("__");
        if (library || name.empty()) continue;
        DwarfUnit* const unit = file.unit_at(address);
        Dwarf_Addr entry = 0;
        Place place = unit && dwarf_entrypc(&frame, &entry) == 0 ? place_in_line_table(*unit, entry) : Place{};
        if (is_system_file(place.file)) { // all of it is inlined code of the library's
            place = {};
            if (path && dwarf_decl_line(&frame, &place.line) == 0) place.file = declared;
        }
        return {place.file, place.line, 0, std::move(name)};
    }
    return {};
}

std::vector<std::string> full_names_at(DwarfFile& file, std::uint64_t address) {
    std::vector<std::string> names;
    const DwarfFunction* function = file.function_at(address);
    if (!function) return names;
    Dwarf_Die outermost = function->die;
    std::vector<Dwarf_Die> frames{outermost};
    inlined_at(outermost, address, frames);
    for (; !frames.empty(); frames.pop_back()) {
        const std::string linkage = linkage_name_of(frames.back());
        names.push_back(linkage.empty() ? scoped_name_of(frames.back()) : demangled(linkage));
    }
    return names;
}

} // namespace heddle::program
