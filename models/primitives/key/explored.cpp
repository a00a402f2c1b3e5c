// pthread keys: each thread has its own values; the keys themselves are numbered in the order of their creation. Keys that
// constructors of libraries have made before the program was bound are the system's: their values are kept for each thread all the same,
// and main begins with what the constructors have left there.

#include <pthread.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <utility>
#include <vector>

#include "program/objects.hpp"
#include "primitives/descriptor/explored.hpp"
#include "runtime/import.hpp"
#include "runtime/hooks.hpp"
#include "runtime/outside_state.hpp"

using namespace heddle;
using namespace heddle::runtime;

namespace {

using Destructor = void (*)(void*);
using program::LoadedObject;

/// What a thread keeps for a key of the system's.
struct SystemValue {
    std::uint32_t thread;
    pthread_key_t key;
    void* value;
};
std::vector<SystemValue> system_values; ///< since the run began

/// Keys of the system's that were made in this process, with their destructors.
std::map<pthread_key_t, Destructor>& system_keys() {
    static std::map<pthread_key_t, Destructor> keys; // made at first use: libraries' constructors come before ours
    return keys;
}

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
    system_values.clear();
    heddle::primitives::forget_descriptors();
}

namespace {

/// A destructor of a library's is followed like any function of it; it is told of where the thread's function begins.
void destroy(void* value, Destructor destructor) {
    if (!value || !destructor) return;
    const LoadedObject* object = program::object_at(reinterpret_cast<std::uint64_t>(destructor));
    if (!object || (object->kind != LoadedObject::Kind::brought && object->kind != LoadedObject::Kind::system)) return destructor(value);
    Fiber& fiber = current();
    if (fiber.start.user_function && fiber.number) fiber.import_call = fiber.start.user_function + 1;
    heddle_call_as_program(stub_of_library_function(reinterpret_cast<void*>(destructor)), value, nullptr);
}

} // namespace

void destroy_key_values() {
    Fiber& fiber = current();
    for (int round = 0; round < PTHREAD_DESTRUCTOR_ITERATIONS; ++round)
        for (std::uint32_t key = 0; key < fiber.used_keys; ++key) {
            void* value = fiber.key_values[key];
            fiber.key_values[key] = nullptr;
            destroy(value, destructors[key]);
        }
    for (std::size_t i = 0; i < system_values.size(); ++i) // which may become more
        if (system_values[i].thread == fiber.number)
            destroy(std::exchange(system_values[i].value, nullptr), system_keys()[system_values[i].key]);
}

} // namespace heddle::runtime

namespace {

/// Ours are numbered from here: a key of the system's, which a library's constructor has made, is none of them.
constexpr pthread_key_t first_key = 0x4000;

/// The index of one of our keys, or max_keys.
std::uint32_t index_of(pthread_key_t key) {
    return key - first_key < key_count ? key - first_key : Fiber::max_keys;
}

/// The current thread's value of a key of the system's; null: there is no such key.
void** system_value(pthread_key_t key) {
    if (!system_keys().contains(key)) return nullptr;
    const std::uint32_t thread = current().number;
    const auto found = std::find_if(system_values.begin(), system_values.end(),
                                    [&](const SystemValue& v) { return v.thread == thread && v.key == key; });
    if (found != system_values.end()) return &found->value;
    EngineScope scope;
    system_values.push_back({thread, key, thread == 0 ? pthread_getspecific(key) : nullptr});
    return &system_values.back().value;
}

} // namespace

/// For everything in this process: libraries make keys when they are loaded.
extern "C" int pthread_key_create(pthread_key_t* key, Destructor destructor) noexcept {
    static decltype(::pthread_key_create)* cached = nullptr;
    const int result = real(cached, "pthread_key_create")(key, destructor);
    if (result == 0 && !in_program) system_keys()[*key] = destructor;
    return result;
}

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
    if (index == Fiber::max_keys) {
        if (on_fiber() && system_keys().contains(key))
            fail(Verdict::unsupported, HEDDLE_PC, "a pthread key that a library has made when it was loaded is deleted, which is not modelled");
        return EINVAL;
    }
    destructors[index] = nullptr;
    return 0;
}

extern "C" void* heddle_getspecific(pthread_key_t key) {
    if (!is_ours()) return pthread_getspecific(key);
    const std::uint32_t index = index_of(key);
    if (index == Fiber::max_keys) {
        void** const value = on_fiber() ? system_value(key) : nullptr;
        return value ? *value : nullptr;
    }
    return current().key_values[index];
}

extern "C" int heddle_setspecific(pthread_key_t key, const void* value) {
    if (!is_ours()) return pthread_setspecific(key, value);
    outside_state = "values of pthread keys";
    const std::uint32_t index = index_of(key);
    if (index == Fiber::max_keys) {
        void** const place = on_fiber() ? system_value(key) : nullptr;
        if (!place) return EINVAL;
        *place = const_cast<void*>(value);
        return 0;
    }
    Fiber& fiber = current();
    fiber.key_values[index] = const_cast<void*>(value);
    if (index >= fiber.used_keys) fiber.used_keys = index + 1;
    return 0;
}
