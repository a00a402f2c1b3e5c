// pthread keys: each thread has its own values; the keys themselves are numbered in the order of their creation.

#include <pthread.h>

#include <cerrno>

#include "runtime/hooks.hpp"

using namespace heddle;
using namespace heddle::runtime;

namespace {

using Destructor = void (*)(void*);
Destructor destructors[Fiber::max_keys];
std::uint32_t key_count = 0;
std::uint32_t keys_of_constructors = 0;
bool constructors_done = false;

/// Libraries are bound to these, too, and work for heddle as well; then the keys are the system's.
bool is_ours() { return in_program; }

} // namespace

namespace heddle::runtime {

void forget_keys() {
    if (!constructors_done) keys_of_constructors = key_count;
    constructors_done = true;
    key_count = keys_of_constructors;
}

void destroy_key_values() {
    Fiber& fiber = current();
    for (int round = 0; round < PTHREAD_DESTRUCTOR_ITERATIONS; ++round)
        for (std::uint32_t key = 0; key < fiber.used_keys; ++key) {
            void* value = fiber.key_values[key];
            fiber.key_values[key] = nullptr;
            if (value && destructors[key]) destructors[key](value);
        }
}

} // namespace heddle::runtime

namespace {

/// Ours are numbered from here: a key of the system's, which a library's constructor has made, is none of them.
constexpr pthread_key_t first_key = 0x4000;

/// The index of one of our keys, or max_keys.
std::uint32_t index_of(pthread_key_t key) {
    return key - first_key < key_count ? key - first_key : Fiber::max_keys;
}

/// Values of a key that exists, but was not made by the program, cannot be told apart by fiber.
void require_ours(pthread_key_t key, std::uint64_t pc) {
    if (on_fiber() && pthread_setspecific(key, pthread_getspecific(key)) == 0)
        fail(Verdict::unsupported, pc, "a pthread key that a library has made when it was loaded is not modelled");
}

} // namespace

extern "C" int heddle_key_create(pthread_key_t* key, Destructor destructor) {
    if (!is_ours()) return pthread_key_create(key, destructor);
    if (key_count == Fiber::max_keys) return EAGAIN;
    plain_write(key, sizeof *key, HEDDLE_PC);
    destructors[key_count] = destructor;
    *key = first_key + key_count++;
    return 0;
}

extern "C" int heddle_key_delete(pthread_key_t key) {
    if (!is_ours()) return pthread_key_delete(key);
    const std::uint32_t index = index_of(key);
    if (index == Fiber::max_keys) return require_ours(key, HEDDLE_PC), EINVAL;
    destructors[index] = nullptr;
    return 0;
}

extern "C" void* heddle_getspecific(pthread_key_t key) {
    if (!is_ours()) return pthread_getspecific(key);
    const std::uint32_t index = index_of(key);
    if (index == Fiber::max_keys) return require_ours(key, HEDDLE_PC), nullptr;
    return current().key_values[index];
}

extern "C" int heddle_setspecific(pthread_key_t key, const void* value) {
    if (!is_ours()) return pthread_setspecific(key, value);
    const std::uint32_t index = index_of(key);
    if (index == Fiber::max_keys) return require_ours(key, HEDDLE_PC), EINVAL;
    Fiber& fiber = current();
    fiber.key_values[index] = const_cast<void*>(value);
    if (index >= fiber.used_keys) fiber.used_keys = index + 1;
    return 0;
}
