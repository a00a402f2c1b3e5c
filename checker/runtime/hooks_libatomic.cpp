// libatomic's generic functions, which clang calls for atomic structures: objects of any size, values by address. Of a size
// that no instruction handles libatomic takes a lock; that is not modelled.

#include "runtime/hooks.hpp"

using namespace heddle;
using namespace heddle::runtime;

namespace {

Operation& access(OpKind kind, std::size_t size, const void* object, int order, std::uint64_t pc) {
    if (size > 16 || (size & (size - 1)))
        fail(Verdict::unsupported, pc, "an atomic object of %lu bytes is not modelled", size);
    const auto address = reinterpret_cast<std::uint64_t>(object);
    if (!in_program_memory(address)) check_atomic_address(address, size, pc);
    Operation& op = pending_operation(kind, object, pc);
    op.size = static_cast<std::uint8_t>(size);
    op.order = static_cast<MemoryOrder>(order & 7);
    return op;
}

Value value_at(const void* place, std::size_t size, std::uint64_t pc) {
    plain_read(place, size, pc);
    Value value = 0;
    std::memcpy(&value, place, size);
    return value;
}

void put(Fiber& fiber, Value value) {
    auto* place = reinterpret_cast<void*>(fiber.scratch[0]);
    plain_write(place, fiber.operation.size, fiber.operation.pc);
    std::memcpy(place, &value, fiber.operation.size);
}

bool put_result(Fiber& fiber, Value& result) {
    put(fiber, result);
    return true;
}

bool finish_compare_exchange(Fiber& fiber, Value& result) {
    const Value old = truncate(result, fiber.operation.size);
    result = old == fiber.operation.expected;
    if (!result) put(fiber, old);
    return true;
}

/// Static constructors: one thread, plain code.
bool plainly(void* result, const void* object, const void* value, std::size_t size) {
    if (on_fiber()) return false;
    char kept[16] = {};
    if (value) std::memcpy(kept, value, size < sizeof kept ? size : sizeof kept);
    if (result) std::memcpy(result, object, size);
    if (value) std::memcpy(const_cast<void*>(object), kept, size);
    return true;
}

void remember(void* place) { current().scratch[0] = reinterpret_cast<std::uint64_t>(place); }

} // namespace

extern "C" void heddle___atomic_load(std::size_t size, const void* object, void* result, int order) {
    if (plainly(result, object, nullptr, size)) return;
    access(OpKind::load, size, object, order, HEDDLE_PC);
    remember(result);
    suspend_and_return<void>(put_result);
}

extern "C" void heddle___atomic_store(std::size_t size, void* object, const void* value, int order) {
    if (plainly(nullptr, object, value, size)) return;
    const Value wanted = size <= 16 ? value_at(value, size, HEDDLE_PC) : 0;
    access(OpKind::store, size, object, order, HEDDLE_PC).operand = wanted;
    suspend_and_return<void>();
}

extern "C" void heddle___atomic_exchange(std::size_t size, void* object, const void* value, void* result, int order) {
    if (plainly(result, object, value, size)) return;
    const Value wanted = size <= 16 ? value_at(value, size, HEDDLE_PC) : 0;
    Operation& op = access(OpKind::rmw, size, object, order, HEDDLE_PC);
    op.function = RmwFunction::exchange;
    op.operand = wanted;
    remember(result);
    suspend_and_return<void>(put_result);
}

extern "C" bool heddle___atomic_compare_exchange(std::size_t size, void* object, void* expected, const void* desired,
                                                 int order, int failure_order) {
    if (!on_fiber()) {
        const bool equal = std::memcmp(object, expected, size) == 0;
        std::memcpy(equal ? object : expected, equal ? desired : object, size);
        return equal;
    }
    const Value old = size <= 16 ? value_at(expected, size, HEDDLE_PC) : 0;
    const Value wanted = size <= 16 ? value_at(desired, size, HEDDLE_PC) : 0;
    Operation& op = access(OpKind::cas, size, object, order, HEDDLE_PC);
    op.failure_order = static_cast<MemoryOrder>(failure_order & 7);
    op.expected = old;
    op.operand = wanted;
    remember(expected);
    return suspend_and_return<int>(finish_compare_exchange);
}
