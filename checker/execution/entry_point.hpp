// How a run of the program is set up: where it begins, and what the machine is told before.
#pragma once

#include <string>
#include <vector>

#include "core/options.hpp"
#include "execution/shared_stack.hpp"
#include "runtime/machine.hpp"

namespace heddle::execution {

/// What is to be run: the program's main with arguments, or one of its patterns.
struct Entry {
    std::string name = "main";          ///< "main" or the pattern's name
    std::vector<std::string> arguments; ///< argv[1…], for main
};

/// Throws UserError when the program has no such pattern.
runtime::EntryPoint entry_point(const program::Module& module, const Entry& entry);

/// `shared` must outlive the machine's runs.
void prepare(runtime::Machine& machine, const Options& options, SharedStack& shared);

} // namespace heddle::execution
