// What a program says to heddle, on real threads: one run, so a choice is made at random and a wrong assumption ends it.
#include <cstdio>
#include <cstdlib>

#include <unistd.h>

#include "core/expression.hpp"
#include "include/heddle/heddle.h"
#include "native/findings.hpp"
#include "native/hook.hpp"
#include "native/inside.hpp"
#include "native/real.hpp"
#include "native/recorder.hpp"
#include "native/terms.hpp"

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

/// The headers of the standard library ask (include/shadow): on real threads its waits are loops around a load, which say so.
int explored() { return 0; }
void waits_in_loop(int what) {
    if (Thread* thread = me) thread->watched->in_loop = what != 0;
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
    const auto chosen = static_cast<unsigned>(random_bits() % count);
    if (me->recorder) {
        const Inside inside;
        me->recorder->event(trace::RecordedKind::choice, HEDDLE_CALLER, 0, count, chosen);
    }
    return chosen;
}

bool is_less(Scalar type, Word a, Word b) { return compute(Operator::less, type, a, b, 0) != 0; }

/// One value of the range, its ends more often than others. (Words are extended as their type says, so that the difference of
/// the two is the size of the range for signed types too.)
Word value_in_range(Word low, Word high) {
    switch (random_bits() % 8) {
    case 0: return low;
    case 1: return high;
    default: break;
    }
    const Word size = high - low + 1, bits = random_bits() << 33 ^ random_bits() << 16 ^ random_bits();
    return low + (size ? bits % size : bits);
}

/// heddle::any.
Word input(const char* name, unsigned type, Word low, Word high) {
    if (!watching()) return low;
    Input input;
    {
        const Inside inside;
        input = {name ? name : "", static_cast<Scalar>(type), low, high, me->serial, me->inputs++};
    }
    if (is_less(input.type, high, low)) end_run(0); // no value at all
    const Word value = value_in_range(low, high);
    return low == high ? apply(Operator::constant, input.type, low) : new_input(input, value, HEDDLE_CALLER);
}

/// Atomic operations on symbolic values are hooks of their own (hooks_atomic.cpp).
int exploring() { return 1; }

Word symbolic_apply(unsigned op, unsigned type, Word a, Word b, Word c) {
    return apply(static_cast<Operator>(op), static_cast<Scalar>(type), a, b, c);
}

int symbolic_branch(Word condition) { return decide(trace::RecordedKind::branch, condition, HEDDLE_CALLER); }

void symbolic_assume(Word condition) {
    if (!decide(trace::RecordedKind::assume, condition, HEDDLE_CALLER)) end_run(0);
}

void symbolic_ensure(Word condition, const char* message, const char*, int) {
    if (decide(trace::RecordedKind::ensure, condition, HEDDLE_CALLER)) return;
    found(FoundKind::assertion, HEDDLE_CALLER, 0, "%s", message ? message : "ensure");
    end_run(1);
}

/// Asked before operations that may be violations: of these only divisions stop a real thread.
void symbolic_check(unsigned operation, unsigned type, Word a, Word b, unsigned) {
    const auto op = static_cast<Operator>(operation);
    const auto scalar = static_cast<Scalar>(type);
    if (op != Operator::divide && op != Operator::remainder) return;
    const auto must_not = [pc = HEDDLE_CALLER](Word condition) {
        return decide(trace::RecordedKind::ensure, apply(Operator::negation, Scalar::boolean, condition), pc, Verdict::crash);
    };
    bool possible = must_not(apply(Operator::equal, scalar, b, 0));
    if (possible && is_signed(scalar)) {
        const Word smallest = extend(scalar, Word{1} << (bits_of(scalar) - 1));
        possible = must_not(apply(Operator::bit_and, Scalar::boolean, apply(Operator::equal, scalar, a, smallest),
                                  apply(Operator::equal, scalar, b, ~Word{0})));
    }
    if (possible) return;
    volatile std::uint64_t quotient = a, zero = 0; // as the processor would
    quotient = quotient / zero;
}

/// The shadow headers': something is used as the standard forbids.
void misuse(const char* message) { found(FoundKind::misuse, HEDDLE_CALLER, 0, "%s", message); }

/// Among others what the shadow headers ask: nothing is explored here.
long nothing() { return 0; }

} // namespace

std::span<const Hook> property_hooks() {
    static const Hook hooks[]{
        hook("heddle_ensure_at", ensure), hook("heddle_misuse", misuse), hook("heddle_assume", assume), hook("__VERIFIER_assume", assume),
        hook("heddle_choose", choose), hook("heddle_nothing", nothing),
        hook("heddle_explored", explored), hook("heddle_waiting", waits_in_loop),
        hook("heddle_symbolic_input", input), hook("heddle_symbolic_exploring", exploring),
        hook("heddle_symbolic_apply", symbolic_apply), hook("heddle_symbolic_check", symbolic_check),
        hook("heddle_symbolic_branch", symbolic_branch), hook("heddle_symbolic_assume", symbolic_assume),
        hook("heddle_symbolic_ensure", symbolic_ensure),
    };
    return hooks;
}

} // namespace heddle::native
