// The time that the program sees: it passes when threads sleep, or have waited until their time limit, and never of itself.
#pragma once

#include <cstdint>
#include <ctime>

#include "runtime/fiber.hpp"

namespace heddle::primitives {

/// For the thread it is so much later from now on, in nanoseconds; or not before that time.
void pass(runtime::Fiber& fiber, std::int64_t nanoseconds);
void pass_until(runtime::Fiber& fiber, std::int64_t nanoseconds);

inline std::int64_t nanoseconds(const timespec& time) {
    return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

} // namespace heddle::primitives
