// What stands behind the hooks: the explored backend (one fiber at a time, every value decided by the explorer) or the
// native one (real threads). Hooks translate the ABI into these calls and nothing else.
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/invariants.hpp"
#include "runtime/operation.hpp"

namespace heddle::runtime {

class Backend {
public:
    virtual ~Backend() = default;

    /// Performs a visible operation of the calling thread and returns its result. May not return (the run is given up).
    virtual Value perform(const Operation& operation) = 0;

    /// A plain access is about to happen. `pc` is the return address in the program.
    virtual void plain_read(std::uint64_t address, std::size_t size, std::uint64_t pc) = 0;
    /// The same, by the program's own code: the caller's registers are in the current fiber.
    virtual void program_read(std::uint64_t address, std::size_t size, std::uint64_t pc) { plain_read(address, size, pc); }
    /// The thread lets others run, which is no visible operation; the caller's registers are in the current fiber.
    virtual void pause(std::uint64_t) {}
    virtual void plain_write(std::uint64_t address, std::size_t size, std::uint64_t pc) = 0;

    /// The same of volatile objects, in programs that tell them apart. Reads are entered with the caller's registers kept.
    virtual void volatile_read(std::uint64_t address, std::size_t size, std::uint64_t pc) { program_read(address, size, pc); }
    virtual void volatile_write(std::uint64_t address, std::size_t size, std::uint64_t pc) { plain_write(address, size, pc); }
    /// A read and a write by one instruction.
    virtual void plain_update(std::uint64_t address, std::size_t size, std::uint64_t pc) {
        plain_read(address, size, pc);
        plain_write(address, size, pc);
    }

    /// Whether plain accesses to some of these bytes are visible operations.
    virtual bool is_visible(std::uint64_t, std::uint64_t) const { return false; }
    /// A plain access to the program's memory that no hook has announced is about to happen.
    virtual void unhooked_access(std::uint64_t address, std::uint64_t size, bool writes, std::uint64_t pc) = 0;

    /// A heap block was freed.
    virtual void release(std::uint64_t address, std::size_t size, std::uint64_t pc) = 0;

    /// Something that invariants can notice and other threads cannot.
    virtual void note(const Note&) {}

    /// The thread is about to end: whatever it announced has happened.
    virtual void settle() {}

    /// The program called a function whose effect on memory is unknown.
    virtual void opaque_call(const char* name) = 0;
};

/// The backend that the hooks talk to; null while no program runs (hooks then act natively, as in static constructors).
extern Backend* backend;

} // namespace heddle::runtime
