#include "runtime/memory.hpp"

#include <cstring>

#include <fmt/format.h>
#include <sys/mman.h>

#include "core/error.hpp"

extern "C" void* __tls_get_addr(void* index); // the loader's

namespace heddle::runtime {

DataBounds module_data;

constinit Memory the_memory;

namespace {

void map(std::uint64_t begin, std::uint64_t end, std::uint64_t thread, const char* what) {
    if (!map_pages(begin, end))
        throw OutOfResources(fmt::format("there is no address space for the {} of thread {} ({} KiB)", what, thread,
                                         (end - begin) >> 10));
}

constexpr std::uint64_t page = 4096;
constexpr std::uint64_t page_up(std::uint64_t bytes) { return (bytes + page - 1) & ~(page - 1); }

/// Stacks of different threads start at different distances from a power of two: they are all in use at once, and
/// would otherwise compete for the same few cache lines.
std::uint64_t colour(ThreadId thread) { return (thread * std::uint64_t{1344}) & 0xffc0; }

constexpr std::uint32_t max_depth = 1 << 16;

/// How far below the lowest stack pointer seen by a hook the program may have written (functions without hooks).
constexpr std::uint64_t slack = 2048;

} // namespace

Fiber& Memory::fiber(ThreadId thread) {
    if (thread >= max_threads) throw InternalError("too many threads");
    if (fibers_[thread]) return *fibers_[thread];
    const std::uint64_t start = slice::start_of(thread);
    map(start + slice::guard, start + slice::guard + slice::stack, thread, "stack");
    // Address space only: pages come with use.
    void* calls = mmap(nullptr, max_depth * sizeof(std::uint64_t), PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (calls == MAP_FAILED)
        throw OutOfResources(fmt::format("there is no address space for the calls of thread {}", thread));
    auto* fiber = new Fiber;
    fiber->number = thread;
    fiber->stack_bottom = start + slice::guard;
    fiber->stack_top = start + slice::guard + slice::stack - colour(thread);
    fiber->calls = static_cast<std::uint64_t*>(calls);
    fiber->max_depth = max_depth;
    fiber->tls = reinterpret_cast<std::byte*>(start + slice::tls);
    heaps_[thread].place(start + slice::heap, start + slice::size - slice::most_stack - slice::guard);
    fiber->heap = &heaps_[thread];
    std::memset(fiber->key_values, 0, sizeof fiber->key_values);
    fiber->forget();
    fibers_[thread] = fiber;
    return *fiber;
}

void Memory::give_stack(Fiber& fiber, std::uint64_t size) {
    const std::uint64_t start = slice::start_of(fiber.number), end = start + slice::size;
    if (size <= slice::stack) {
        fiber.stack_bottom = start + slice::guard;
        fiber.stack_top = start + slice::guard + slice::stack - colour(fiber.number);
    } else {
        if (size > slice::most_stack)
            throw OutOfResources(fmt::format("thread {} asks for a stack of {} MiB; {} MiB are the most", fiber.number,
                                             size >> 20, slice::most_stack >> 20));
        const std::uint64_t bottom = end - page_up(size + colour(fiber.number));
        std::uint64_t& mapped = large_stacks_[fiber.number];
        if (!mapped || bottom < mapped) {
            map(bottom, mapped ? mapped : end, fiber.number, "stack");
            mapped = bottom;
        }
        fiber.stack_bottom = bottom;
        fiber.stack_top = end - colour(fiber.number);
    }
    fiber.lowest = fiber.stack_top;
}

Arena& Memory::constructors_heap() {
    Arena& heap = heaps_[slice::constructors];
    if (!constructors_placed_) {
        const std::uint64_t start = slice::start_of(slice::constructors);
        heap.place(start + slice::heap, start + slice::size - slice::most_stack);
        constructors_placed_ = true;
    }
    return heap;
}

Arena* Memory::heap_at(std::uint64_t address) {
    return slice::holds(address) ? &heaps_[slice::index_of(address)] : nullptr;
}

Arena::Block* Memory::block_at(std::uint64_t address) {
    Arena* heap = heap_at(address);
    return heap ? heap->find(address) : nullptr;
}

void Memory::remember_constructors_heap() {
    Arena& heap = constructors_heap();
    const auto* begin = reinterpret_cast<const std::byte*>(heap.begin());
    constructors_initial_.assign(begin, begin + (heap.used_end() - heap.begin()));
    constructors_freed_.clear();
    for (std::size_t i = 0; i < heap.count(); ++i) constructors_freed_.push_back(heap.block(i).freed);
}

namespace {

/// The module's block of the calling OS thread.
std::byte* outside_tls(const program::Module& module) {
    struct { std::size_t module, offset; } index{module.tls_module_id(), 0};
    return static_cast<std::byte*>(__tls_get_addr(&index));
}

} // namespace

void Memory::remember_main_tls(const program::Module& module) {
    main_tls_.clear();
    if (!module.tls_size()) return;
    const std::byte* block = outside_tls(module);
    main_tls_.assign(block, block + module.tls_size());
}

void Memory::forget_outside_tls(const program::Module& module) {
    if (!module.tls_size()) return;
    std::byte* block = outside_tls(module);
    const auto image = module.tls_image();
    if (!image.empty()) std::memcpy(block, image.data(), image.size());
    std::memset(block + image.size(), 0, module.tls_size() - image.size());
}

void Memory::reset() {
    for (Fiber* fiber : started_) {
        fiber->heap->reset();
        std::uint64_t low = fiber->lowest - slack;
        if (low < fiber->stack_bottom || fiber->lowest < slack) low = fiber->stack_bottom;
        std::memset(reinterpret_cast<void*>(low), 0, fiber->stack_top - low);
        fiber->forget();
    }
    started_.clear();
    if (!constructors_initial_.empty()) {
        Arena& heap = constructors_heap();
        std::memcpy(reinterpret_cast<void*>(heap.begin()), constructors_initial_.data(), constructors_initial_.size());
        for (std::size_t i = 0; i < constructors_freed_.size(); ++i) heap.block(i).freed = constructors_freed_[i];
    }
}

void Memory::fill_tls(Fiber& fiber, const program::Module& module) {
    const std::size_t size = module.tls_size();
    if (!size) return;
    if (std::uint64_t& mapped = tls_mapped_[fiber.number]; mapped < size) {
        const auto start = reinterpret_cast<std::uint64_t>(fiber.tls);
        if (size > slice::heap - slice::tls)
            throw OutOfResources(fmt::format("thread-local storage of {} MiB", size >> 20));
        map(start + mapped, start + page_up(size), fiber.number, "thread-local storage");
        mapped = page_up(size);
    }
    if (fiber.number == 0 && main_tls_.size() == size) {
        std::memcpy(fiber.tls, main_tls_.data(), size);
        return;
    }
    const auto image = module.tls_image();
    if (!image.empty()) std::memcpy(fiber.tls, image.data(), image.size());
    std::memset(fiber.tls + image.size(), 0, size - image.size());
}

void Memory::at_start(std::uint64_t address, std::size_t size, const program::Module& module, std::byte* out) const {
    for (std::size_t i = 0; i < size; ++i) {
        const std::uint64_t byte = address + i;
        const std::uint64_t index = slice::index_of(byte), offset = byte - slice::start_of(index);
        out[i] = std::byte{0};
        if (index == slice::constructors) {
            if (offset >= slice::heap && offset - slice::heap < constructors_initial_.size())
                out[i] = constructors_initial_[offset - slice::heap];
        } else if (offset >= slice::tls && offset < slice::heap) {
            const std::uint64_t place = offset - slice::tls;
            const auto image = module.tls_image();
            if (index == 0 && main_tls_.size() == module.tls_size()) {
                if (place < main_tls_.size()) out[i] = main_tls_[place];
            } else if (place < image.size()) {
                out[i] = image[place];
            }
        }
    }
}

} // namespace heddle::runtime
