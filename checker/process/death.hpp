// How a process ended, in words.
#pragma once

#include <string>

namespace heddle::process {

/// "exit status 3" or "Segmentation fault", from what waitpid said.
std::string death_of(int wait_status);

} // namespace heddle::process
