// Plain accesses and function entries as the compilers' instrumentation calls them. These run far more often than anything
// else here: while nobody listens, an access costs a load and a branch.

#include "program/module.hpp"
#include "runtime/new_frame.hpp"
#include "runtime/frames.hpp"
#include "runtime/hooks.hpp"
#include "runtime/unhooked.hpp"

using namespace heddle::runtime;

#define HEDDLE_ACCESS(name, size, action)                                                                              \
    extern "C" void name(void* address) {                                                                              \
        if (listening) [[unlikely]] listening->action(reinterpret_cast<std::uint64_t>(address), size, HEDDLE_PC);      \
    }                                                                                                                  \
    extern "C" void name##_pc(void* address, void* pc) {                                                               \
        if (listening) [[unlikely]]                                                                                    \
            listening->action(reinterpret_cast<std::uint64_t>(address), size, reinterpret_cast<std::uint64_t>(pc));    \
    }

/// Reads are entered by entry.S, which comes here only while somebody listens, with the caller's registers kept: a thread
/// that reads the same again and again, in the same state, waits for plain memory to change.
#define HEDDLE_READ(name, size, action)                                                                                \
    extern "C" void heddle_##name(void* address) {                                                                     \
        listening->action(reinterpret_cast<std::uint64_t>(address), size, HEDDLE_PC);                                  \
    }                                                                                                                  \
    extern "C" void name##_pc(void* address, void* pc) {                                                               \
        if (listening) [[unlikely]]                                                                                    \
            listening->plain_read(reinterpret_cast<std::uint64_t>(address), size, reinterpret_cast<std::uint64_t>(pc)); \
    }

#define HEDDLE_READ_WRITE(name, size)                                                                                  \
    extern "C" void name(void* address) {                                                                              \
        if (!listening) [[likely]] return;                                                                             \
        listening->plain_update(reinterpret_cast<std::uint64_t>(address), size, HEDDLE_PC);                            \
    }

#define HEDDLE_SIZE(size)                                                                                              \
    HEDDLE_READ(__tsan_read##size, size, program_read)                                                                         \
    HEDDLE_ACCESS(__tsan_write##size, size, plain_write)                                                               \
    HEDDLE_READ(__tsan_unaligned_read##size, size, program_read)                                                               \
    HEDDLE_ACCESS(__tsan_unaligned_write##size, size, plain_write)                                                     \
    HEDDLE_READ(__tsan_volatile_read##size, size, volatile_read)                                                               \
    HEDDLE_ACCESS(__tsan_volatile_write##size, size, volatile_write)                                                      \
    HEDDLE_READ(__tsan_unaligned_volatile_read##size, size, volatile_read)                                                     \
    HEDDLE_ACCESS(__tsan_unaligned_volatile_write##size, size, volatile_write)                                            \
    HEDDLE_READ_WRITE(__tsan_read_write##size, size)                                                                   \
    HEDDLE_READ_WRITE(__tsan_unaligned_read_write##size, size)

HEDDLE_SIZE(1)
HEDDLE_SIZE(2)
HEDDLE_SIZE(4)
HEDDLE_SIZE(8)
HEDDLE_SIZE(16)

extern "C" void __tsan_read_range(void* address, unsigned long size) { plain_read(address, size, HEDDLE_PC); }
extern "C" void __tsan_write_range(void* address, unsigned long size) { plain_write(address, size, HEDDLE_PC); }
extern "C" void __tsan_read_range_pc(void* address, unsigned long size, void* pc) {
    plain_read(address, size, reinterpret_cast<std::uint64_t>(pc));
}
extern "C" void __tsan_write_range_pc(void* address, unsigned long size, void* pc) {
    plain_write(address, size, reinterpret_cast<std::uint64_t>(pc));
}

// A constructor or destructor writes the vtable pointer; most of these writes change nothing.
extern "C" void __tsan_vptr_update(void** vptr, void* value) {
    if (!listening) return;
    if (*vptr != value) plain_write(vptr, sizeof *vptr, HEDDLE_PC);
    else announced.note(reinterpret_cast<std::uint64_t>(vptr), sizeof *vptr, true);
}
extern "C" void __tsan_vptr_read(void** vptr) { plain_read(vptr, sizeof *vptr, HEDDLE_PC); }

extern "C" void __tsan_func_entry(void* caller) {
    Fiber& fiber = current();
    if (fiber.depth < fiber.max_depth) fiber.calls[fiber.depth] = reinterpret_cast<std::uint64_t>(caller);
    if (frames_kept) [[unlikely]] {
        const auto* own = static_cast<const std::uint64_t*>(__builtin_frame_address(0)); // its rbp, our return address
        note_frame(fiber, {reinterpret_cast<std::uint64_t>(caller), HEDDLE_PC, reinterpret_cast<std::uint64_t>(own + 2), own[0]});
    }
    if (stacks_are_cleared) [[unlikely]]
        clear_new_frame(HEDDLE_PC, reinterpret_cast<std::uint64_t>(static_cast<const std::uint64_t*>(__builtin_frame_address(0)) + 2));
    ++fiber.depth;
    const auto stack_pointer = reinterpret_cast<std::uint64_t>(__builtin_frame_address(0));
    if (stack_pointer < fiber.lowest) fiber.lowest = stack_pointer;
}
namespace {

/// A function returns whose own mutex the thread holds: nobody can unlock it any more. (Of a mutex in an inlined function's scope, the
/// function that contains it.) @param rsp, rbp the caller's, which `pc` is in
[[gnu::noinline]] void look_for_dying_mutex(const Fiber& fiber, std::uint64_t pc, std::uint64_t rsp, std::uint64_t rbp) {
    // Where the function jumps to the hook (g++ -O2), its frame is gone, and the hook returns to the caller.
    const bool gone = fiber.depth < fiber.max_depth && fiber.calls[fiber.depth] == pc;
    std::uint64_t end = gone ? rsp : 0; // of the function's frame
    for (std::uint32_t i = 0; i < fiber.held_count; ++i) {
        const std::uint64_t mutex = fiber.held[i].address;
        if (mutex < fiber.stack_bottom || mutex >= fiber.stack_top) continue;
        if (!end) {
            EngineScope scope;
            end = heddle::program::Module::loaded()->symbols().frame_cfa(pc, rsp, rbp).value_or(rsp);
        }
        if (mutex < end) fail(heddle::Verdict::misuse, pc, "a mutex that is a local variable ends while it is locked");
    }
}

} // namespace

extern "C" void __tsan_func_exit() {
    Fiber& fiber = current();
    if (fiber.depth > 0) --fiber.depth;
    if (fiber.held_count && recording) [[unlikely]] {
        const auto* own = static_cast<const std::uint64_t*>(__builtin_frame_address(0));
        look_for_dying_mutex(fiber, HEDDLE_PC, reinterpret_cast<std::uint64_t>(own + 2), own[0]);
    }
}

extern "C" void __tsan_init() { heddle::program::Module::initialising(__builtin_return_address(0)); }

// Accesses that the author asked not to be told of, and annotations for the sanitizer's own happens-before.
extern "C" void __tsan_ignore_thread_begin() {}
extern "C" void __tsan_ignore_thread_end() {}
extern "C" void __tsan_acquire(void*) {}
extern "C" void __tsan_release(void*) {}
extern "C" void __tsan_mutex_create(void*, unsigned) {}
extern "C" void __tsan_mutex_destroy(void*, unsigned) {}
extern "C" void __tsan_mutex_pre_lock(void*, unsigned) {}
extern "C" void __tsan_mutex_post_lock(void*, unsigned, int) {}
extern "C" int __tsan_mutex_pre_unlock(void*, unsigned) { return 0; }
extern "C" void __tsan_mutex_post_unlock(void*, unsigned) {}
extern "C" void __tsan_mutex_pre_signal(void*, unsigned) {}
extern "C" void __tsan_mutex_post_signal(void*, unsigned) {}
extern "C" void __tsan_mutex_pre_divert(void*, unsigned) {}
extern "C" void __tsan_mutex_post_divert(void*, unsigned) {}
extern "C" void AnnotateHappensBefore(const char*, int, const volatile void*) {}
extern "C" void AnnotateHappensAfter(const char*, int, const volatile void*) {}
extern "C" void AnnotateIgnoreReadsBegin(const char*, int) {}
extern "C" void AnnotateIgnoreReadsEnd(const char*, int) {}
extern "C" void AnnotateIgnoreWritesBegin(const char*, int) {}
extern "C" void AnnotateIgnoreWritesEnd(const char*, int) {}
