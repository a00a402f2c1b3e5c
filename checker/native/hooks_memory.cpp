// The heap, and mappings. The memory is the C library's; here it is noted who got which block where, and what was known
// of earlier uses of that memory is forgotten.
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>

#include <malloc.h>
#include <sys/mman.h>

#include "native/accesses.hpp"
#include "native/allocating.hpp"
#include "native/heap.hpp"
#include "native/hook.hpp"
#include "native/inside.hpp"
#include "native/process.hpp"
#include "native/real.hpp"
#include "native/recorder.hpp"
#include "native/sync.hpp"

namespace heddle::native {
namespace {

std::uint64_t number_of(const volatile void* p) { return reinterpret_cast<std::uint64_t>(p); }

/// Called by the program itself, not on its behalf by a library.
bool by_program(std::uint64_t pc) { return pc - module_begin < module_end - module_begin; }

void* got(void* block, std::size_t size, std::uint64_t pc, Family family = Family::malloc) {
    if (!block) return block;
    if (!watching()) { // may still reach the program
        if (board) forget_accesses(number_of(block), size);
        return block;
    }
    const Inside inside;
    if (signal_handlers) found_in_signal_handler(pc);
    add_block(number_of(block), size ? size : 1, by_program(pc) ? family : Family::unknown, pc);
    if (allocations_are_told()) tell_allocated(block, size);
    return block;
}

/// @return whether it can be freed: not twice
bool given_back(void* block, std::uint64_t pc, Family family = Family::malloc) {
    if (!block || !watching()) return true;
    if (signal_handlers) found_in_signal_handler(pc);
    if (allocations_are_told()) tell_freed(block);
    return drop_block(number_of(block), by_program(pc) ? family : Family::unknown, pc, by_program(pc));
}

void* allocate(std::size_t size) { return got(std::malloc(size), size, HEDDLE_CALLER); }
void* allocate_zeroed(std::size_t count, std::size_t size) { return got(std::calloc(count, size), count * size, HEDDLE_CALLER); }
void* allocate_aligned(std::size_t alignment, std::size_t size) { return got(memalign(alignment, size), size, HEDDLE_CALLER); }
void* allocate_pages(std::size_t size) { return got(valloc(size), size, HEDDLE_CALLER); }
void* allocate_whole_pages(std::size_t size) {
    void* block = pvalloc(size);
    return got(block, block ? malloc_usable_size(block) : 0, HEDDLE_CALLER);
}
/// What was asked for: the rest, which the C library would let the program use, is known as no part of the block.
std::size_t usable_size(void* block) {
    Block known;
    if (block && find_block(number_of(block), known) && known.start == number_of(block) && !known.freed) return known.size;
    return malloc_usable_size(block);
}
int allocate_posix(void** result, std::size_t alignment, std::size_t size) {
    const int error = posix_memalign(result, alignment, size);
    if (error == 0) got(*result, size, HEDDLE_CALLER);
    return error;
}
void release(void* block) {
    if (given_back(block, HEDDLE_CALLER)) std::free(block);
}
void* reallocate(void* block, std::size_t size) {
    const std::uint64_t pc = HEDDLE_CALLER;
    if (!block) return got(std::realloc(nullptr, size), size, pc);
    if (!watching()) return std::realloc(block, size);
    if (size == 0) return given_back(block, pc) ? std::realloc(block, 0) : nullptr;
    // A copy: what the new place was before, and what becomes of the old one, are seen like any other allocation.
    const std::size_t old = malloc_usable_size(block);
    void* moved = got(std::malloc(size), size, pc);
    if (!moved) return nullptr;
    std::memcpy(moved, block, old < size ? old : size);
    if (given_back(block, pc)) std::free(block);
    return moved;
}
void* reallocate_array(void* block, std::size_t count, std::size_t size) {
    std::size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) return errno = ENOMEM, nullptr;
    return reallocate(block, bytes);
}

// --- operators new and delete ---

void* make(std::size_t size, Family family, std::uint64_t pc) {
    for (;;) {
        if (void* block = std::malloc(size ? size : 1)) return got(block, size, pc, family);
        const std::new_handler handler = std::get_new_handler();
        if (!handler) throw std::bad_alloc();
        handler();
    }
}
void* make_aligned(std::size_t size, std::size_t alignment, Family family, std::uint64_t pc) {
    for (;;) {
        if (void* block = memalign(alignment, size ? size : 1)) return got(block, size, pc, family);
        const std::new_handler handler = std::get_new_handler();
        if (!handler) throw std::bad_alloc();
        handler();
    }
}

template <Family family>
void* op_new(std::size_t size) {
    return make(size, family, HEDDLE_CALLER);
}
template <Family family>
void* op_new_nothrow(std::size_t size, const std::nothrow_t&) {
    return got(std::malloc(size ? size : 1), size, HEDDLE_CALLER, family);
}
template <Family family>
void* op_new_aligned(std::size_t size, std::align_val_t a) {
    return make_aligned(size, static_cast<std::size_t>(a), family, HEDDLE_CALLER);
}
template <Family family>
void* op_new_aligned_nothrow(std::size_t size, std::align_val_t a, const std::nothrow_t&) {
    return got(memalign(static_cast<std::size_t>(a), size ? size : 1), size, HEDDLE_CALLER, family);
}
template <Family family>
void op_delete(void* block) {
    if (given_back(block, HEDDLE_CALLER, family)) std::free(block);
}

// --- blocks that the C library makes for the program ---

char* duplicate(const char* text) {
    const std::size_t size = std::strlen(text) + 1;
    access_range(number_of(text), size, Access::read, HEDDLE_CALLER);
    auto* copy = static_cast<char*>(got(std::malloc(size), size, HEDDLE_CALLER));
    return copy ? static_cast<char*>(std::memcpy(copy, text, size)) : nullptr;
}
char* duplicate_part(const char* text, std::size_t most) {
    const std::size_t size = strnlen(text, most);
    access_range(number_of(text), size < most ? size + 1 : size, Access::read, HEDDLE_CALLER);
    auto* copy = static_cast<char*>(got(std::malloc(size + 1), size + 1, HEDDLE_CALLER));
    if (!copy) return nullptr;
    std::memcpy(copy, text, size);
    copy[size] = 0;
    return copy;
}

// --- mappings ---

void fresh(void* memory, std::size_t size) {
    if (memory == MAP_FAILED || !watching()) return;
    const Inside inside;
    forget_accesses(number_of(memory), size);
    forget_syncs(number_of(memory), size);
}
void* map(void* where, std::size_t size, int protection, int flags, int file, off_t offset) {
    void* memory = HEDDLE_NATIVE(mmap)(where, size, protection, flags, file, offset);
    fresh(memory, size);
    return memory;
}
int unmap(void* memory, std::size_t size) {
    if (watching()) access_range(number_of(memory), size < 1024 ? size : 1024, Access::write, HEDDLE_CALLER);
    if (watching()) drain(*me);
    const int result = HEDDLE_NATIVE(munmap)(memory, size);
    if (result == 0) fresh(memory, size);
    return result;
}

} // namespace

/// Of every library: the C library's own blocks reach the program, and go back through it.
std::span<const Hook> allocation_hooks() {
    static const Hook hooks[]{
        hook("malloc_usable_size", usable_size), hook("malloc", allocate), hook("calloc", allocate_zeroed), hook("free", release), hook("cfree", release),
        hook("realloc", reallocate), hook("reallocarray", reallocate_array), hook("memalign", allocate_aligned), hook("__libc_memalign", allocate_aligned),
        hook("aligned_alloc", allocate_aligned), hook("posix_memalign", allocate_posix),
        hook("valloc", allocate_pages), hook("pvalloc", allocate_whole_pages),
    };
    return hooks;
}

std::span<const Hook> memory_hooks() {
    static const Hook hooks[]{
        hook("_Znwm", op_new<Family::new_object>), hook("_Znam", op_new<Family::new_array>), hook("_ZnwmRKSt9nothrow_t", op_new_nothrow<Family::new_object>),
        hook("_ZnamRKSt9nothrow_t", op_new_nothrow<Family::new_array>), hook("_ZnwmSt11align_val_t", op_new_aligned<Family::new_object>),
        hook("_ZnamSt11align_val_t", op_new_aligned<Family::new_array>), hook("_ZnwmSt11align_val_tRKSt9nothrow_t", op_new_aligned_nothrow<Family::new_object>),
        hook("_ZnamSt11align_val_tRKSt9nothrow_t", op_new_aligned_nothrow<Family::new_array>),
        hook("_ZdlPv", op_delete<Family::new_object>), hook("_ZdaPv", op_delete<Family::new_array>), hook("_ZdlPvm", op_delete<Family::new_object>), hook("_ZdaPvm", op_delete<Family::new_array>),
        hook("_ZdlPvSt11align_val_t", op_delete<Family::new_object>), hook("_ZdaPvSt11align_val_t", op_delete<Family::new_array>),
        hook("_ZdlPvmSt11align_val_t", op_delete<Family::new_object>), hook("_ZdaPvmSt11align_val_t", op_delete<Family::new_array>),
        hook("_ZdlPvRKSt9nothrow_t", op_delete<Family::new_object>), hook("_ZdaPvRKSt9nothrow_t", op_delete<Family::new_array>),
        hook("strdup", duplicate), hook("__strdup", duplicate), hook("strndup", duplicate_part), hook("__strndup", duplicate_part),
        hook("mmap", map), hook("mmap64", map), hook("munmap", unmap),
    };
    return hooks;
}

} // namespace heddle::native
