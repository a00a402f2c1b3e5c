// Work on a program, in a process of its own into which it may be loaded.
#pragma once

#include <functional>
#include <string_view>

#include "core/verdict.hpp"
#include "process/channel.hpp"

namespace heddle::cli {

/// The status is what the work returns, or what its exception means, which is told on stderr. Its death is a bug of heddle.
/// @param heard what the work has sent
ExitStatus apart(const std::function<ExitStatus(process::Sender)>& work, const std::function<void(std::string_view)>& heard = [](std::string_view) {});

} // namespace heddle::cli
