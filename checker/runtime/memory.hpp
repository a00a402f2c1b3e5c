// Where the program's memory lies: one slice of the address space a thread, always the same one, holding its stack, its
// thread-local storage and its heap; and one for what static constructors allocate.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "program/module.hpp"
#include "runtime/arena.hpp"
#include "runtime/fiber.hpp"
#include "runtime/library_memory.hpp"

namespace heddle::runtime {

/// A slice, from its start: a guard, the stack (downwards), thread-local storage, the heap; at its end, where the program asks
/// for more stack than usual, that stack above a guard. Only what is used is mapped, so that little address space goes far.
namespace slice {
inline constexpr std::uint64_t base = 0x10000000000, shift = 34, size = std::uint64_t{1} << shift;
inline constexpr std::uint64_t count = max_threads + 1;
inline constexpr std::uint64_t constructors = max_threads; ///< the slice that belongs to no thread
inline constexpr std::uint64_t guard = 1 << 16;
inline constexpr std::uint64_t stack = 8 << 20;                ///< as Linux gives to main and glibc to others
inline constexpr std::uint64_t most_stack = std::uint64_t{4} << 30; ///< that a thread may ask for
inline constexpr std::uint64_t tls = 16 << 20;
inline constexpr std::uint64_t heap = 32 << 20;

constexpr std::uint64_t start_of(std::uint64_t index) { return base + (index << shift); }
constexpr bool holds(std::uint64_t address) { return address - base < count * size; }
constexpr std::uint64_t index_of(std::uint64_t address) { return (address - base) >> shift; }
} // namespace slice

class Memory {
public:
    /// The thread's fiber; its stack is mapped when first asked for. Throws OutOfResources.
    Fiber& fiber(ThreadId thread);
    /// Before the fiber starts: a stack of at least so many bytes (0: the usual one). Throws OutOfResources.
    void give_stack(Fiber& fiber, std::uint64_t size);
    /// Null when that thread has never been started in this process.
    Fiber* known(std::uint64_t thread) const { return thread < max_threads ? fibers_[thread] : nullptr; }

    /// The heap of static constructors.
    Arena& constructors_heap();

    /// The heap that the address would be in, or null.
    Arena* heap_at(std::uint64_t address);
    Arena::Block* block_at(std::uint64_t address);

    /// From now on reset() puts back what the constructors' heap holds now.
    void remember_constructors_heap();

    /// From now on thread 0 starts with the thread-local storage that the calling OS thread has now.
    void remember_main_tls(const program::Module& module);
    /// Puts the calling OS thread's thread-local storage back to how it began.
    static void forget_outside_tls(const program::Module& module);

    void note_started(Fiber& fiber) { started_.push_back(&fiber); }
    /// Since the last reset, in order.
    const std::vector<Fiber*>& started() const { return started_; }
    /// Clears what the fibers started since the last reset have used.
    void reset();
    /// Puts the module's initial thread-local storage in place, before the fiber starts. Throws OutOfResources.
    void fill_tls(Fiber& fiber, const program::Module& module);

    /// What the byte range holds at the start of every run; only for addresses in slices.
    void at_start(std::uint64_t address, std::size_t size, const program::Module& module, std::byte* out) const;

private:
    Fiber* fibers_[max_threads] = {};
    std::uint64_t tls_mapped_[max_threads] = {};     ///< bytes
    std::uint64_t large_stacks_[max_threads] = {};   ///< lowest mapped address of the stack at the slice's end; 0: none
    std::vector<Fiber*> started_; ///< since reset
    Arena heaps_[slice::count];
    bool constructors_placed_ = false;
    std::vector<std::byte> constructors_initial_;
    std::vector<bool> constructors_freed_;

    std::vector<std::byte> main_tls_; ///< thread 0 goes on with what static constructors did to theirs
};

extern Memory the_memory; // one program a process; the hooks have nobody else to ask
inline Memory& memory() { return the_memory; }

/// Bounds of the program's writable data, for a quick look: see Machine::owns for the exact answer.
struct DataBounds {
    std::uint64_t low = 0, size = 0;
    bool holds(std::uint64_t address) const { return address - low < size; }
};
extern DataBounds module_data;

/// Whether reset() puts the address back, as far as a quick look tells.
inline bool in_program_memory(std::uint64_t address) {
    return slice::holds(address) || module_data.holds(address) || library_memory::holds(address);
}

} // namespace heddle::runtime
