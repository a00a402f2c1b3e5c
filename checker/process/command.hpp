// Another program run to its end, without a shell.
#pragma once

#include <string>
#include <vector>

namespace heddle::process {

struct CommandResult {
    int status = 0;     ///< exit status; 128 + signal when a signal ended it
    std::string output; ///< what it wrote to stdout and stderr, in its order
};

/// Runs command[0] (found in $PATH) and waits for it. Throws UserError when it cannot be started.
CommandResult run_command(const std::vector<std::string>& command);

} // namespace heddle::process
