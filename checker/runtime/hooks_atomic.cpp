// Atomic operations as the compilers' instrumentation calls them. The engine decides every value and writes memory itself;
// outside of a run (static constructors, one thread) they act as plain code.

#include "runtime/heap.hpp"
#include "runtime/hooks.hpp"
#include "runtime/memory.hpp"

using namespace heddle;
using namespace heddle::runtime;

namespace {

using Bits8 = std::uint8_t;
using Bits16 = std::uint16_t;
using Bits32 = std::uint32_t;
using Bits64 = std::uint64_t;
using Bits128 = unsigned __int128;

/// Compilers pass 0 … 5, possibly with hardware hints above.
MemoryOrder order_of(int order) { return static_cast<MemoryOrder>(order & 7); }

/// The current fiber's operation, to be suspended with.
Operation& access(OpKind kind, const volatile void* object, unsigned size, int order, std::uint64_t pc) {
    const auto address = reinterpret_cast<std::uint64_t>(object);
    // The engine is about to touch this memory in the program's stead.
    if (!in_program_memory(address)) [[unlikely]] check_atomic_address(address, size, pc);
    if (listening) [[unlikely]] check_bounds(address, size, kind != OpKind::load, pc);
    Operation& op = pending_operation(kind, object, pc);
    op.order = order_of(order);
    op.size = static_cast<std::uint8_t>(size);
    return op;
}

/// The load is (part of) a wait, as await.cpp was told before.
void wait_by(Operation& op) {
    Fiber& fiber = current();
    if (fiber.waiting == Wait::none) [[likely]] return;
    op.wait = fiber.waiting;
    if (fiber.waiting == Wait::condition || fiber.waiting == Wait::meeting) return;
    if (fiber.awaited != op.address) {
        op.wait = Wait::none;
        return;
    }
    op.expected = truncate(fiber.unwanted, op.size);
    fiber.waiting = Wait::none;
}

/// What remains of a compare_exchange when its old value is known: the caller's copy, and whether it succeeded.
bool finish_compare_exchange(Fiber& fiber, Value& result) {
    const Operation& op = fiber.operation;
    const Value old = truncate(result, op.size);
    result = old == op.expected;
    if (!result) {
        auto* expected = reinterpret_cast<void*>(fiber.scratch[0]);
        plain_write(expected, op.size, op.pc);
        std::memcpy(expected, &old, op.size);
    }
    return true;
}

template <typename T>
T load(const volatile T* object, int order, std::uint64_t pc) {
    if (!on_fiber()) [[unlikely]] return *object;
    wait_by(access(OpKind::load, object, sizeof(T), order, pc));
    return suspend_and_return<T>();
}

template <typename T>
void store(volatile T* object, T value, int order, std::uint64_t pc) {
    if (!on_fiber()) [[unlikely]] {
        *object = value;
        return;
    }
    access(OpKind::store, object, sizeof(T), order, pc).operand = value;
    suspend_and_return<void>();
}

template <typename T>
T modify(volatile T* object, RmwFunction function, T operand, int order, std::uint64_t pc) {
    if (!on_fiber()) [[unlikely]] {
        const T old = *object;
        *object = static_cast<T>(apply(function, old, operand, sizeof(T)));
        return old;
    }
    Operation& op = access(OpKind::rmw, object, sizeof(T), order, pc);
    op.function = function;
    op.operand = operand;
    return suspend_and_return<T>();
}

template <typename T>
void prepare_compare_exchange(volatile T* object, T expected, T desired, int order, int failure_order, std::uint64_t pc) {
    Operation& op = access(OpKind::cas, object, sizeof(T), order, pc);
    op.failure_order = order_of(failure_order);
    op.expected = expected;
    op.operand = desired;
}

/// Outside of fibers. @return the old value
template <typename T>
T exchange_if_equal(volatile T* object, T expected, T desired) {
    const T old = *object;
    if (old == expected) *object = desired;
    return old;
}

template <typename T>
T compare_exchange(volatile T* object, T expected, T desired, int order, int failure_order, std::uint64_t pc) {
    if (!on_fiber()) [[unlikely]] return exchange_if_equal(object, expected, desired);
    prepare_compare_exchange(object, expected, desired, order, failure_order, pc);
    return suspend_and_return<T>();
}

template <typename T>
int compare_exchange_in(volatile T* object, T* expected, T desired, int order, int failure_order, std::uint64_t pc) {
    if (!on_fiber()) [[unlikely]] {
        const T wanted = *expected;
        *expected = exchange_if_equal(object, wanted, desired);
        return *expected == wanted;
    }
    plain_read(expected, sizeof(T), pc);
    prepare_compare_exchange(object, *expected, desired, order, failure_order, pc);
    current().scratch[0] = reinterpret_cast<std::uint64_t>(expected);
    return suspend_and_return<int>(finish_compare_exchange);
}

} // namespace

#define HEDDLE_ATOMIC_RMW(bits, name, function)                                                                        \
    extern "C" Bits##bits heddle___tsan_atomic##bits##_##name(volatile Bits##bits* object, Bits##bits operand,         \
                                                              int order) {                                             \
        return modify(object, RmwFunction::function, operand, order, HEDDLE_PC);                                       \
    }

#define HEDDLE_ATOMIC(bits)                                                                                            \
    extern "C" Bits##bits heddle___tsan_atomic##bits##_load(const volatile Bits##bits* object, int order) {            \
        return load(object, order, HEDDLE_PC);                                                                         \
    }                                                                                                                  \
    extern "C" void heddle___tsan_atomic##bits##_store(volatile Bits##bits* object, Bits##bits value, int order) {     \
        store(object, value, order, HEDDLE_PC);                                                                        \
    }                                                                                                                  \
    HEDDLE_ATOMIC_RMW(bits, exchange, exchange)                                                                        \
    HEDDLE_ATOMIC_RMW(bits, fetch_add, add)                                                                            \
    HEDDLE_ATOMIC_RMW(bits, fetch_sub, sub)                                                                            \
    HEDDLE_ATOMIC_RMW(bits, fetch_and, and_)                                                                           \
    HEDDLE_ATOMIC_RMW(bits, fetch_or, or_)                                                                             \
    HEDDLE_ATOMIC_RMW(bits, fetch_xor, xor_)                                                                           \
    HEDDLE_ATOMIC_RMW(bits, fetch_nand, nand)                                                                          \
    extern "C" int heddle___tsan_atomic##bits##_compare_exchange_strong(                                               \
        volatile Bits##bits* object, Bits##bits* expected, Bits##bits desired, int order, int failure_order) {         \
        return compare_exchange_in(object, expected, desired, order, failure_order, HEDDLE_PC);                        \
    }                                                                                                                  \
    extern "C" int heddle___tsan_atomic##bits##_compare_exchange_weak(                                                 \
        volatile Bits##bits* object, Bits##bits* expected, Bits##bits desired, int order, int failure_order) {         \
        return compare_exchange_in(object, expected, desired, order, failure_order, HEDDLE_PC);                        \
    }                                                                                                                  \
    extern "C" Bits##bits heddle___tsan_atomic##bits##_compare_exchange_val(                                           \
        volatile Bits##bits* object, Bits##bits expected, Bits##bits desired, int order, int failure_order) {          \
        return compare_exchange(object, expected, desired, order, failure_order, HEDDLE_PC);                           \
    }

HEDDLE_ATOMIC(8)
HEDDLE_ATOMIC(16)
HEDDLE_ATOMIC(32)
HEDDLE_ATOMIC(64)
HEDDLE_ATOMIC(128)

extern "C" Bits128 heddle___atomic_load_16(const volatile Bits128* object, int order) {
    return load(object, order, HEDDLE_PC);
}
extern "C" void heddle___atomic_store_16(volatile Bits128* object, Bits128 value, int order) {
    store(object, value, order, HEDDLE_PC);
}
extern "C" Bits128 heddle___atomic_exchange_16(volatile Bits128* object, Bits128 value, int order) {
    return modify(object, RmwFunction::exchange, value, order, HEDDLE_PC);
}
extern "C" bool heddle___atomic_compare_exchange_16(volatile Bits128* object, Bits128* expected, Bits128 desired, int order,
                                                    int failure_order) {
    return compare_exchange_in(object, expected, desired, order, failure_order, HEDDLE_PC);
}

extern "C" void heddle___tsan_atomic_thread_fence(int order) {
    if (!on_fiber()) return;
    pending_operation(OpKind::fence, nullptr, HEDDLE_PC).order = order_of(order);
    suspend_and_return<void>();
}

// Between a thread and its own signal handlers, of which there are none.
extern "C" void __tsan_atomic_signal_fence(int) {}
