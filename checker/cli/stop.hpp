// Stopping, by the names that the commands use.
#pragma once

#include "process/stop.hpp"

namespace heddle::cli {

using process::pass_on_stop;
using process::stop_flag;
using process::stop_on_signals;

} // namespace heddle::cli
