// Set by the caller, perhaps from a signal handler: whoever works stops soon, with what was done.
#pragma once

#include <atomic>

namespace heddle {

using StopFlag = std::atomic<bool>;
static_assert(StopFlag::is_always_lock_free);

} // namespace heddle
