// What a program says to heddle, on real threads: one run, so a choice is made at random and a wrong assumption ends it.
#include <cstdlib>
#include <mutex>

#include <unistd.h>

#include "core/expression.hpp"
#include "include/heddle/heddle.h"
#include "native/findings.hpp"
#include "native/hook.hpp"
#include "native/inside.hpp"
#include "native/real.hpp"
#include "native/recorder.hpp"
#include "native/spin_lock.hpp"

namespace heddle::native {
namespace {

void end_run(int status) {
    std::fflush(nullptr);
    _exit(status);
}

void ensure(int condition, const char* message, const char*, int) {
    if (watching() && me->recorder) {
        const Inside inside;
        me->recorder->event(trace::RecordedKind::ensure, HEDDLE_CALLER, 0, 0, condition ? 1 : 0);
    }
    if (condition) return;
    found(FoundKind::assertion, HEDDLE_CALLER, 0, "%s", message ? message : "ensure");
    end_run(1);
}

void assume(int condition) {
    if (!condition) end_run(0);
}

std::uint64_t random_bits() {
    std::uint64_t& state = me->random;
    state = state * 6364136223846793005u + 1442695040888963407u;
    return state >> 33;
}

unsigned choose(unsigned count) {
    if (!watching() || count < 2) return 0;
    return static_cast<unsigned>(random_bits() % count);
}

/// heddle::any: one value of the range, its ends more often than others. (Words are extended as their type says, so that
/// the difference of the two is the size of the range for signed types too.)
std::uint64_t input(const char*, unsigned, std::uint64_t low, std::uint64_t high) {
    if (!watching()) return low;
    switch (random_bits() % 8) {
    case 0: return low;
    case 1: return high;
    default: break;
    }
    const std::uint64_t size = high - low + 1, bits = random_bits() << 33 ^ random_bits() << 16 ^ random_bits();
    return low + (size ? bits % size : bits);
}

int exploring() { return 0; }

/// Arithmetic of symbolic values: of numbers only, here.
Word apply(unsigned operation, unsigned type, Word a, Word b, Word c) {
    static SpinLock lock;
    static Expressions* const expressions = new Expressions; // for the few numbers that look like expressions
    const Inside inside;
    const std::lock_guard guard(lock);
    const auto op = static_cast<Operator>(operation);
    if (op == Operator::constant) return expressions->constant(static_cast<Scalar>(type), a);
    return expressions->make(op, static_cast<Scalar>(type), a, b, c);
}

/// Asked before operations that may be violations: of these only a division by zero stops a real thread.
void check(unsigned operation, unsigned, std::uint64_t a, std::uint64_t b, unsigned) {
    constexpr unsigned divide = 5, remainder = 6; // heddle/symbolic.hpp
    volatile std::uint64_t quotient = a;
    if ((operation == divide || operation == remainder) && b == 0) quotient = quotient / b;
}

void nothing() {}

} // namespace

std::span<const Hook> property_hooks() {
    static const Hook hooks[]{
        hook("heddle_ensure_at", ensure), hook("heddle_assume", assume), hook("__VERIFIER_assume", assume),
        hook("heddle_choose", choose), hook("heddle_nothing", nothing),
        hook("heddle_symbolic_input", input), hook("heddle_symbolic_exploring", exploring),
        hook("heddle_symbolic_apply", apply), hook("heddle_symbolic_check", check),
    };
    return hooks;
}

} // namespace heddle::native
