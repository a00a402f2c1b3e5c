// What the current thread holds of locks, by its own history (Fiber::held).
#pragma once

#include "runtime/hooks.hpp"

namespace heddle::primitives {

/// Its entry; null: the thread does not hold it.
inline runtime::HeldMutex* find_held(const void* lock) {
    runtime::Fiber& fiber = runtime::current();
    const auto address = reinterpret_cast<std::uint64_t>(lock);
    for (std::uint32_t i = fiber.held_count; i-- > 0;)
        if (fiber.held[i].address == address) return &fiber.held[i];
    return nullptr;
}

inline void forget_held(runtime::HeldMutex* held) {
    runtime::Fiber& fiber = runtime::current();
    *held = fiber.held[--fiber.held_count];
}

/// Before a lock is taken: the continuations of its operations cannot fail.
inline void require_room(std::uint64_t pc) {
    using runtime::Fiber;
    if (runtime::current().held_count == Fiber::max_held)
        runtime::fail(Verdict::unsupported, pc, "a thread that holds more than %u mutexes is not modelled", Fiber::max_held);
}

} // namespace heddle::primitives
