#include "story/block_names.hpp"

#include <algorithm>
#include <optional>
#include <regex>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/source_text.hpp"

namespace heddle::story {
namespace {

using runtime::Machine;

constexpr std::size_t longest_type = 36;
// libstdc++'s _Sp_counted_base: a pointer to its virtual functions, then the counts; the object made with them follows.
constexpr std::uint64_t use_count = 8, weak_count = 12, after_counts = 16;
// Its __future_base::_State_baseV2, after them: the result, what a future waits for, and two flags.
constexpr std::uint64_t state_result = 8, state_ready = 16, state_retrieved = 20, state_once = 24, state_end = 28;

std::string file_name(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

/// The class that the line allocates: `new T`, make_unique<T>, make_shared<T> (then after the counts), sizeof(T).
struct Allocated {
    std::string type;
    std::uint64_t offset = 0;
    bool single = false; ///< a `new` of one object: a block of another size is another object of the same line
};
Allocated allocated_on(const SourceSite& site) {
    static const std::regex expression(
        R"((?:\bnew\s+(?:\([^)]*\)\s*)?|make_unique\s*<\s*|(make_shared)\s*<\s*|\bsizeof\s*\(?\s*)(?:struct\s+|class\s+)?((?:\w+::)*)(\w+))");
    std::smatch match;
    const std::string line = source_line(site);
    if (!std::regex_search(line, match, expression)) return {};
    const std::string after = match.suffix().str();
    const bool single = match[0].str().starts_with("new") &&
                        after.substr(0, after.find_first_of("({;,)")).find('[') == std::string::npos;
    return {match[3].str(), match[1].matched ? after_counts : 0u, single};
}

/// What stands up to the bracket that closes an open one, in pieces at its commas.
std::vector<std::string> pieces(std::string_view text) {
    std::vector<std::string> found(1);
    int depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool arrow = c == '>' && i > 0 && text[i - 1] == '-';
        if (c == '<' || c == '(' || c == '{') ++depth;
        if ((c == '>' && !arrow) || c == ')' || c == '}')
            if (depth-- == 0) break;
        if (c == ',' && depth == 0) found.emplace_back();
        else if (c != ' ' || !found.back().empty()) found.back() += c;
    }
    for (std::string& piece : found)
        while (piece.ends_with(' ')) piece.pop_back();
    return found;
}

bool has_default(const std::string& argument) {
    for (const char* library : {"std::allocator<", "std::default_delete<", "std::less<", "std::hash<", "std::equal_to<", "std::char_traits<", "std::deque<", "(__gnu_cxx::_Lock_policy)"})
        if (argument.starts_with(library)) return true;
    return false;
}

/// "Task" of "ns::Task<int>": how types are found in the debug information.
std::string plain_name(const std::string& type) {
    const std::string without = type.substr(0, type.find('<'));
    const std::size_t colon = without.rfind(':');
    return colon == without.npos ? without : without.substr(colon + 1);
}

/// " of submit (pool.cpp:15)".
std::string of_call(const Birth* birth) {
    if (!birth || !birth->site.known()) return {};
    const std::string& function = birth->site.function;
    const std::size_t colon = function.rfind("::");
    const std::string own = colon == function.npos ? function : function.substr(colon + 2);
    const std::string place = short_place(birth->site);
    return own.empty() || own == "lambda" || own == "main" ? fmt::format(" of {}", place) : fmt::format(" of {} ({})", own, place);
}

} // namespace

std::vector<std::string> template_arguments(std::string_view text, std::string_view prefix) {
    const std::size_t at = text.find(prefix);
    return at == text.npos ? std::vector<std::string>() : pieces(text.substr(at + prefix.size()));
}

std::string short_type(std::string_view type) {
    std::string name(type.substr(0, type.find('<')));
    if (const std::size_t lambda = type.find("{lambda"); lambda != type.npos && lambda <= name.size()) return "lambda";
    for (const char* space : {"std::__cxx11::", "std::"})
        if (name.starts_with(space)) name.erase(0, std::string_view(space).size());
    if (name == "basic_string") return "string";
    if (type.find('<') == type.npos) return name;
    std::vector<std::string> kept;
    for (const std::string& argument : pieces(type.substr(type.find('<') + 1)))
        if (!has_default(argument)) kept.push_back(short_type(argument));
    std::string whole = fmt::format("{}<{}>", name, fmt::join(kept, ", "));
    return whole.size() <= longest_type ? whole : name + "<…>";
}

ObjectName BlockNames::name(const Machine::Block& block, std::uint64_t address, const Birth* birth) {
    if (block.size == 0) return {};
    const SourceSite where =
        module_.contains(block.allocated_at) ? module_.symbols().site_of_return_address(block.allocated_at) : SourceSite{};
    const std::uint64_t offset = address - block.start;
    if (std::optional<ObjectName> name = by_type(block, offset, birth)) return *name;
    if (!where.known()) return {};
    if (std::optional<ObjectName> name = by_source(block, offset, where)) return *name;
    ObjectName name;
    const SourceSite& shown = program::is_library_file(where.file) && birth && birth->site.known() ? birth->site : where;
    name.text = program::is_library_file(shown.file) ? std::string(nameless) + " library code"
                                                     : fmt::format("{} {}:{}", nameless, file_name(shown.file), shown.line);
    if (offset) name.text += fmt::format(" + {}", offset);
    return name;
}

std::string BlockNames::numbered(const Machine::Block& block, const std::string& type) {
    std::string& label = labels_[{block.start, block.allocated_at}];
    if (label.empty()) label = fmt::format("{}#{}", type, ++of_type_[type]);
    return label;
}

std::optional<ObjectName> BlockNames::by_source(const Machine::Block& block, std::uint64_t offset, const SourceSite& where) {
    const Allocated allocated = allocated_on(where);
    if (allocated.type.empty() || offset < allocated.offset) return std::nullopt;
    ObjectName name;
    const auto path = module_.symbols().field_at(allocated.type, block.size - allocated.offset, offset - allocated.offset, &name.holds);
    if (!path || (allocated.single && path->starts_with('['))) return std::nullopt;
    name.text = numbered(block, allocated.type) + *path;
    return name;
}

/// From what the library's allocator was asked for.
std::optional<ObjectName> BlockNames::by_type(const Machine::Block& block, std::uint64_t offset, const Birth* birth) {
    if (!module_.contains(block.allocated_at)) return std::nullopt;
    for (const std::string& function : module_.symbols().full_names_of_return_address(block.allocated_at)) {
        std::vector<std::string> type = template_arguments(function, "new_allocator<");
        if (type.empty() || function.find(">::allocate") == function.npos) continue;
        const auto argument = [&](const char* of) { return template_arguments(type[0], of); };
        if (const auto shared = argument("std::_Sp_counted_ptr_inplace<"); !shared.empty()) return of_shared(block, shared[0], offset, birth);
        if (const auto shared = argument("std::_Sp_counted_deleter<"); !shared.empty()) return of_shared(block, shared[0], offset, birth);
        for (const auto& [node, container] : {std::pair{"std::_List_node<", "list"}, std::pair{"std::_Rb_tree_node<", "map"},
                                              std::pair{"std::__detail::_Hash_node<", "hash table"}, std::pair{"std::_Fwd_list_node<", "forward_list"}})
            if (const auto held = argument(node); !held.empty())
                return ObjectName{fmt::format("{} + {}", numbered(block, fmt::format("node of {} of {}", container, short_type(held[0]))), offset), {}, true};
        ObjectName name;
        if (const auto path = module_.symbols().field_at(plain_name(type[0]), block.size, offset, &name.holds); path && path->starts_with('[')) {
            name.text = numbered(block, "elements of " + short_type(type[0])) + *path;
            name.internal = type[0].starts_with("std::");
            return name;
        }
        return std::nullopt;
    }
    return std::nullopt;
}

/// A block of shared_ptr: its counts, and after them what make_shared has made.
ObjectName BlockNames::of_shared(const Machine::Block& block, const std::string& type, std::uint64_t offset, const Birth* birth) {
    if (type.find("__future_base::") != type.npos) return of_state(type, offset, birth);
    const std::string pointee = short_type(type.ends_with('*') ? std::string_view(type).substr(0, type.size() - 1) : type);
    const std::string object = numbered(block, pointee);
    if (offset < after_counts) {
        const char* const what = offset >= weak_count ? "weak count" : offset >= use_count ? "use count" : "start";
        return {fmt::format("{} of shared_ptr<{}>{}", what, pointee, object.substr(pointee.size())), program::ValueKind::other, true};
    }
    ObjectName name;
    const auto path = module_.symbols().field_at(plain_name(type), block.size - after_counts, offset - after_counts, &name.holds);
    name.text = object + (path ? *path : offset == after_counts ? "" : fmt::format(" + {}", offset - after_counts));
    name.internal = type.starts_with("std::");
    return name;
}

/// What promise, packaged_task or async share with their future.
ObjectName BlockNames::of_state(const std::string& type, std::uint64_t offset, const Birth* birth) {
    const char* const maker = type.find("_Task_state") != type.npos    ? "packaged_task"
                              : type.find("_Async_state") != type.npos || type.find("_Deferred_state") != type.npos ? "async"
                                                                       : "promise";
    const std::string text = fmt::format("{} state{}", maker, of_call(birth));
    if (offset < after_counts) return {(offset >= use_count ? "use count of the " : "start of the ") + text, program::ValueKind::other, true};
    const std::uint64_t in_state = offset - after_counts;
    const char* const part = in_state >= state_end         ? "function of the "
                             : in_state >= state_once      ? "once flag of the "
                             : in_state >= state_retrieved ? "retrieved flag of the "
                             : in_state >= state_ready     ? ""
                             : in_state >= state_result    ? "result of the "
                                                           : "start of the ";
    return {part + text, in_state == state_retrieved ? program::ValueKind::boolean : program::ValueKind::other, true};
}

} // namespace heddle::story
