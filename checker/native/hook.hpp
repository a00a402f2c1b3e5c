// The functions that a program's imports are bound to, by name.
#pragma once

#include <span>
#include <string_view>

namespace heddle::native {

struct Hook {
    std::string_view name;
    void* function;
};

template <typename Function>
Hook hook(std::string_view name, Function* function) {
    return {name, reinterpret_cast<void*>(function)};
}

// One list for each file hooks_*.cpp.
std::span<const Hook> access_hooks();
std::span<const Hook> atomic_hooks();
std::span<const Hook> lock_hooks();
std::span<const Hook> condition_hooks();
std::span<const Hook> thread_hooks();
std::span<const Hook> counting_hooks();
std::span<const Hook> once_hooks();
std::span<const Hook> memory_hooks();
/// Those of memory_hooks that concern every library of the process.
std::span<const Hook> allocation_hooks();
std::span<const Hook> string_hooks();
std::span<const Hook> container_hooks();
std::span<const Hook> file_hooks();
std::span<const Hook> process_hooks();
/// Those of process_hooks that concern every library of the process.
std::span<const Hook> throwing_hooks();
std::span<const Hook> system_hooks();
std::span<const Hook> property_hooks();
std::span<const Hook> annotation_hooks();
std::span<const Hook> report_hooks();
std::span<const Hook> libc_hooks();
std::span<const Hook> typed_hooks();
std::span<const Hook> format_hooks();
std::span<const Hook> allocator_hooks();
std::span<const Hook> java_hooks();
std::span<const Hook> external_hooks();

} // namespace heddle::native
