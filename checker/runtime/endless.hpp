// Whether code that has run for long without a visible operation runs for ever: because no way leads out of the loop, whatever
// the values; or because, followed one instruction at a time, it comes back with all registers as they were and has written
// nothing in between (what compilers make of `while (!stop) {}`): nobody else runs meanwhile.
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
    /// True: no way leads out of the interrupted code. Else it traps after each instruction from now on.
    bool begin(ucontext_t& context);
    /// One instruction has been executed. With an answer the traps end.
    Answer step(ucontext_t& context);
    /// Something other than an instruction of the loop has happened. The traps end: nobody would know the next one.
    void give_up(ucontext_t& context);

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
