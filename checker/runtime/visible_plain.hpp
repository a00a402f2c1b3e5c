// --plain-accesses shared: plain accesses to memory that threads share are visible operations, as if they were relaxed
// atomic ones. A read asks for its value and puts it into memory just before the program's own instruction reads it
// there; a write is announced before it happens, so its value is taken from memory at the thread's next hook. Either
// way memory is put back to what it was then: what it holds is the engine's to say.
#pragma once

#include <array>
#include <vector>
#include <cstdint>

#include "runtime/machine.hpp"
#include "runtime/operation.hpp"

namespace heddle::runtime {

class VisiblePlain {
public:
    /// Whether stack memory is used by other threads than its owner; anything else in the program is always visible.
    using IsShared = bool (*)(void* context, std::uint64_t address);

    void turn_on(IsShared is_shared, void* context) {
        is_shared_ = is_shared, context_ = context;
        pending_.resize(max_threads); // now: hooks must not allocate
    }
    bool on() const { return is_shared_ != nullptr; }
    void forget_pending() {
        if (on())
            for (Accesses& accesses : pending_) accesses.count = 0;
    }

    /// Whether an access by the running fiber is a visible operation.
    bool covers(const Machine& machine, std::uint64_t address) const;
    /// The access is about to happen; `perform` hands an operation to the engine.
    template <class Perform>
    void read(std::uint64_t address, std::size_t size, std::uint64_t pc, Perform perform);
    template <class Perform>
    void write(std::uint64_t address, std::size_t size, std::uint64_t pc, Perform perform);
    /// The running fiber's last write has happened by now.
    template <class Perform>
    void flush(Perform perform);

private:
    /// An access that the program makes right after its hook. Memory as others see it is put back at the next hook.
    struct Access {
        std::uint64_t address = 0, size = 0, pc = 0;
        Value before = 0; ///< what memory held
        bool write = false;
    };
    /// Not a std::vector: hooks run on the program's threads, whose allocations are the program's.
    struct Accesses {
        static constexpr std::size_t most = 64;
        std::array<Access, most> made;
        std::size_t count = 0;
    };
    void note(std::uint64_t address, unsigned size, std::uint64_t pc, bool write);
    static unsigned piece(std::uint64_t address, std::uint64_t size);
    static Operation operation(OpKind kind, std::uint64_t address, unsigned size, std::uint64_t pc);

    IsShared is_shared_ = nullptr;
    void* context_ = nullptr;
    std::vector<Accesses> pending_; ///< one a thread; none while it is off
};

} // namespace heddle::runtime
