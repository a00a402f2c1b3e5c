// libatomic's generic functions, which clang calls for atomic structures: objects of any size, values by address.
//
// Of a size that no instruction handles libatomic takes a lock, which orders more than the operation's memory order does. Here such
// an object is an atomic word at its beginning, of 8 or 4 bytes as it is aligned. The word holds what the program has put there
// until the first atomic write; from then on, a number that stands for the whole content. So each order is explored as it is
// written, and plain accesses to the object race with the operations. What the object holds beside the word stays as it was
// initialised. Numbers are hashes: the same in every run.
//
// Tests: tests/primitives/atomic_large*.

#include <algorithm>
#include <map>
#include <string>

#include "runtime/heap.hpp"
#include "runtime/hooks.hpp"

using namespace heddle;
using namespace heddle::runtime;

namespace {

using Content = std::string; ///< bytes

Operation& access(OpKind kind, std::size_t size, const void* object, int order, std::uint64_t pc) {
    const auto address = reinterpret_cast<std::uint64_t>(object);
    if (listening) check_bounds(address, size, kind != OpKind::load, pc);
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
    EngineScope scope;
    const Content kept = value ? Content(static_cast<const char*>(value), size) : Content();
    if (result) std::memcpy(result, object, size);
    if (value) std::memcpy(const_cast<void*>(object), kept.data(), size);
    return true;
}

void remember(void* place) { current().scratch[0] = reinterpret_cast<std::uint64_t>(place); }

/// Whether some instruction handles objects of that size.
bool is_word(std::size_t size) { return size <= 16 && (size & (size - 1)) == 0; }

// --- objects that are larger ------------------------------------------------------------------------------------------------

// (Not local statics: on a fiber their initialisation would be taken for the program's.)
std::map<std::uint64_t, Content> contents;         ///< what the numbers stand for
std::map<std::uint64_t, Content> initial_contents; ///< of the objects at these addresses

unsigned word_size(const void* object, std::size_t size, std::uint64_t pc) {
    const auto address = reinterpret_cast<std::uint64_t>(object);
    const unsigned word = size >= 8 && address % 8 == 0 ? 8 : 4;
    if (size < 4 || address % word != 0)
        fail(Verdict::unsupported, pc, "an atomic object of %lu bytes, aligned to less than 4, is not modelled", size);
    return word;
}

std::uint64_t word_at(const void* object, unsigned size) {
    std::uint64_t word = 0;
    std::memcpy(&word, object, size);
    return word;
}

/// What the object was initialised with. Memory holds that until the first atomic write, and may be initialised anew.
const Content& initial_content(const void* object, std::size_t size, unsigned word) {
    EngineScope scope;
    Content& known = initial_contents[reinterpret_cast<std::uint64_t>(object)];
    if (!contents.contains(word_at(object, word))) known.assign(static_cast<const char*>(object), size);
    return known;
}

/// The number by which the word stands for that content.
std::uint64_t number_of(const void* object, unsigned word, const void* value, std::size_t size, std::uint64_t pc) {
    const Content& initial = initial_content(object, size, word);
    if (std::memcmp(initial.data(), value, size) == 0) return word_at(initial.data(), word);
    EngineScope scope;
    Content content(static_cast<const char*>(value), size);
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char byte : content) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
    hash ^= hash >> 29;
    if (word == 4) hash = (hash ^ hash >> 32) & 0xffffffff;
    const auto [found, fresh] = contents.try_emplace(hash, content);
    if (!fresh && found->second != content) fail(Verdict::unsupported, pc, "two contents of atomic objects have one number");
    return hash;
}

/// The same for a value of the caller's.
std::uint64_t number_at(const void* object, const void* value, std::size_t size, std::uint64_t pc) {
    plain_read(value, size, pc);
    return number_of(object, word_size(object, size, pc), value, size, pc);
}

enum { the_place, the_object, the_size }; // in Fiber::scratch

Operation& large_access(OpKind kind, std::size_t size, const void* object, void* result, int order, std::uint64_t pc) {
    const unsigned word = word_size(object, size, pc);
    initial_content(object, size, word);
    plain_read(static_cast<const char*>(object) + word, size - word, pc);
    Fiber& fiber = current();
    fiber.scratch[the_place] = reinterpret_cast<std::uint64_t>(result);
    fiber.scratch[the_object] = reinterpret_cast<std::uint64_t>(object);
    fiber.scratch[the_size] = size;
    return access(kind, word, object, order, pc);
}

/// The content that the word stands for, to where the caller wants it.
void put_content(const Fiber& fiber, Value value) {
    auto* const place = reinterpret_cast<void*>(fiber.scratch[the_place]);
    const std::size_t size = fiber.scratch[the_size];
    plain_write(place, size, fiber.operation.pc);
    EngineScope scope;
    const auto found = contents.find(static_cast<std::uint64_t>(truncate(value, fiber.operation.size)));
    const Content& content = found != contents.end() ? found->second : initial_contents[fiber.scratch[the_object]];
    std::memcpy(place, content.data(), size);
}

bool put_large_result(Fiber& fiber, Value& result) {
    put_content(fiber, result);
    return true;
}

bool finish_large_compare_exchange(Fiber& fiber, Value& result) {
    const Value old = truncate(result, fiber.operation.size);
    result = old == fiber.operation.expected;
    if (!result) put_content(fiber, old);
    return true;
}

} // namespace

extern "C" void heddle___atomic_load(std::size_t size, const void* object, void* result, int order) {
    if (plainly(result, object, nullptr, size)) return;
    if (!is_word(size)) {
        large_access(OpKind::load, size, object, result, order, HEDDLE_PC);
        return suspend_and_return<void>(put_large_result);
    }
    access(OpKind::load, size, object, order, HEDDLE_PC);
    remember(result);
    suspend_and_return<void>(put_result);
}

extern "C" void heddle___atomic_store(std::size_t size, void* object, const void* value, int order) {
    if (plainly(nullptr, object, value, size)) return;
    if (!is_word(size)) {
        const std::uint64_t number = number_at(object, value, size, HEDDLE_PC);
        large_access(OpKind::store, size, object, nullptr, order, HEDDLE_PC).operand = number;
        return suspend_and_return<void>();
    }
    const Value wanted = value_at(value, size, HEDDLE_PC);
    access(OpKind::store, size, object, order, HEDDLE_PC).operand = wanted;
    suspend_and_return<void>();
}

extern "C" void heddle___atomic_exchange(std::size_t size, void* object, const void* value, void* result, int order) {
    if (plainly(result, object, value, size)) return;
    if (!is_word(size)) {
        const std::uint64_t number = number_at(object, value, size, HEDDLE_PC);
        Operation& op = large_access(OpKind::rmw, size, object, result, order, HEDDLE_PC);
        op.function = RmwFunction::exchange;
        op.operand = number;
        return suspend_and_return<void>(put_large_result);
    }
    const Value wanted = value_at(value, size, HEDDLE_PC);
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
    if (!is_word(size)) {
        const std::uint64_t old = number_at(object, expected, size, HEDDLE_PC);
        const std::uint64_t wanted = number_at(object, desired, size, HEDDLE_PC);
        Operation& op = large_access(OpKind::cas, size, object, expected, order, HEDDLE_PC);
        op.failure_order = static_cast<MemoryOrder>(failure_order & 7);
        op.expected = old;
        op.operand = wanted;
        return suspend_and_return<int>(finish_large_compare_exchange);
    }
    const Value old = value_at(expected, size, HEDDLE_PC);
    const Value wanted = value_at(desired, size, HEDDLE_PC);
    Operation& op = access(OpKind::cas, size, object, order, HEDDLE_PC);
    op.failure_order = static_cast<MemoryOrder>(failure_order & 7);
    op.expected = old;
    op.operand = wanted;
    remember(expected);
    return suspend_and_return<int>(finish_compare_exchange);
}
