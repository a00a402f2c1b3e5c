// What a trace or a recording may make heddle execute. Such a file may come from anywhere, and replaying it builds a program
// and runs it: nothing is taken from it that a check of this user's own would not use.
#pragma once

#include <string>

#include "trace/trace.hpp"

namespace heddle::cli {

/// Why building and running this is not done unasked: one sentence. Empty: it is what the user's own checks do. That is
/// sources (or a shared object) that this user or root owns and nobody else may change; a compiler known by name, found in
/// $PATH, or the one that $CC or $CXX names; and options that neither run nor load nor write anything.
std::string distrusted(const trace::Build& build);

/// Returns when the build is harmless, when `trust` says so, or when the user agrees, who is shown the command; asks only on
/// a terminal. Else throws UserError. `file` is where the build was read from, `command` the subcommand to be started again.
void require_trust(const trace::Build& build, const std::string& file, const std::string& command, bool trust);

} // namespace heddle::cli
