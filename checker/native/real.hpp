// The C library's own functions, behind those that this executable exports in their place.
#pragma once

#include <dlfcn.h>

/// HEDDLE_NATIVE(pthread_mutex_lock)(mutex) calls the C library's.
#define HEDDLE_NATIVE(function)                                                                                        \
    ([] {                                                                                                              \
        static const auto found = reinterpret_cast<decltype(&::function)>(dlsym(RTLD_NEXT, #function));                \
        return found;                                                                                                  \
    }())

/// The return address of the hook in whose body it stands.
#define HEDDLE_CALLER (reinterpret_cast<std::uint64_t>(__builtin_return_address(0)))
