// What came of asking Z3, for those who do not speak to it themselves.
#pragma once

#include <cstdint>

namespace heddle::smt {

enum class Answer : std::uint8_t { satisfiable, unsatisfiable, unknown };

/// What the solver has been used for so far.
struct Effort {
    std::uint64_t calls = 0, unknown = 0;
    double seconds = 0;
    Effort& operator+=(const Effort& other) {
        calls += other.calls, unknown += other.unknown, seconds += other.seconds;
        return *this;
    }
};

} // namespace heddle::smt
