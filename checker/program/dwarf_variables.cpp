// The descent stops at types whose insides are nobody's business: those of namespace std (std::atomic<int> x is "x", not
// "x._M_b._M_i"; std::array and std::pair are looked into) and the pthread types, which are unions of internals.
#include "program/dwarf_variables.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <vector>

#include <dwarf.h>

#include "program/dwarf_frames.hpp"

namespace heddle::program {
namespace {

std::optional<Dwarf_Die> type_of(Dwarf_Die die) {
    Dwarf_Attribute attribute{};
    Dwarf_Die type{};
    if (!dwarf_attr_integrate(&die, DW_AT_type, &attribute) || !dwarf_formref_die(&attribute, &type)) return std::nullopt;
    return type;
}

std::uint64_t size_of(Dwarf_Die type) {
    Dwarf_Word size = 0;
    return dwarf_aggregate_size(&type, &size) == 0 ? size : 0;
}

std::optional<std::uint64_t> number(Dwarf_Die& die, unsigned name) {
    Dwarf_Attribute attribute{};
    Dwarf_Word value = 0;
    if (dwarf_formudata(dwarf_attr(&die, name, &attribute), &value) != 0) return std::nullopt;
    return value;
}

// Namespaces and classes around a declaration, as a prefix "a::b::"; inline and unnamed ones are left out.
std::string scope_prefix(Dwarf_Die declaration) {
    Dwarf_Die* scopes = nullptr;
    int count = dwarf_getscopes_die(&declaration, &scopes);
    std::unique_ptr<Dwarf_Die, decltype(&std::free)> owner(scopes, &std::free);
    std::string prefix;
    for (int i = 1; i < count; ++i) {
        int tag = dwarf_tag(&scopes[i]);
        if (tag != DW_TAG_namespace && tag != DW_TAG_structure_type && tag != DW_TAG_class_type && tag != DW_TAG_union_type) continue;
        std::string name = name_of_die(scopes[i]);
        if (!name.empty() && !dwarf_hasattr(&scopes[i], DW_AT_export_symbols)) prefix = name + "::" + prefix;
    }
    return prefix;
}

bool is_pthread_name(const std::string& name) {
    return name.starts_with("pthread_") || name.starts_with("__gthread") || name == "mtx_t" || name == "cnd_t" || name == "sem_t" ||
           name == "once_flag";
}

// The type without typedefs and qualifiers; none when the user knows it by a typedef that hides its insides.
std::optional<Dwarf_Die> bare_type(Dwarf_Die type) {
    for (;;) {
        switch (dwarf_tag(&type)) {
        case DW_TAG_typedef:
            if (is_pthread_name(name_of_die(type))) return std::nullopt;
            break;
        case DW_TAG_const_type:
        case DW_TAG_volatile_type:
        case DW_TAG_restrict_type:
        case DW_TAG_atomic_type: break;
        default: return type;
        }
        auto next = type_of(type);
        if (!next) return std::nullopt;
        type = *next;
    }
}

bool is_opaque_class(Dwarf_Die type) {
    std::string prefix = scope_prefix(type);
    if (prefix == "heddle::" && name_of_die(type).starts_with("symbolic<")) return true;
    if (!prefix.starts_with("std::") && !prefix.starts_with("__gnu_cxx::")) return false;
    std::string name = name_of_die(type);
    return !name.starts_with("array<") && !name.starts_with("pair<");
}

std::string path_into_array(Dwarf_Die array, std::uint64_t offset) {
    auto element = type_of(array);
    std::uint64_t size = element ? size_of(*element) : 0;
    if (size == 0) return {};
    std::vector<std::uint64_t> extents;
    Dwarf_Die child{};
    if (dwarf_child(&array, &child) == 0) do {
            if (dwarf_tag(&child) != DW_TAG_subrange_type) continue;
            auto count = number(child, DW_AT_count);
            auto last = number(child, DW_AT_upper_bound);
            extents.push_back(count ? *count : last ? *last + 1 : 0);
        } while (dwarf_siblingof(&child, &child) == 0);

    std::string path;
    std::uint64_t index = offset / size;
    for (std::size_t i = extents.size(); i-- > 0;) {
        bool outermost = i == 0 || extents[i] == 0;
        path = "[" + std::to_string(outermost ? index : index % extents[i]) + "]" + path;
        if (outermost) break;
        index /= extents[i];
    }
    return path + path_into(*element, offset % size);
}

// A member or base that holds data at a fixed offset. Static members have no offset and are no part of the object.
struct Member {
    Dwarf_Die die, type;
    std::uint64_t offset = 0;
    bool base = false;
};

std::optional<Member> member_covering(Dwarf_Die type, std::uint64_t offset, bool bases) {
    bool is_union = dwarf_tag(&type) == DW_TAG_union_type;
    Dwarf_Die child{};
    if (dwarf_child(&type, &child) == 0) do {
            int tag = dwarf_tag(&child);
            if (tag != (bases ? DW_TAG_inheritance : DW_TAG_member) || dwarf_hasattr(&child, DW_AT_external)) continue;
            auto start = number(child, DW_AT_data_member_location);
            if (!start)
                if (auto bit = number(child, DW_AT_data_bit_offset)) start = *bit / 8;
            if (!start && is_union) start = 0;
            auto of = type_of(child);
            if (start && of && *start <= offset && offset < *start + size_of(*of)) return Member{child, *of, *start, bases};
        } while (dwarf_siblingof(&child, &child) == 0);
    return std::nullopt;
}

std::string path_into_class(Dwarf_Die type, std::uint64_t offset) {
    if (is_opaque_class(type)) return {};
    auto member = member_covering(type, offset, false); // before the bases: an empty base shares its first member's address
    if (!member) member = member_covering(type, offset, true);
    if (!member) return {};
    std::string name = member->base ? "" : name_of_die(member->die);
    if (name.starts_with("_vptr")) return {};
    bool internal = name.starts_with("_M_"); // of std::array
    return (name.empty() || internal ? "" : "." + name) + path_into(member->type, offset - member->offset);
}

// ---- locals

// Where a variable's location is, as far as it is a fixed distance from the frame.
class FrameLocation {
public:
    FrameLocation(DwarfFile& file, Dwarf_Die function, std::uint64_t pc, const FrameAddresses& addresses)
        : pc_(pc), cfa_(addresses.cfa) {
        if (auto rule = file.cfa_rule_at(pc)) {
            const std::uint64_t cfa = addresses.cfa;
            if (rule->reg == rsp) rsp_ = cfa - rule->offset;
            else if (addresses.rsp) rsp_ = addresses.rsp; // a realigned frame: only the register tells how far it was moved
            rbp_ = cfa - (rule->reg == rbp ? rule->offset : 16);
            rbp_is_frame_ = rule->reg == rbp;
        }
        if (auto op = single_operation(function, DW_AT_frame_base)) base_ = value(*op);
    }

    // A variable whose address escapes has one home in memory; a register at `pc` is only a copy of it, and the home
    // stands in another entry of the location list.
    std::optional<std::uint64_t> of(Dwarf_Die variable) const {
        if (auto op = single_operation(variable, DW_AT_location))
            if (auto address = memory(*op)) return address;
        Dwarf_Attribute attribute{};
        Dwarf_Addr base = 0, start = 0, end = 0;
        Dwarf_Op* ops = nullptr;
        std::size_t count = 0;
        if (!dwarf_attr(&variable, DW_AT_location, &attribute)) return std::nullopt;
        for (ptrdiff_t next = 0; (next = dwarf_getlocations(&attribute, next, &base, &start, &end, &ops, &count)) > 0;)
            if (count == 1)
                if (auto address = memory(ops[0])) return address;
        return std::nullopt;
    }

private:
    static constexpr int rbp = 6, rsp = 7;

    std::optional<std::uint64_t> reg(int number) const {
        if (number == rsp) return rsp_;
        // Where the CFA is counted from rsp, rbp is free for other use; clang then says reg6 only for -O0 frames.
        if (number == rbp && rbp_is_frame_) return rbp_;
        return std::nullopt;
    }

    std::optional<std::uint64_t> memory(const Dwarf_Op& op) const {
        if (op.atom == DW_OP_fbreg) return base_ ? std::optional(*base_ + op.number) : std::nullopt;
        if (op.atom >= DW_OP_reg0 && op.atom <= DW_OP_reg31) return std::nullopt; // the variable is the register
        return value(op);
    }

    // The address an operation yields; as a frame base, DW_OP_regN means the register's content.
    std::optional<std::uint64_t> value(const Dwarf_Op& op) const {
        if (op.atom == DW_OP_call_frame_cfa) return cfa_;
        if (op.atom >= DW_OP_reg0 && op.atom <= DW_OP_reg31) return reg(op.atom - DW_OP_reg0);
        if (op.atom >= DW_OP_breg0 && op.atom <= DW_OP_breg31)
            if (auto content = reg(op.atom - DW_OP_breg0)) return *content + op.number;
        return std::nullopt;
    }

    std::optional<Dwarf_Op> single_operation(Dwarf_Die die, unsigned name) const {
        Dwarf_Attribute attribute{};
        Dwarf_Op* ops[1];
        std::size_t counts[1];
        if (!dwarf_attr(&die, name, &attribute) || dwarf_getlocation_addr(&attribute, pc_, ops, counts, 1) != 1 || counts[0] != 1)
            return std::nullopt;
        return ops[0][0];
    }

    std::uint64_t pc_, cfa_;
    std::optional<std::uint64_t> rsp_, rbp_, base_;
    bool rbp_is_frame_ = false;
};

struct Candidate {
    std::string name;
    bool around_pc = false;
    ValueKind holds = ValueKind::other;
};

void collect_locals(Dwarf_Die parent, const FrameLocation& frame, std::uint64_t pc, std::uint64_t address, bool around,
                    std::vector<Candidate>& found) {
    Dwarf_Die child{};
    if (dwarf_child(&parent, &child) != 0) return;
    do {
        int tag = dwarf_tag(&child);
        if (tag == DW_TAG_lexical_block || tag == DW_TAG_inlined_subroutine)
            collect_locals(child, frame, pc, address, around && dwarf_haspc(&child, pc) == 1, found);
        if (tag != DW_TAG_variable && tag != DW_TAG_formal_parameter) continue;
        auto start = frame.of(child);
        auto type = type_of(child);
        if (!start || !type || address < *start || address >= *start + std::max<std::uint64_t>(size_of(*type), 1)) continue;
        std::string name = name_of_die(child);
        if (!name.empty()) found.push_back({name + path_into(*type, address - *start), around, kind_at(*type, address - *start)});
    } while (dwarf_siblingof(&child, &child) == 0);
}

} // namespace

std::string path_into(Dwarf_Die type, std::uint64_t offset) {
    auto bare = bare_type(type);
    if (!bare) return {};
    switch (dwarf_tag(&*bare)) {
    case DW_TAG_array_type: return path_into_array(*bare, offset);
    case DW_TAG_structure_type:
    case DW_TAG_class_type:
    case DW_TAG_union_type: return path_into_class(*bare, offset);
    default: return {};
    }
}

std::uint64_t size_of_type(Dwarf_Die type) { return size_of(type); }

ValueKind kind_at(Dwarf_Die type, std::uint64_t offset) {
    for (int depth = 0; depth < 32; ++depth) {
        switch (dwarf_tag(&type)) {
        case DW_TAG_pointer_type: return ValueKind::pointer;
        case DW_TAG_base_type: {
            const auto encoding = number(type, DW_AT_encoding);
            if (!encoding) return ValueKind::other;
            if (*encoding == DW_ATE_boolean) return ValueKind::boolean;
            if (*encoding == DW_ATE_float) return ValueKind::floating;
            if (*encoding == DW_ATE_unsigned) return ValueKind::unsigned_number;
            return ValueKind::other;
        }
        case DW_TAG_array_type: {
            const auto element = type_of(type);
            const std::uint64_t size = element ? size_of(*element) : 0;
            if (size == 0) return ValueKind::other;
            type = *element;
            offset %= size;
            break;
        }
        case DW_TAG_structure_type:
        case DW_TAG_class_type:
        case DW_TAG_union_type: {
            auto member = member_covering(type, offset, false);
            if (!member) member = member_covering(type, offset, true);
            if (!member) return ValueKind::other;
            type = member->type;
            offset -= member->offset;
            break;
        }
        default: {
            const auto next = type_of(type); // typedefs and qualifiers
            if (!next) return ValueKind::other;
            type = *next;
        }
        }
    }
    return ValueKind::other;
}

std::string variable_name(const DwarfVariable& variable, std::uint64_t address, ValueKind* holds) {
    std::string name = name_of_die(variable.die);
    if (name.empty()) return {};
    auto type = type_of(variable.die);
    if (holds && type) *holds = kind_at(*type, address - variable.range.low);
    return scope_prefix(declaration_of(variable.die)) + name + (type ? path_into(*type, address - variable.range.low) : "");
}

std::string local_name(DwarfFile& file, const DwarfFunction& function, std::uint64_t pc, const FrameAddresses& addresses, std::uint64_t address,
                       ValueKind* holds) {
    FrameLocation frame(file, function.die, pc, addresses);
    std::vector<Candidate> found;
    collect_locals(function.die, frame, pc, address, true, found);
    auto best = std::find_if(found.rbegin(), found.rend(), [](const Candidate& c) { return c.around_pc; }); // the innermost block
    const Candidate* chosen = best != found.rend() ? &*best : found.empty() ? nullptr : &found.front();
    if (chosen && holds) *holds = chosen->holds;
    return chosen ? chosen->name : "";
}

} // namespace heddle::program
