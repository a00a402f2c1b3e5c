#include "runtime/plain_spin.hpp"

#include "runtime/fiber.hpp"

namespace heddle::runtime {

bool PlainSpin::is_back(std::uint64_t pc) {
    if (switches_ != switch_count || reads_ == 0) {
        switches_ = switch_count;
        reads_ = 0;
        keep_at_ = patience;
    }
    const Fiber& fiber = current();
    if (++reads_ == keep_at_) {
        keep_at_ *= 2;
        looks_ = 0;
        pc_ = pc;
        stack_pointer_ = fiber.entry.rsp;
        state_ = live_state(fiber, pc);
        return false;
    }
    if (reads_ < patience || pc != pc_ || fiber.entry.rsp != stack_pointer_ || ++looks_ > most_looks) return false;
    return live_state(fiber, pc) == state_;
}

} // namespace heddle::runtime
