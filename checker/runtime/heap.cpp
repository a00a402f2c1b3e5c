#include "runtime/heap.hpp"

#include <malloc.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>

#include "program/module.hpp"
#include "runtime/exception_memory.hpp"
#include "runtime/hooks.hpp"
#include "runtime/memory.hpp"

namespace heddle::runtime {

namespace {

/// "allocated at queue.cpp:12" with `what` before it, or nothing when the line is not known.
std::string at_place(const char* what, std::uint64_t pc) {
    const program::Module* const module = program::Module::loaded();
    if (!module || !pc) return {};
    EngineScope scope;
    const SourceSite site = module->symbols().site_of_return_address(pc);
    return site.known() ? what + short_place(site) : std::string();
}

std::string allocated_at(const Arena::Block& block) { return at_place(" allocated at ", block.allocated_at); }

const char* name_of(AllocatedBy how) {
    constexpr const char* names[]{"malloc", "new", "new[]"};
    return names[std::size_t(how)];
}

const char* name_of_release(AllocatedBy how) {
    constexpr const char* names[]{"free", "delete", "delete[]"};
    return names[std::size_t(how)];
}

std::string bytes(std::uint64_t count) {
    EngineScope scope; // the text is ours, also where it is long
    return std::to_string(count) + (count == 1 ? " byte" : " bytes");
}

/// "16 bytes behind a block of 8 bytes allocated at queue.cpp:12"
std::string beside_block(Arena& heap, std::uint64_t address) {
    Arena::Block* const before = heap.last_before(address);
    Arena::Block* const after = before ? before + 1 : &heap.block(0);
    const bool has_after = after < &heap.block(0) + heap.count();
    // Red zones are equal, so the nearer of the two is the one that is meant.
    if (has_after && (!before || after->start - address < address - (before->start + before->size)))
        return bytes(after->start - address) + " before a block of " + bytes(after->size) + allocated_at(*after);
    if (!before) return "in a part of the heap where nothing is allocated";
    const std::uint64_t beyond = address - (before->start + before->size);
    return (beyond ? bytes(beyond) : "right") + " behind a block of " + bytes(before->size) + allocated_at(*before);
}

} // namespace

void check_bounds(std::uint64_t address, std::size_t size, bool writes, std::uint64_t pc) {
    Arena* const heap = memory().heap_at(address);
    if (!heap || address < heap->begin() || address >= heap->end()) return;
    const Arena::Block* const block = heap->find(address);
    if (block && size <= block->start + block->size - address) return;
    // Library code that is followed may read a few bytes too many on purpose, as long as they are on the same page.
    if (!writes && current().followed_count) return;
    std::string where;
    {
        EngineScope scope;
        where = beside_block(*heap, block ? block->start + block->size : address);
    }
    fail(Verdict::memory, pc, "out of bounds: %s %s %s %s", bytes(size).c_str(), size == 1 ? "is" : "are", writes ? "written" : "read", where.c_str());
}

void* allocate_for_program(std::size_t size, std::size_t alignment, AllocatedBy how, std::uint64_t pc) {
    Arena& heap = on_fiber() ? *current().heap : memory().constructors_heap();
    void* block = heap.allocate(size, alignment, program_pc(pc), how);
    constexpr std::size_t address_space = std::size_t{1} << 46; // more than half of it is never to be had
    // A null would be a failure that the program does not have on a real machine, where what it frees is used again.
    if (!block && size < address_space && on_fiber())
        fail(Verdict::unsupported, pc, "a block of %lu MiB: a thread may allocate %lu MiB in one execution", size >> 20,
             (slice::size - slice::heap - slice::most_stack) >> 20);
    return block;
}

bool is_program_block(const void* block) { return slice::holds(reinterpret_cast<std::uint64_t>(block)); }

void release_for_program(void* block, AllocatedBy how, std::uint64_t pc) {
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
        fail(Verdict::memory, pc, "double free of a block of %s%s", bytes(found->size).c_str(), at_place(", freed at ", found->freed_at).c_str());
    }
    if (found->how != how && in_program)
        fail(Verdict::memory, pc, "a block of %s%s is from %s and given to %s", bytes(found->size).c_str(), allocated_at(*found).c_str(),
             name_of(found->how), name_of_release(how));
    found->freed = true;
    found->freed_at = program_pc(pc);
    if (listening) listening->release(found->start, found->size, program_pc(pc));
}

} // namespace heddle::runtime

using namespace heddle;
using namespace heddle::runtime;

// malloc and its family, for calls made by the program itself: its imports are bound to these (imports.cpp). libc's own
// allocations go to the real ones.

extern "C" void* heddle_malloc(std::size_t size) {
    if (!in_program) return std::malloc(size);
    void* block = allocate_for_program(size, 16, AllocatedBy::malloc, HEDDLE_PC);
    if (!block) errno = ENOMEM;
    return block;
}

extern "C" void* heddle_calloc(std::size_t count, std::size_t size) {
    std::size_t bytes = 0;
    if (!in_program) return std::calloc(count, size);
    if (__builtin_mul_overflow(count, size, &bytes)) return nullptr;
    return allocate_for_program(bytes, 16, AllocatedBy::malloc, HEDDLE_PC);
}

extern "C" void heddle_free(void* block) {
    if (!block) return;
    if (is_program_block(block)) release_for_program(block, AllocatedBy::malloc, HEDDLE_PC);
    else if (in_program && memory().heap_at(reinterpret_cast<std::uint64_t>(block)) == nullptr &&
             in_program_memory(reinterpret_cast<std::uint64_t>(block)))
        fail(Verdict::memory, HEDDLE_PC, "invalid free: %p is not on the heap", block);
    else std::free(block); // from a function of libc, say getline
}

extern "C" void* heddle_realloc(void* block, std::size_t size) {
    const std::uint64_t pc = HEDDLE_PC;
    if (!in_program || (block && !is_program_block(block))) return std::realloc(block, size);
    if (!block) return allocate_for_program(size, 16, AllocatedBy::malloc, pc);
    const Arena::Block* old = memory().block_at(reinterpret_cast<std::uint64_t>(block));
    const std::size_t old_size = old ? old->size : 0;
    if (!size) {
        release_for_program(block, AllocatedBy::malloc, pc);
        return nullptr;
    }
    void* fresh = allocate_for_program(size, 16, AllocatedBy::malloc, pc);
    if (!fresh) return nullptr;
    const std::size_t kept = old_size < size ? old_size : size;
    plain_read(block, kept, pc);
    plain_write(fresh, kept, pc);
    std::memcpy(fresh, block, kept);
    release_for_program(block, AllocatedBy::malloc, pc);
    return fresh;
}

extern "C" void* heddle_aligned_alloc(std::size_t alignment, std::size_t size) {
    if (!in_program) return std::aligned_alloc(alignment, size);
    return allocate_for_program(size, alignment, AllocatedBy::malloc, HEDDLE_PC);
}

extern "C" int heddle_posix_memalign(void** block, std::size_t alignment, std::size_t size) {
    if (!in_program) return posix_memalign(block, alignment, size);
    if (alignment < sizeof(void*) || (alignment & (alignment - 1))) return EINVAL;
    void* fresh = allocate_for_program(size, alignment, AllocatedBy::malloc, HEDDLE_PC);
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

void* allocate(std::size_t size, std::size_t alignment, AllocatedBy how, std::uint64_t pc) {
    if (in_program && exception_memory::is_text_of_exception(pc))
        if (void* block = exception_memory::allocate(size)) return block;
    if (in_program) return allocate_for_program(size, alignment, how, pc);
    return alignment <= 16 ? std::malloc(size ? size : 1) : std::aligned_alloc(alignment, (size + alignment - 1) & -alignment);
}

void* allocate_or_throw(std::size_t size, std::size_t alignment, AllocatedBy how, std::uint64_t pc) {
    void* block = allocate(size, alignment, how, pc);
    if (!block) throw std::bad_alloc();
    return block;
}

void release(void* block, AllocatedBy how, std::uint64_t pc) {
    if (exception_memory::holds(block)) return;
    if (is_program_block(block)) release_for_program(block, how, pc);
    else if (in_program && in_program_memory(reinterpret_cast<std::uint64_t>(block)))
        fail(Verdict::memory, pc, "invalid delete: %p is not on the heap", block);
    else std::free(block);
}

} // namespace

void* operator new(std::size_t size) { return allocate_or_throw(size, 16, AllocatedBy::new_object, HEDDLE_PC); }
void* operator new[](std::size_t size) { return allocate_or_throw(size, 16, AllocatedBy::new_array, HEDDLE_PC); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return allocate(size, 16, AllocatedBy::new_object, HEDDLE_PC); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return allocate(size, 16, AllocatedBy::new_array, HEDDLE_PC); }
void* operator new(std::size_t size, std::align_val_t a) { return allocate_or_throw(size, std::size_t(a), AllocatedBy::new_object, HEDDLE_PC); }
void* operator new[](std::size_t size, std::align_val_t a) { return allocate_or_throw(size, std::size_t(a), AllocatedBy::new_array, HEDDLE_PC); }
void* operator new(std::size_t size, std::align_val_t a, const std::nothrow_t&) noexcept {
    return allocate(size, std::size_t(a), AllocatedBy::new_object, HEDDLE_PC);
}
void* operator new[](std::size_t size, std::align_val_t a, const std::nothrow_t&) noexcept {
    return allocate(size, std::size_t(a), AllocatedBy::new_array, HEDDLE_PC);
}
void operator delete(void* block) noexcept { if (block) release(block, AllocatedBy::new_object, HEDDLE_PC); }
void operator delete[](void* block) noexcept { if (block) release(block, AllocatedBy::new_array, HEDDLE_PC); }
void operator delete(void* block, std::size_t) noexcept { if (block) release(block, AllocatedBy::new_object, HEDDLE_PC); }
void operator delete[](void* block, std::size_t) noexcept { if (block) release(block, AllocatedBy::new_array, HEDDLE_PC); }
void operator delete(void* block, const std::nothrow_t&) noexcept { if (block) release(block, AllocatedBy::new_object, HEDDLE_PC); }
void operator delete[](void* block, const std::nothrow_t&) noexcept { if (block) release(block, AllocatedBy::new_array, HEDDLE_PC); }
void operator delete(void* block, std::align_val_t) noexcept { if (block) release(block, AllocatedBy::new_object, HEDDLE_PC); }
void operator delete[](void* block, std::align_val_t) noexcept { if (block) release(block, AllocatedBy::new_array, HEDDLE_PC); }
void operator delete(void* block, std::size_t, std::align_val_t) noexcept { if (block) release(block, AllocatedBy::new_object, HEDDLE_PC); }
void operator delete[](void* block, std::size_t, std::align_val_t) noexcept { if (block) release(block, AllocatedBy::new_array, HEDDLE_PC); }
void operator delete(void* block, std::align_val_t, const std::nothrow_t&) noexcept { if (block) release(block, AllocatedBy::new_object, HEDDLE_PC); }
void operator delete[](void* block, std::align_val_t, const std::nothrow_t&) noexcept { if (block) release(block, AllocatedBy::new_array, HEDDLE_PC); }
