#include "runtime/heap.hpp"

#include <malloc.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>

#include "runtime/exception_memory.hpp"
#include "runtime/hooks.hpp"
#include "runtime/memory.hpp"

namespace heddle::runtime {

void* allocate_for_program(std::size_t size, std::size_t alignment, std::uint64_t pc) {
    Arena& heap = on_fiber() ? *current().heap : memory().constructors_heap();
    void* block = heap.allocate(size, alignment, program_pc(pc));
    constexpr std::size_t address_space = std::size_t{1} << 46; // more than half of it is never to be had
    // A null would be a failure that the program does not have on a real machine, where what it frees is used again.
    if (!block && size < address_space && on_fiber())
        fail(Verdict::unsupported, pc, "a block of %lu MiB: a thread may allocate %lu MiB in one execution", size >> 20,
             (slice::size - slice::heap - slice::most_stack) >> 20);
    return block;
}

bool is_program_block(const void* block) { return slice::holds(reinterpret_cast<std::uint64_t>(block)); }

void release_for_program(void* block, std::uint64_t pc) {
    const auto address = reinterpret_cast<std::uint64_t>(block);
    Arena::Block* found = memory().block_at(address);
    if (!found || found->start != address) {
        if (!in_program) return; // the engine's own clean-up of what a given-up run has left
        if (found)
            fail(Verdict::memory, pc, "invalid free: %p is %lu bytes into a block of %lu bytes", block,
                 address - found->start, found->size);
        fail(Verdict::memory, pc, "invalid free: %p is not the start of a heap block", block);
    }
    if (found->freed) {
        if (!in_program) return;
        fail(Verdict::memory, pc, "double free of a block of %lu bytes", found->size);
    }
    found->freed = true;
    if (listening) listening->release(found->start, found->size, program_pc(pc));
}

} // namespace heddle::runtime

using namespace heddle;
using namespace heddle::runtime;

// malloc and its family, for calls made by the program itself: its imports are bound to these (imports.cpp). libc's own
// allocations go to the real ones.

extern "C" void* heddle_malloc(std::size_t size) {
    if (!in_program) return std::malloc(size);
    void* block = allocate_for_program(size, 16, HEDDLE_PC);
    if (!block) errno = ENOMEM;
    return block;
}

extern "C" void* heddle_calloc(std::size_t count, std::size_t size) {
    std::size_t bytes = 0;
    if (!in_program) return std::calloc(count, size);
    if (__builtin_mul_overflow(count, size, &bytes)) return nullptr;
    return allocate_for_program(bytes, 16, HEDDLE_PC);
}

extern "C" void heddle_free(void* block) {
    if (!block) return;
    if (is_program_block(block)) release_for_program(block, HEDDLE_PC);
    else if (in_program && memory().heap_at(reinterpret_cast<std::uint64_t>(block)) == nullptr &&
             in_program_memory(reinterpret_cast<std::uint64_t>(block)))
        fail(Verdict::memory, HEDDLE_PC, "invalid free: %p is not on the heap", block);
    else std::free(block); // from a function of libc, say getline
}

extern "C" void* heddle_realloc(void* block, std::size_t size) {
    const std::uint64_t pc = HEDDLE_PC;
    if (!in_program || (block && !is_program_block(block))) return std::realloc(block, size);
    if (!block) return allocate_for_program(size, 16, pc);
    const Arena::Block* old = memory().block_at(reinterpret_cast<std::uint64_t>(block));
    const std::size_t old_size = old ? old->size : 0;
    if (!size) {
        release_for_program(block, pc);
        return nullptr;
    }
    void* fresh = allocate_for_program(size, 16, pc);
    if (!fresh) return nullptr;
    const std::size_t kept = old_size < size ? old_size : size;
    plain_read(block, kept, pc);
    plain_write(fresh, kept, pc);
    std::memcpy(fresh, block, kept);
    release_for_program(block, pc);
    return fresh;
}

extern "C" void* heddle_aligned_alloc(std::size_t alignment, std::size_t size) {
    if (!in_program) return std::aligned_alloc(alignment, size);
    return allocate_for_program(size, alignment, HEDDLE_PC);
}

extern "C" int heddle_posix_memalign(void** block, std::size_t alignment, std::size_t size) {
    if (!in_program) return posix_memalign(block, alignment, size);
    if (alignment < sizeof(void*) || (alignment & (alignment - 1))) return EINVAL;
    void* fresh = allocate_for_program(size, alignment, HEDDLE_PC);
    if (!fresh) return ENOMEM;
    plain_write(block, sizeof *block, HEDDLE_PC);
    *block = fresh;
    return 0;
}

extern "C" std::size_t heddle_malloc_usable_size(void* block) {
    if (!is_program_block(block)) return malloc_usable_size(block);
    const Arena::Block* found = memory().block_at(reinterpret_cast<std::uint64_t>(block));
    return found ? found->size : 0;
}

// operator new and delete, for everybody: libstdc++ allocates in the program's stead.

namespace {

void* allocate(std::size_t size, std::size_t alignment, std::uint64_t pc) {
    if (in_program && exception_memory::is_text_of_exception(pc))
        if (void* block = exception_memory::allocate(size)) return block;
    if (in_program) return allocate_for_program(size, alignment, pc);
    return alignment <= 16 ? std::malloc(size ? size : 1) : std::aligned_alloc(alignment, (size + alignment - 1) & -alignment);
}

void* allocate_or_throw(std::size_t size, std::size_t alignment, std::uint64_t pc) {
    void* block = allocate(size, alignment, pc);
    if (!block) throw std::bad_alloc();
    return block;
}

void release(void* block, std::uint64_t pc) {
    if (exception_memory::holds(block)) return;
    if (is_program_block(block)) release_for_program(block, pc);
    else if (in_program && in_program_memory(reinterpret_cast<std::uint64_t>(block)))
        fail(Verdict::memory, pc, "invalid delete: %p is not on the heap", block);
    else std::free(block);
}

} // namespace

void* operator new(std::size_t size) { return allocate_or_throw(size, 16, HEDDLE_PC); }
void* operator new[](std::size_t size) { return allocate_or_throw(size, 16, HEDDLE_PC); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return allocate(size, 16, HEDDLE_PC); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return allocate(size, 16, HEDDLE_PC); }
void* operator new(std::size_t size, std::align_val_t a) { return allocate_or_throw(size, std::size_t(a), HEDDLE_PC); }
void* operator new[](std::size_t size, std::align_val_t a) { return allocate_or_throw(size, std::size_t(a), HEDDLE_PC); }
void* operator new(std::size_t size, std::align_val_t a, const std::nothrow_t&) noexcept {
    return allocate(size, std::size_t(a), HEDDLE_PC);
}
void* operator new[](std::size_t size, std::align_val_t a, const std::nothrow_t&) noexcept {
    return allocate(size, std::size_t(a), HEDDLE_PC);
}
void operator delete(void* block) noexcept { if (block) release(block, HEDDLE_PC); }
void operator delete[](void* block) noexcept { if (block) release(block, HEDDLE_PC); }
void operator delete(void* block, std::size_t) noexcept { if (block) release(block, HEDDLE_PC); }
void operator delete[](void* block, std::size_t) noexcept { if (block) release(block, HEDDLE_PC); }
void operator delete(void* block, const std::nothrow_t&) noexcept { if (block) release(block, HEDDLE_PC); }
void operator delete[](void* block, const std::nothrow_t&) noexcept { if (block) release(block, HEDDLE_PC); }
void operator delete(void* block, std::align_val_t) noexcept { if (block) release(block, HEDDLE_PC); }
void operator delete[](void* block, std::align_val_t) noexcept { if (block) release(block, HEDDLE_PC); }
void operator delete(void* block, std::size_t, std::align_val_t) noexcept { if (block) release(block, HEDDLE_PC); }
void operator delete[](void* block, std::size_t, std::align_val_t) noexcept { if (block) release(block, HEDDLE_PC); }
void operator delete(void* block, std::align_val_t, const std::nothrow_t&) noexcept { if (block) release(block, HEDDLE_PC); }
void operator delete[](void* block, std::align_val_t, const std::nothrow_t&) noexcept { if (block) release(block, HEDDLE_PC); }
