// How a run of the program is set up: where it begins, and what the machine is told before.
#pragma once

#include "explore/check.hpp"
#include "explore/shared_stack.hpp"
#include "runtime/machine.hpp"

namespace heddle::explore {

/// Throws UserError when the program has no such pattern.
runtime::EntryPoint entry_point(const program::Module& module, const Entry& entry);

/// `shared` must outlive the machine's runs.
void prepare(runtime::Machine& machine, const Options& options, SharedStack& shared);

} // namespace heddle::explore
