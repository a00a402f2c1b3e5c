// Where a sentence about the program points to.
#pragma once

#include <cstdint>
#include <string>

#include <fmt/format.h>

#include "program/module.hpp"

namespace heddle::explore {

/// " (queue.cpp:12)" for a return address in the program; nothing when the line is not known.
inline std::string place_in_program(std::uint64_t pc) {
    const program::Module* const module = program::Module::loaded();
    if (!module) return {};
    const SourceSite site = module->symbols().site_of_return_address(pc);
    return site.known() ? fmt::format(" ({}:{})", site.file, site.line) : std::string();
}

} // namespace heddle::explore
