// Something that loads a program under test, done in a process of its own.
#pragma once

#include <functional>

#include "core/verdict.hpp"

namespace heddle::cli {

/// Runs `work` in a forked process, which may print, and returns its answer. UserErrors become their sentence on stderr
/// and exit status 2, other exceptions and a process that dies exit status 4.
ExitStatus apart(const std::function<ExitStatus()>& work);

} // namespace heddle::cli
