// Where a sentence about the program points to.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "program/module.hpp"

namespace heddle::execution {

/// " (queue.cpp:12)" for a return address in the program; nothing when the line is not known.
inline std::string place_in_program(std::uint64_t pc) {
    const program::Module* const module = program::Module::loaded();
    if (!module) return {};
    const SourceSite site = module->symbols().site_of_return_address(pc);
    return site.known() ? fmt::format(" ({}:{})", site.file, site.line) : std::string();
}

/// "dining.cpp:12" for the innermost of these return addresses that is no library's; empty when there is none.
inline std::string place_of(const std::vector<std::uint64_t>& places) {
    const program::Module* const module = program::Module::loaded();
    return module ? short_place(module->symbols().user_site(places)) : std::string();
}

} // namespace heddle::execution
