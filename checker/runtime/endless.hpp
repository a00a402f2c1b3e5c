// Whether code that has run for long without a visible operation runs for ever. A loop that does nothing but jump
// (what compilers make of `while (!stop) {}`) is followed one instruction at a time: when all registers are what they were
// before and nothing has been written in between, the thread will be back for ever, for nobody else runs meanwhile.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <ucontext.h>

namespace heddle::runtime {

class EndlessLoop {
public:
    enum class Answer : std::uint8_t { not_yet, endless, unknown };

    bool is_looking() const { return looking_; }
    /// From now on the interrupted code traps after each instruction.
    void begin(ucontext_t& context);
    /// One instruction has been executed. With an answer the traps end.
    Answer step(ucontext_t& context);
    /// Something other than an instruction of the loop has happened.
    void give_up() { looking_ = false; }

private:
    static constexpr std::uint32_t most_steps = 20'000; ///< some 50 ms

    struct State {
        std::array<std::uint64_t, 18> general{}; ///< with the instruction pointer and the flags
        std::vector<unsigned char> vectors;
        bool operator==(const State&) const = default;
    };
    static State state_of(const ucontext_t& context);
    Answer answer(ucontext_t& context, Answer answer);

    bool looking_ = false;
    std::uint32_t steps_ = 0;
    State kept_; ///< R. P. Brent's way to find a cycle: a state is kept for twice as many steps each time
};

} // namespace heddle::runtime
