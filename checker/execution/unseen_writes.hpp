// What a segment has changed in memory that others can see, whoever wrote it: a copy of that memory is taken before the
// segment and compared when it has ended. What no recorded write explains was written by code that nobody knows.
//
// Compared are the program's variables, all heaps, and the stacks and thread-local variables of the other threads. A thread's own
// locals follow from what it reads (SharedStack looks after those that others use).
//
// Only segments that are recorded are looked at: native code runs there for what is new, once. The copy is bounded
// (`most`, bytes): what lies beyond is looked at only when it is read (Execution::grow).
//
// Tests: unit test "what is written unseen is found where the slow comparison finds it"; tests/faults/unseen_system_call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "runtime/machine.hpp"
#include "runtime/memory.hpp"

namespace heddle::execution {

class UnseenWrites {
public:
    static constexpr std::size_t most = 256 << 10;

    /// Memory is as the thread will find it.
    void look(const runtime::Machine& machine, runtime::ThreadId thread);

    /// In the thread's own heap, of a block that it has allocated since look().
    bool is_fresh(std::uint64_t address) const { return address >= own_end_ && runtime::slice::index_of(address) == thread_; }

    /// Calls visit(word, mask, fresh) for each 8-byte word that holds other bytes (`mask`) than at look(); `fresh`: it
    /// lies in a block that the thread has allocated since, and nobody else has seen it.
    void for_each_change(const std::function<void(std::uint64_t word, std::uint8_t mask, bool fresh)>& visit);

private:
    using Stretch = runtime::Machine::Stretch;
    struct Copy {
        Stretch stretch;
        std::size_t at = 0; ///< in bytes_
    };
    const Copy* copy_of(const Stretch& stretch);

    const runtime::Machine* machine_ = nullptr;
    runtime::ThreadId thread_ = 0;
    std::uint64_t own_end_ = ~std::uint64_t{0}; ///< of the thread's heap, as it was
    std::vector<Stretch> stretches_;
    std::vector<Copy> copies_;
    std::size_t next_copy_ = 0; ///< stretches come in the same order each time
    std::vector<std::byte> bytes_;
};

} // namespace heddle::execution
