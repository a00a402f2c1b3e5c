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

extern "C" int heddle_key_create(pthread_key_t* key, Destructor destructor) {
    if (key_count == Fiber::max_keys) return EAGAIN;
    plain_write(key, sizeof *key, HEDDLE_PC);
    destructors[key_count] = destructor;
    *key = key_count++;
    return 0;
}

extern "C" int heddle_key_delete(pthread_key_t key) {
    if (key >= key_count) return EINVAL;
    destructors[key] = nullptr;
    return 0;
}

extern "C" void* heddle_getspecific(pthread_key_t key) {
    return key < Fiber::max_keys ? current().key_values[key] : nullptr;
}

extern "C" int heddle_setspecific(pthread_key_t key, const void* value) {
    if (key >= key_count) return EINVAL;
    Fiber& fiber = current();
    fiber.key_values[key] = const_cast<void*>(value);
    if (key >= fiber.used_keys) fiber.used_keys = key + 1;
    return 0;
}
