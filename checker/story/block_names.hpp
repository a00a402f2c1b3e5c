// What the user calls a block of the heap, and a place in it.
//
// From the line that allocates it where that is the user's (`new Task`), else from the types with which the library was
// called: the counts and the object of a shared_ptr<T>, the state that a promise and its future share, nodes of containers. What is
// made for a call of the user's is called by that call: "promise state of submit (pool.cpp:15)".
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/site.hpp"
#include "program/module.hpp"
#include "runtime/machine.hpp"

namespace heddle::story {

/// How the name of a block begins that has none of its own: it is called by where it was allocated.
inline constexpr std::string_view nameless = "block from";
inline bool is_nameless(std::string_view name) { return name.starts_with(nameless); }

/// What the user calls some memory, and how its content is written.
struct ObjectName {
    std::string text; ///< empty: unknown
    program::ValueKind holds = program::ValueKind::other;
    bool internal = false; ///< the library's own: its user has no name for it
};

/// How a block came into being: the first write to it, which is its allocator's.
struct Birth {
    SourceSite site; ///< of the user
    unsigned thread = 0, segment = 0;
};

class BlockNames {
public:
    explicit BlockNames(const program::Module& module) : module_(module) {}

    /// @param birth null: not seen
    ObjectName name(const runtime::Machine::Block& block, std::uint64_t address, const Birth* birth);

private:
    std::optional<ObjectName> by_source(const runtime::Machine::Block& block, std::uint64_t offset, const SourceSite& where);
    std::optional<ObjectName> by_type(const runtime::Machine::Block& block, std::uint64_t offset, const Birth* birth);
    ObjectName of_shared(const runtime::Machine::Block& block, const std::string& type, std::uint64_t offset, const Birth* birth);
    static ObjectName of_state(const std::string& type, std::uint64_t offset, const Birth* birth);
    std::string numbered(const runtime::Machine::Block& block, const std::string& type);

    const program::Module& module_;
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::string> labels_; ///< by start and place of allocation
    std::map<std::string, int> of_type_;                                    ///< how many of each have a label
};

/// For people: without std::, allocators and other arguments that have a default; the arguments left out when it is still long.
std::string short_type(std::string_view type);

/// The template arguments of the name that begins with `prefix` (which ends with "<") within `text`; empty when it is not there.
std::vector<std::string> template_arguments(std::string_view text, std::string_view prefix);

} // namespace heddle::story
