// Plain accesses and function entries as the compilers' instrumentation calls them: the hottest code of a run.
#include "native/accesses.hpp"
#include "native/hook.hpp"
#include "native/real.hpp"

namespace heddle::native {
namespace {

template <unsigned log_size, Access kind>
void aligned(void* address) {
    if constexpr (log_size == 4) {
        access(reinterpret_cast<std::uint64_t>(address), 3, kind, HEDDLE_CALLER);
        access(reinterpret_cast<std::uint64_t>(address) + 8, 3, kind, HEDDLE_CALLER);
    } else {
        access(reinterpret_cast<std::uint64_t>(address), log_size, kind, HEDDLE_CALLER);
    }
}

template <unsigned log_size, Access kind>
void aligned_pc(void* address, void* pc) {
    access_range(reinterpret_cast<std::uint64_t>(address), std::size_t{1} << log_size, kind, reinterpret_cast<std::uint64_t>(pc));
}

template <unsigned log_size, Access kind>
void unaligned(void* address) {
    access_range(reinterpret_cast<std::uint64_t>(address), std::size_t{1} << log_size, kind, HEDDLE_CALLER);
}

// A compound assignment: whoever would race with its read races with its write too. In a recording it is both.
template <unsigned log_size>
void read_write(void* address) {
    if (me && me->recorder) access_range(reinterpret_cast<std::uint64_t>(address), std::size_t{1} << log_size, Access::read, HEDDLE_CALLER);
    access_range(reinterpret_cast<std::uint64_t>(address), std::size_t{1} << log_size, Access::write, HEDDLE_CALLER);
}

template <Access kind>
void range(void* address, unsigned long size) {
    access_range(reinterpret_cast<std::uint64_t>(address), size, kind, HEDDLE_CALLER);
}
template <Access kind>
void range_pc(void* address, unsigned long size, void* pc) {
    access_range(reinterpret_cast<std::uint64_t>(address), size, kind, reinterpret_cast<std::uint64_t>(pc));
}

// Most writes of a table pointer, by constructors and destructors, change nothing.
void vptr_update(void** table, void* value) {
    if (*table != value) access(reinterpret_cast<std::uint64_t>(table), 3, Access::write, HEDDLE_CALLER);
}
void vptr_read(void** table) { access(reinterpret_cast<std::uint64_t>(table), 3, Access::read, HEDDLE_CALLER); }

void func_entry(void* caller) {
    Thread* thread = me;
    if (!thread) [[unlikely]] return meet_unknown_thread(); // made by a library
    const std::uint32_t depth = thread->depth++;
    if (depth < max_depth) [[likely]] thread->frames[depth].pc = reinterpret_cast<std::uint64_t>(caller);
}

void func_exit() {
    Thread* thread = me;
    if (!thread || !thread->depth) [[unlikely]] return;
    if (--thread->depth < thread->placed) thread->placed = thread->depth;
}

void nothing() {}

} // namespace

#define HEDDLE_SIZE(bytes, log)                                                                                        \
    hook("__tsan_read" #bytes, aligned<log, Access::read>), hook("__tsan_write" #bytes, aligned<log, Access::write>),  \
        hook("__tsan_read" #bytes "_pc", aligned_pc<log, Access::read>),                                               \
        hook("__tsan_write" #bytes "_pc", aligned_pc<log, Access::write>),                                             \
        hook("__tsan_unaligned_read" #bytes, unaligned<log, Access::read>),                                            \
        hook("__tsan_unaligned_write" #bytes, unaligned<log, Access::write>),                                          \
        hook("__tsan_volatile_read" #bytes, unaligned<log, Access::read>),                                             \
        hook("__tsan_volatile_write" #bytes, unaligned<log, Access::write>),                                           \
        hook("__tsan_unaligned_volatile_read" #bytes, unaligned<log, Access::read>),                                   \
        hook("__tsan_unaligned_volatile_write" #bytes, unaligned<log, Access::write>),                                 \
        hook("__tsan_read_write" #bytes, read_write<log>), hook("__tsan_unaligned_read_write" #bytes, read_write<log>)

std::span<const Hook> access_hooks() {
    static const Hook hooks[]{
        HEDDLE_SIZE(1, 0), HEDDLE_SIZE(2, 1), HEDDLE_SIZE(4, 2), HEDDLE_SIZE(8, 3), HEDDLE_SIZE(16, 4),
        hook("__tsan_read_range", range<Access::read>), hook("__tsan_write_range", range<Access::write>),
        hook("__tsan_read_range_pc", range_pc<Access::read>), hook("__tsan_write_range_pc", range_pc<Access::write>),
        hook("__tsan_vptr_update", vptr_update), hook("__tsan_vptr_read", vptr_read),
        hook("__tsan_func_entry", func_entry), hook("__tsan_func_exit", func_exit),
        hook("__tsan_init", nothing), hook("__tsan_ignore_thread_begin", nothing), hook("__tsan_ignore_thread_end", nothing),
    };
    return hooks;
}

} // namespace heddle::native
