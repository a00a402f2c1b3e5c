// --plain-accesses shared, volatile: plain accesses are visible operations, as if they were relaxed atomic ones: those to
// words on which plain accesses turned out to race, or those to volatile objects. A read asks for its value and puts it into
// memory just before the program's own instruction reads it there; a write is announced before it happens, so its value is
// taken from memory at the thread's next hook. Either way memory is put back to what it was then: what it holds is the
// engine's to say.
//
// An access that is not aligned, is larger than a word, or is to bytes that others access in smaller pieces is made piece by
// piece, in the order of addresses; other threads may come in between.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/machine.hpp"
#include "runtime/operation.hpp"

namespace heddle::runtime {

class VisiblePlain {
public:
    void turn_on(const VisibleMemory& memory) {
        memory_ = &memory;
        pending_.resize(max_threads);
    }
    bool on() const { return memory_ != nullptr; }
    void forget_pending() {
        for (std::size_t t = 0; t < used_; ++t) pending_[t].clear();
        used_ = 0;
    }

    /// Whether plain accesses to some of these bytes are visible operations.
    bool covers(std::uint64_t address, std::uint64_t size) const { return on() && memory_->races(address, size); }
    /// Whether volatile ones are: not on the thread's own stack, where nobody else looks.
    bool covers_volatile(const Machine& machine, std::uint64_t address) const;

    /// The access is about to happen; `perform` hands an operation to the engine, `tell` gets the ranges that are no
    /// operations. With `all`, everything is.
    template <class Perform, class Tell>
    void read(std::uint64_t address, std::size_t size, std::uint64_t pc, bool all, Perform perform, Tell tell);
    template <class Perform, class Tell>
    void write(std::uint64_t address, std::size_t size, std::uint64_t pc, bool all, Perform perform, Tell tell);
    /// After read(): what is written is what was read, changed by one instruction.
    void write_back() {
        for (Access& access : pending_[current_number()]) access.write = true;
    }
    /// The running fiber's last access has happened by now.
    template <class Perform>
    void flush(Perform perform);

private:
    /// An access that the program makes right after its hook. Memory as others see it is put back at the next hook.
    struct Access {
        std::uint64_t address = 0, size = 0, pc = 0;
        Value value = 0;  ///< reads: what the program is to find; writes: what it has written
        Value before = 0; ///< what memory held
        bool write = false;
    };
    /// A part of an access that is an operation, or all up to the next one that is (piece 0).
    struct Part {
        std::uint64_t address = 0, size = 0;
        unsigned piece = 0;
    };
    Part part_at(std::uint64_t address, std::uint64_t end, bool all) const;
    void note(const Access& access);
    static ThreadId current_number();
    unsigned piece_at(std::uint64_t address, std::uint64_t end) const;
    static Operation operation(OpKind kind, const Access& access);

    const VisibleMemory* memory_ = nullptr;
    std::vector<std::vector<Access>> pending_; ///< one a thread; none while it is off
    std::size_t used_ = 0;                     ///< threads that may have some
};

} // namespace heddle::runtime
