// Symbolic values as heddle/symbolic.hpp asks for them: expressions, branches on them, atomic operations on them.

#include <cstdio>

#include "runtime/hooks.hpp"
#include "runtime/inputs.hpp"

namespace heddle::runtime {

Inputs inputs;
bool overflow_checked = false;

Word simplest_in_range(const Input& input) {
    const bool contains_zero =
        is_signed(input.type) ? std::int64_t(input.low) <= 0 && std::int64_t(input.high) >= 0 : input.low == 0;
    if (contains_zero) return 0;
    return is_signed(input.type) && std::int64_t(input.high) < 0 ? input.high : input.low;
}

namespace {

bool is_less(Scalar type, Word a, Word b) { return compute(Operator::less, type, a, b, 0); }

Word concrete_value(const Input& input) {
    Word value = simplest_in_range(input);
    for (const InputValue& listed : inputs.values)
        if (listed.input.thread == input.thread && listed.input.nth == input.nth && listed.input.name == input.name &&
            listed.input.type == input.type && !is_less(input.type, listed.value, input.low) &&
            !is_less(input.type, input.high, listed.value))
            value = listed.value;
    inputs.given.push_back({input, value});
    return expressions().constant(input.type, value);
}

/// Stops at a violation unless the condition holds.
void ensure(Word condition, Verdict verdict, const char* message, std::uint64_t pc) {
    if (!is_expression(condition)) {
        if (!condition) fail(verdict, pc, "%s", message);
        return;
    }
    Operation op = operation(OpKind::ensure_that, 0, pc);
    op.operand = condition;
    op.verdict = verdict;
    {
        EngineScope scope;
        op.message = keep_message(message);
    }
    backend->perform(op);
}

Word make(Operator op, Scalar type, Word a, Word b = 0) {
    EngineScope scope;
    return expressions().make(op, type, a, b);
}

Word smallest(Scalar type) { return extend(type, Word{1} << (bits_of(type) - 1)); }

void check_division(Scalar type, Word a, Word b, std::uint64_t pc) {
    ensure(make(Operator::negation, Scalar::boolean, make(Operator::equal, type, b, 0)), Verdict::crash,
           "division by zero", pc);
    if (!is_signed(type)) return;
    const Word both = make(Operator::bit_and, Scalar::boolean, make(Operator::equal, type, a, smallest(type)),
                           make(Operator::equal, type, b, ~Word{0}));
    ensure(make(Operator::negation, Scalar::boolean, both), Verdict::crash,
           "signed overflow in a division: the smallest number divided by -1", pc);
}

void check_shift(Scalar type, Word count, Scalar count_type, std::uint64_t pc) {
    Word in_range = make(Operator::less, count_type, count, bits_of(type));
    if (is_signed(count_type))
        in_range = make(Operator::bit_and, Scalar::boolean, in_range,
                        make(Operator::negation, Scalar::boolean, make(Operator::less, count_type, count, 0)));
    char message[96];
    std::snprintf(message, sizeof message, "a shift by less than 0 or by more than %u", bits_of(type) - 1);
    ensure(in_range, Verdict::misuse, message, pc);
}

bool finish_compare_exchange(Fiber& fiber, Value& result) {
    const bool done = (result & succeeded) != 0;
    if (!done) {
        const auto old = static_cast<Word>(result);
        auto* expected = reinterpret_cast<void*>(fiber.scratch[0]);
        plain_write(expected, sizeof old, fiber.operation.pc);
        std::memcpy(expected, &old, sizeof old);
    }
    result = done;
    return true;
}

Operation& access(OpKind kind, void* object, Scalar type, int order, std::uint64_t pc) {
    const auto address = reinterpret_cast<std::uint64_t>(object);
    if (!in_program_memory(address)) [[unlikely]]
        check_atomic_address(address, sizeof(Word), pc);
    Operation& op = pending_operation(kind, object, pc);
    op.order = static_cast<MemoryOrder>(order & 7);
    op.size = sizeof(Word);
    op.symbolic = type;
    return op;
}

RmwFunction function_of(Operator op) {
    switch (op) {
    case Operator::add: return RmwFunction::add;
    case Operator::subtract: return RmwFunction::sub;
    case Operator::bit_and: return RmwFunction::and_;
    case Operator::bit_or: return RmwFunction::or_;
    default: return RmwFunction::xor_;
    }
}

} // namespace
} // namespace heddle::runtime

using namespace heddle;
using namespace heddle::runtime;

extern "C" Word heddle_symbolic_apply(unsigned op, unsigned type, Word a, Word b, Word c) {
    EngineScope scope;
    if (Operator(op) == Operator::constant) return expressions().constant(Scalar(type), a);
    return expressions().make(Operator(op), Scalar(type), a, b, c);
}

extern "C" int heddle_symbolic_exploring() { return 1; }

extern "C" Word heddle_heddle_symbolic_input(const char* name, unsigned type, Word low, Word high) {
    if (!on_fiber())
        fail(Verdict::unsupported, HEDDLE_PC, "heddle::any(\"%s\") is asked for before main or the pattern begins",
             name);
    if (is_less(Scalar(type), high, low)) { // no value at all
        const Operation op = operation(OpKind::assume, 0, HEDDLE_PC);
        for (;;) backend->perform(op);
    }
    EngineScope scope;
    Fiber& fiber = current();
    const Input input{name, Scalar(type), low, high, fiber.number, fiber.inputs++};
    if (inputs.concrete) return concrete_value(input);
    if (low == high) return expressions().constant(input.type, low);
    return expressions().input(input);
}

extern "C" int heddle_heddle_symbolic_branch(Word condition) {
    pending_operation(OpKind::branch, nullptr, HEDDLE_PC).operand = condition;
    return suspend_and_return<int>();
}

extern "C" void heddle_heddle_symbolic_assume(Word condition) {
    pending_operation(OpKind::assume_that, nullptr, HEDDLE_PC).operand = condition;
    suspend_and_return<void>();
}

extern "C" void heddle_heddle_symbolic_ensure(Word condition, const char* message, const char*, int) {
    ensure(condition, Verdict::assertion, message, HEDDLE_PC);
}

extern "C" void heddle_heddle_symbolic_check(unsigned op, unsigned type, Word a, Word b, unsigned count_type) {
    const std::uint64_t pc = HEDDLE_PC;
    const auto overflow = [&](Operator predicate, const char* message) {
        if (overflow_checked && is_signed(Scalar(type)))
            ensure(make(Operator::negation, Scalar::boolean, make(predicate, Scalar(type), a, b)), Verdict::misuse,
                   message, pc);
    };
    switch (Operator(op)) {
    case Operator::divide:
    case Operator::remainder: return check_division(Scalar(type), a, b, pc);
    case Operator::add: return overflow(Operator::add_overflows, "signed overflow in an addition");
    case Operator::subtract: return overflow(Operator::subtract_overflows, "signed overflow in a subtraction");
    case Operator::multiply: return overflow(Operator::multiply_overflows, "signed overflow in a multiplication");
    case Operator::shift_left:
    case Operator::shift_right:
        if (overflow_checked) check_shift(Scalar(type), b, Scalar(count_type), pc);
        return;
    default: return;
    }
}

extern "C" Word heddle_heddle_symbolic_modify(void* object, unsigned op, unsigned type, Word operand, int order) {
    if (!on_fiber()) [[unlikely]] {
        auto* word = static_cast<Word*>(object);
        const Word old = *word;
        *word = make(Operator(op), Scalar(type), old, operand);
        return old;
    }
    Operation& pending = access(OpKind::rmw, object, Scalar(type), order, HEDDLE_PC);
    pending.function = function_of(Operator(op));
    pending.operand = operand;
    return suspend_and_return<Word>();
}

extern "C" int heddle_heddle_symbolic_compare_exchange(void* object, Word* expected, Word desired, unsigned type,
                                                       int order, int failure_order) {
    if (!on_fiber()) [[unlikely]] { // static constructors: there are no inputs yet
        auto* word = static_cast<Word*>(object);
        if (*word == *expected) return *word = desired, 1;
        *expected = *word;
        return 0;
    }
    plain_read(expected, sizeof *expected, HEDDLE_PC);
    Operation& op = access(OpKind::cas, object, Scalar(type), order, HEDDLE_PC);
    op.failure_order = static_cast<MemoryOrder>(failure_order & 7);
    op.expected = *expected;
    op.operand = desired;
    current().scratch[0] = reinterpret_cast<std::uint64_t>(expected);
    return suspend_and_return<int>(finish_compare_exchange);
}
