// Why an exploration has ended.
#pragma once

#include <cstdint>

namespace heddle::execution {

/// `complete`: it saw everything; `paused`: it can go on; else what came before that.
enum class Ended : std::uint8_t { complete, violation, stopped, time_limit, execution_limit, memory_limit, paused };

} // namespace heddle::execution
