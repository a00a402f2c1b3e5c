// A loop that waits for plain memory (`while (!stop) {}`) reaches no visible operation, and need never see another value. It is
// recognised as spin loops are: the thread is back at a read in the same state, and has written nothing in between.
// Nobody else runs in the middle of a segment, so it will be back for ever.
#pragma once

#include <cstdint>

#include "runtime/machine.hpp"

namespace heddle::runtime {

struct Fiber;

/// The live state of a thread that has just entered a hook from `pc`: see Machine::state_of.
StateHash live_state(const Fiber& fiber, std::uint64_t pc, Machine::LeftOut left_out = nullptr, const void* context = nullptr,
                     std::vector<TimeWord>* times = nullptr);

/// R. P. Brent's way to find a cycle: a state is kept, and compared with those that follow, for twice as long each time.
class PlainSpin {
public:
    /// The current fiber reads. True: it has done just that before.
    bool is_back(std::uint64_t pc);
    /// Memory other than the thread's own stack has, or may have, changed.
    void changed() { reads_ = 0; }

private:
    static constexpr std::uint64_t patience = 64;      ///< reads of a segment before the first state is kept
    static constexpr std::uint32_t most_looks = 128;   ///< comparisons with one state: they cost as much as the stack is deep

    std::uint64_t switches_ = 0; ///< of the fibers, when the segment began
    std::uint64_t reads_ = 0, keep_at_ = patience;
    std::uint32_t looks_ = 0;
    std::uint64_t pc_ = 0, stack_pointer_ = 0;
    StateHash state_;
};

} // namespace heddle::runtime
