// Values that stay symbolic. heddle::any<T>("name") is every value of T at once: what is computed from it is an
// expression, a branch on it explores both sides as far as they are possible, and heddle::ensure, assert and every
// other check are decided for all remaining values. See docs/symbolic.md.
//
// The meaning of an operation is that of C++ on T: promotions, conversions, widths. Signed overflow wraps around,
// unless `heddle check --check-overflow` makes it a violation; division by zero always is one.
#pragma once

#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <type_traits>

#include <heddle/heddle.h>

/// On every function that makes a symbolic value: g++ does not tell the checker of a write to memory that is the result
/// of a call and of class type.
#define HEDDLE_INLINE [[gnu::always_inline]]

namespace heddle {

template <typename T>
class symbolic;

namespace detail {

/// A value: a constant as it is (extended to 64 bits as its type says), or the number of an expression.
using word = std::uint64_t;

enum class operation : unsigned {
    constant,
    input,
    add,
    subtract,
    multiply,
    divide,
    remainder,
    bit_and,
    bit_or,
    bit_xor,
    shift_left,
    shift_right,
    equal,
    less,
    negation,
    add_overflows,
    subtract_overflows,
    multiply_overflows,
    convert,
    select
};

extern "C" {
word heddle_symbolic_apply(unsigned operation, unsigned type, word a, word b, word c);
word heddle_symbolic_input(const char* name, unsigned type, word low, word high);
int heddle_symbolic_branch(word condition);
void heddle_symbolic_assume(word condition);
void heddle_symbolic_ensure(word condition, const char* message, const char* file, int line);
/// Violations that the operation may be: division by zero, and on request overflow and shifts out of range.
void heddle_symbolic_check(unsigned operation, unsigned type, word a, word b, unsigned count_type);
/// False on real threads (heddle run): there every value is a number.
int heddle_symbolic_exploring(void);
word heddle_symbolic_modify(void* object, unsigned operation, unsigned type, word operand, int order);
int heddle_symbolic_compare_exchange(void* object, word* expected, word desired, unsigned type, int order,
                                     int failure_order);
}

constexpr bool is_expression(word w) { return w >> 40 == 0x7e5ced; }

template <typename T>
constexpr unsigned scalar_of() {
    if (std::is_same_v<T, bool>) return 1;
    const unsigned width = sizeof(T) == 1 ? 2 : sizeof(T) == 2 ? 4 : sizeof(T) == 4 ? 6 : 8;
    return width + (std::is_unsigned_v<T> ? 1 : 0);
}

HEDDLE_INLINE inline word apply(operation op, unsigned type, word a, word b = 0, word c = 0) {
    return heddle_symbolic_apply(static_cast<unsigned>(op), type, a, b, c);
}

template <typename T>
constexpr word word_of(T value) {
    const word w = std::is_signed_v<T> ? static_cast<word>(static_cast<std::int64_t>(value)) : static_cast<word>(value);
    if (sizeof(T) == 8 && is_expression(w)) [[unlikely]]
        return apply(operation::constant, scalar_of<T>(), w);
    return w;
}

template <typename T>
constexpr T number_of(word w) {
    return static_cast<T>(w);
}

template <typename A>
inline constexpr bool is_symbolic = false;
template <typename T>
inline constexpr bool is_symbolic<symbolic<T>> = true;

template <typename A>
struct plain {
    using type = A;
};
template <typename T>
struct plain<symbolic<T>> {
    using type = T;
};
template <typename A>
using plain_t = typename plain<A>::type;

template <typename A>
concept operand = std::integral<A> || is_symbolic<A>;
/// The operands of an operator of ours: one at least is symbolic.
template <typename A, typename B>
concept mixed = operand<A> && operand<B> &&(is_symbolic<A> || is_symbolic<B>);

/// The type in which the language computes with the two, after promotions and the usual conversions.
template <typename A, typename B>
using common = decltype(std::declval<plain_t<A>>() + std::declval<plain_t<B>>());
template <typename A>
using promoted = decltype(+std::declval<plain_t<A>>());

template <typename>
inline constexpr bool never = false;

} // namespace detail

/// A value of type T that may be symbolic: used like a T.
template <typename T>
class symbolic {
    static_assert(std::is_integral_v<T> && sizeof(T) <= 8,
                  "heddle::symbolic<T> and heddle::any<T> hold integers (and bool) of at most 64 bits");
    static_assert(!std::is_const_v<T> && !std::is_volatile_v<T>, "say const heddle::symbolic<T>");

public:
    using value_type = T;

    constexpr symbolic() = default;
    // Spelled out for the same reason: a class that is not trivial to copy is written by whoever makes it.
    HEDDLE_INLINE constexpr symbolic(const symbolic& other) : word_(other.word_) {}
    HEDDLE_INLINE constexpr symbolic& operator=(const symbolic& other) {
        word_ = other.word_;
        return *this;
    }
    template <std::integral U>
    HEDDLE_INLINE constexpr symbolic(U value) : word_(detail::word_of(static_cast<T>(value))) {}
    template <typename U>
    requires(!std::is_same_v<T, U>) HEDDLE_INLINE constexpr symbolic(const symbolic<U>& other)
        : word_(detail::is_expression(other.word())
                    ? detail::apply(detail::operation::convert, detail::scalar_of<T>(), other.word(),
                                    detail::scalar_of<U>())
                    : detail::word_of(static_cast<T>(detail::number_of<U>(other.word())))) {}

    /// Branches: explores true and false, as far as each is possible for the inputs that remain. A symbolic<bool>
    /// converts by itself, as the standard library's algorithms want it to; others where the language asks for a
    /// condition.
    explicit(!std::is_same_v<T, bool>) operator bool() const {
        const detail::word condition = symbolic<bool>(*this).word();
        return detail::is_expression(condition) ? detail::heddle_symbolic_branch(condition) != 0 : condition != 0;
    }

    template <typename U>
    requires((std::is_arithmetic_v<U> || std::is_enum_v<U>)&&!std::is_same_v<U, bool>) explicit operator U() const {
        static_assert(detail::never<U>, "a symbolic value has many values: keep it in a heddle::symbolic<T>, or say "
                                        "heddle::concrete(x) to explore each of its values apart");
    }

    /// What stands for it in memory.
    constexpr detail::word word() const { return word_; }
    HEDDLE_INLINE static constexpr symbolic of_word(detail::word w) {
        symbolic value;
        value.word_ = w;
        return value;
    }

    template <detail::operand B>
    HEDDLE_INLINE symbolic& operator+=(B b) {
        return *this = symbolic(*this + b);
    }
    template <detail::operand B>
    HEDDLE_INLINE symbolic& operator-=(B b) {
        return *this = symbolic(*this - b);
    }
    template <detail::operand B>
    HEDDLE_INLINE symbolic& operator*=(B b) {
        return *this = symbolic(*this * b);
    }
    template <detail::operand B>
    HEDDLE_INLINE symbolic& operator/=(B b) {
        return *this = symbolic(*this / b);
    }
    template <detail::operand B>
    HEDDLE_INLINE symbolic& operator%=(B b) {
        return *this = symbolic(*this % b);
    }
    template <detail::operand B>
    HEDDLE_INLINE symbolic& operator&=(B b) {
        return *this = symbolic(*this & b);
    }
    template <detail::operand B>
    HEDDLE_INLINE symbolic& operator|=(B b) {
        return *this = symbolic(*this | b);
    }
    template <detail::operand B>
    HEDDLE_INLINE symbolic& operator^=(B b) {
        return *this = symbolic(*this ^ b);
    }
    template <detail::operand B>
    HEDDLE_INLINE symbolic& operator<<=(B b) {
        return *this = symbolic(*this << b);
    }
    template <detail::operand B>
    HEDDLE_INLINE symbolic& operator>>=(B b) {
        return *this = symbolic(*this >> b);
    }

    HEDDLE_INLINE symbolic& operator++() requires(!std::is_same_v<T, bool>) { return *this += 1; }
    HEDDLE_INLINE symbolic& operator--() requires(!std::is_same_v<T, bool>) { return *this -= 1; }
    HEDDLE_INLINE symbolic operator++(int) requires(!std::is_same_v<T, bool>) {
        const symbolic old = *this;
        *this += 1;
        return old;
    }
    HEDDLE_INLINE symbolic operator--(int) requires(!std::is_same_v<T, bool>) {
        const symbolic old = *this;
        *this -= 1;
        return old;
    }

private:
    detail::word word_ = 0;
};

namespace detail {

/// The operand as a value of type R.
template <typename R, typename A>
HEDDLE_INLINE constexpr word as(A a) {
    return symbolic<R>(a).word();
}

inline void check(operation op, unsigned type, word a, word b, unsigned count_type = 0) {
    heddle_symbolic_check(static_cast<unsigned>(op), type, a, b, count_type);
}

/// Of two constants, as the machine does it: wrapping around. False: it overflows.
template <typename R>
constexpr bool wrap(operation op, R a, R b, R& result) {
    switch (op) {
    case operation::add: return !__builtin_add_overflow(a, b, &result);
    case operation::subtract: return !__builtin_sub_overflow(a, b, &result);
    default: return !__builtin_mul_overflow(a, b, &result);
    }
}

template <typename R>
HEDDLE_INLINE inline symbolic<R> sum_or_product(operation op, word a, word b) {
    constexpr unsigned type = scalar_of<R>();
    if (!is_expression(a) && !is_expression(b)) {
        R result{};
        if (!wrap(op, number_of<R>(a), number_of<R>(b), result) && std::is_signed_v<R>) check(op, type, a, b);
        return result;
    }
    if (std::is_signed_v<R>) check(op, type, a, b);
    return symbolic<R>::of_word(apply(op, type, a, b));
}

template <typename R>
HEDDLE_INLINE inline symbolic<R> quotient(operation op, word a, word b) {
    constexpr unsigned type = scalar_of<R>();
    if (is_expression(a) || is_expression(b) || b == 0 ||
        (std::is_signed_v<R> && number_of<R>(b) == static_cast<R>(-1))) {
        check(op, type, a, b);
        return symbolic<R>::of_word(apply(op, type, a, b));
    }
    return op == operation::divide ? number_of<R>(a) / number_of<R>(b) : number_of<R>(a) % number_of<R>(b);
}

template <typename R>
HEDDLE_INLINE inline symbolic<R> bits(operation op, word a, word b) {
    if (is_expression(a) || is_expression(b)) return symbolic<R>::of_word(apply(op, scalar_of<R>(), a, b));
    return number_of<R>(op == operation::bit_and ? a & b : op == operation::bit_or ? a | b : a ^ b);
}

template <typename R, typename Count>
HEDDLE_INLINE inline symbolic<R> shift(operation op, word a, symbolic<Count> by) {
    constexpr unsigned width = sizeof(R) * 8;
    const bool constant = !is_expression(by.word());
    if (!constant || number_of<std::make_unsigned_t<Count>>(by.word()) >= width)
        check(op, scalar_of<R>(), a, by.word(), scalar_of<Count>());
    const word count = as<R>(by);
    if (!constant || is_expression(a)) return symbolic<R>::of_word(apply(op, scalar_of<R>(), a, count));
    using Unsigned = std::make_unsigned_t<R>;
    const unsigned n = static_cast<unsigned>(count) & (width - 1);
    return op == operation::shift_left ? static_cast<R>(static_cast<Unsigned>(number_of<Unsigned>(a) << n))
                                       : static_cast<R>(number_of<R>(a) >> n);
}

template <typename C>
HEDDLE_INLINE inline symbolic<bool> is_equal(word a, word b) {
    if (is_expression(a) || is_expression(b))
        return symbolic<bool>::of_word(apply(operation::equal, scalar_of<C>(), a, b));
    return a == b;
}

template <typename C>
HEDDLE_INLINE inline symbolic<bool> is_less(word a, word b) {
    if (is_expression(a) || is_expression(b))
        return symbolic<bool>::of_word(apply(operation::less, scalar_of<C>(), a, b));
    return number_of<C>(a) < number_of<C>(b);
}

HEDDLE_INLINE inline symbolic<bool> negated(symbolic<bool> b) {
    if (!is_expression(b.word())) return b.word() == 0;
    return symbolic<bool>::of_word(apply(operation::negation, scalar_of<bool>(), b.word()));
}

} // namespace detail

#define HEDDLE_SYMBOLIC_OPERATOR(symbol, function, name)                                                               \
    template <typename A, typename B>                                                                                  \
    requires detail::mixed<A, B> HEDDLE_INLINE inline auto operator symbol(A a, B b) {                                 \
        using R = detail::common<A, B>;                                                                                \
        return detail::function<R>(detail::operation::name, detail::as<R>(a), detail::as<R>(b));                       \
    }
HEDDLE_SYMBOLIC_OPERATOR(+, sum_or_product, add)
HEDDLE_SYMBOLIC_OPERATOR(-, sum_or_product, subtract)
HEDDLE_SYMBOLIC_OPERATOR(*, sum_or_product, multiply)
HEDDLE_SYMBOLIC_OPERATOR(/, quotient, divide)
HEDDLE_SYMBOLIC_OPERATOR(%, quotient, remainder)
HEDDLE_SYMBOLIC_OPERATOR(&, bits, bit_and)
HEDDLE_SYMBOLIC_OPERATOR(|, bits, bit_or)
HEDDLE_SYMBOLIC_OPERATOR(^, bits, bit_xor)
#undef HEDDLE_SYMBOLIC_OPERATOR

#define HEDDLE_SYMBOLIC_SHIFT(symbol, name)                                                                            \
    template <typename A, typename B>                                                                                  \
    requires detail::mixed<A, B> HEDDLE_INLINE inline auto operator symbol(A a, B b) {                                 \
        using R = detail::promoted<A>;                                                                                 \
        return detail::shift<R>(detail::operation::name, detail::as<R>(a), symbolic<detail::promoted<B>>(b));          \
    }
HEDDLE_SYMBOLIC_SHIFT(<<, shift_left)
HEDDLE_SYMBOLIC_SHIFT(>>, shift_right)
#undef HEDDLE_SYMBOLIC_SHIFT

#define HEDDLE_SYMBOLIC_COMPARISON(symbol, expression)                                                                 \
    template <typename A, typename B>                                                                                  \
    requires detail::mixed<A, B> HEDDLE_INLINE inline symbolic<bool> operator symbol(A left, B right) {                \
        using C = detail::common<A, B>;                                                                                \
        const detail::word a = detail::as<C>(left), b = detail::as<C>(right);                                          \
        return expression;                                                                                             \
    }
HEDDLE_SYMBOLIC_COMPARISON(==, detail::is_equal<C>(a, b))
HEDDLE_SYMBOLIC_COMPARISON(!=, detail::negated(detail::is_equal<C>(a, b)))
HEDDLE_SYMBOLIC_COMPARISON(<, detail::is_less<C>(a, b))
HEDDLE_SYMBOLIC_COMPARISON(>, detail::is_less<C>(b, a))
HEDDLE_SYMBOLIC_COMPARISON(<=, detail::negated(detail::is_less<C>(b, a)))
HEDDLE_SYMBOLIC_COMPARISON(>=, detail::negated(detail::is_less<C>(a, b)))
#undef HEDDLE_SYMBOLIC_COMPARISON

template <typename T>
HEDDLE_INLINE inline auto operator+(symbolic<T> a) {
    return symbolic<detail::promoted<T>>(a);
}
template <typename T>
HEDDLE_INLINE inline auto operator-(symbolic<T> a) {
    return detail::promoted<T>{0} - a;
}
template <typename T>
HEDDLE_INLINE inline auto operator~(symbolic<T> a) {
    return a ^ static_cast<detail::promoted<T>>(-1);
}
template <typename T>
HEDDLE_INLINE inline symbolic<bool> operator!(symbolic<T> a) {
    return detail::negated(a);
}

/// `condition ? a : b` without a branch: the exploration does not fork.
template <detail::operand A, detail::operand B>
HEDDLE_INLINE inline auto select(symbolic<bool> condition, A a, B b) {
    using R = decltype(true ? std::declval<detail::plain_t<A>>() : std::declval<detail::plain_t<B>>());
    const detail::word x = detail::as<std::decay_t<R>>(a), y = detail::as<std::decay_t<R>>(b);
    if (!detail::is_expression(condition.word())) return symbolic<std::decay_t<R>>::of_word(condition.word() ? x : y);
    return symbolic<std::decay_t<R>>::of_word(
        detail::apply(detail::operation::select, detail::scalar_of<std::decay_t<R>>(), condition.word(), x, y));
}

/// Every value of T at once, or every one from low to high. The name is what reports call it.
template <typename T>
HEDDLE_INLINE inline symbolic<T> any(const char* name, std::type_identity_t<T> low = std::numeric_limits<T>::min(),
                                     std::type_identity_t<T> high = std::numeric_limits<T>::max()) {
    static_assert(std::is_integral_v<T> && sizeof(T) <= 8,
                  "heddle::symbolic<T> and heddle::any<T> hold integers (and bool) of at most 64 bits");
    const auto bound = [](T value) { return static_cast<detail::word>(static_cast<std::int64_t>(value)); };
    return symbolic<T>::of_word(detail::heddle_symbolic_input(
        name, detail::scalar_of<T>(), std::is_signed_v<T> ? bound(low) : static_cast<detail::word>(low),
        std::is_signed_v<T> ? bound(high) : static_cast<detail::word>(high)));
}

/// One value after the other: explores each that the inputs which remain allow, bit by bit. For few values.
template <typename T>
T concrete(symbolic<T> value) {
    if (!detail::is_expression(value.word())) return detail::number_of<T>(value.word());
    if constexpr (std::is_same_v<T, bool>) {
        return static_cast<bool>(value);
    } else {
        using Unsigned = std::make_unsigned_t<T>;
        const symbolic<Unsigned> all = value;
        // Small numbers have few bits to ask for: those that lie `lowest` above the smallest number of `bits` bits.
        unsigned bits = 4;
        Unsigned lowest = 0;
        for (; bits < sizeof(T) * 8; bits *= 2) {
            lowest =
                std::is_signed_v<T> ? static_cast<Unsigned>(Unsigned{0} - (Unsigned{1} << (bits - 1))) : Unsigned{0};
            if (symbolic<Unsigned>(all - lowest) < static_cast<Unsigned>(Unsigned{1} << bits)) break;
        }
        if (bits == sizeof(T) * 8) lowest = 0;
        const symbolic<Unsigned> rest = all - lowest;
        Unsigned result = 0;
        for (unsigned bit = bits; bit-- > 0;)
            if ((rest >> bit & 1) != 0) result = static_cast<Unsigned>(result | Unsigned{1} << bit);
        return static_cast<T>(static_cast<Unsigned>(result + lowest));
    }
}
template <std::integral T>
constexpr T concrete(T value) {
    return value;
}

/// From here on only the inputs for which the condition holds; where it cannot hold the execution is dropped.
inline void assume(symbolic<bool> condition) {
    if (detail::is_expression(condition.word())) detail::heddle_symbolic_assume(condition.word());
    else heddle_assume(condition.word() != 0);
}

/// The condition must hold for all inputs that remain, else the verdict is "assertion", with inputs for which it does
/// not.
inline void ensure(symbolic<bool> condition, const char* message = "ensure", const char* file = __builtin_FILE(),
                   int line = __builtin_LINE()) {
    if (detail::is_expression(condition.word())) detail::heddle_symbolic_ensure(condition.word(), message, file, line);
    else heddle_ensure_at(condition.word() != 0, message, file, line);
}

} // namespace heddle

/// Atomic operations on the value, not on what stands for it: a compare_exchange succeeds if the values are equal, and
/// explores both outcomes where both are possible. As in C++, atomic arithmetic wraps around.
template <typename T>
struct std::atomic<heddle::symbolic<T>> {
private:
    static constexpr bool arithmetic = !std::is_same_v<T, bool>;
    static constexpr unsigned type = heddle::detail::scalar_of<T>();

public:
    using value_type = heddle::symbolic<T>;
    using difference_type = value_type;
    static constexpr bool is_always_lock_free = std::atomic<T>::is_always_lock_free;

    constexpr atomic() noexcept = default;
    constexpr atomic(value_type value) noexcept : word_(value.word()) {}
    template <std::integral U>
    constexpr atomic(U value) noexcept : atomic(value_type(value)) {}
    atomic(const atomic&) = delete;
    atomic& operator=(const atomic&) = delete;

    bool is_lock_free() const noexcept { return is_always_lock_free; }
    HEDDLE_INLINE value_type load(memory_order order = memory_order_seq_cst) const noexcept {
        return value_type::of_word(word_.load(order));
    }
    void store(value_type value, memory_order order = memory_order_seq_cst) noexcept {
        word_.store(value.word(), order);
    }
    HEDDLE_INLINE value_type exchange(value_type value, memory_order order = memory_order_seq_cst) noexcept {
        return value_type::of_word(word_.exchange(value.word(), order));
    }
    HEDDLE_INLINE operator value_type() const noexcept { return load(); }
    HEDDLE_INLINE value_type operator=(value_type value) noexcept { return store(value), value; }

    bool compare_exchange_strong(value_type& expected, value_type desired, memory_order order,
                                 memory_order failure_order) noexcept {
        heddle::detail::word known = expected.word();
        const bool done = heddle::detail::heddle_symbolic_exploring()
                              ? heddle::detail::heddle_symbolic_compare_exchange(&word_, &known, desired.word(), type,
                                                                                 static_cast<int>(order),
                                                                                 static_cast<int>(failure_order)) != 0
                              : word_.compare_exchange_strong(known, desired.word(), order, failure_order);
        if (!done) expected = value_type::of_word(known);
        return done;
    }
    bool compare_exchange_strong(value_type& expected, value_type desired,
                                 memory_order order = memory_order_seq_cst) noexcept {
        return compare_exchange_strong(expected, desired, order,
                                       order == memory_order_acq_rel   ? memory_order_acquire
                                       : order == memory_order_release ? memory_order_relaxed
                                                                       : order);
    }
    bool compare_exchange_weak(value_type& expected, value_type desired, memory_order order,
                               memory_order failure_order) noexcept {
        return compare_exchange_strong(expected, desired, order, failure_order);
    }
    bool compare_exchange_weak(value_type& expected, value_type desired,
                               memory_order order = memory_order_seq_cst) noexcept {
        return compare_exchange_strong(expected, desired, order);
    }

    HEDDLE_INLINE value_type fetch_add(value_type b,
                                       memory_order order = memory_order_seq_cst) noexcept requires arithmetic {
        return modify(heddle::detail::operation::add, b, order);
    }
    HEDDLE_INLINE value_type fetch_sub(value_type b,
                                       memory_order order = memory_order_seq_cst) noexcept requires arithmetic {
        return modify(heddle::detail::operation::subtract, b, order);
    }
    HEDDLE_INLINE value_type fetch_and(value_type b,
                                       memory_order order = memory_order_seq_cst) noexcept requires arithmetic {
        return modify(heddle::detail::operation::bit_and, b, order);
    }
    HEDDLE_INLINE value_type fetch_or(value_type b,
                                      memory_order order = memory_order_seq_cst) noexcept requires arithmetic {
        return modify(heddle::detail::operation::bit_or, b, order);
    }
    HEDDLE_INLINE value_type fetch_xor(value_type b,
                                       memory_order order = memory_order_seq_cst) noexcept requires arithmetic {
        return modify(heddle::detail::operation::bit_xor, b, order);
    }
    HEDDLE_INLINE value_type operator+=(value_type b) noexcept requires arithmetic {
        return after(heddle::detail::operation::add, fetch_add(b), b);
    }
    HEDDLE_INLINE value_type operator-=(value_type b) noexcept requires arithmetic {
        return after(heddle::detail::operation::subtract, fetch_sub(b), b);
    }
    HEDDLE_INLINE value_type operator&=(value_type b) noexcept requires arithmetic {
        return value_type(fetch_and(b) & b);
    }
    HEDDLE_INLINE value_type operator|=(value_type b) noexcept requires arithmetic {
        return value_type(fetch_or(b) | b);
    }
    HEDDLE_INLINE value_type operator^=(value_type b) noexcept requires arithmetic {
        return value_type(fetch_xor(b) ^ b);
    }
    HEDDLE_INLINE value_type operator++() noexcept requires arithmetic { return *this += value_type(1); }
    HEDDLE_INLINE value_type operator--() noexcept requires arithmetic { return *this -= value_type(1); }
    HEDDLE_INLINE value_type operator++(int) noexcept requires arithmetic { return fetch_add(value_type(1)); }
    HEDDLE_INLINE value_type operator--(int) noexcept requires arithmetic { return fetch_sub(value_type(1)); }

    /// Waits until the value is another one.
    void wait(value_type old, memory_order order = memory_order_seq_cst) const noexcept {
        while (load(order) == old) {
        }
    }
    void notify_one() noexcept {}
    void notify_all() noexcept {}

private:
    HEDDLE_INLINE value_type modify(heddle::detail::operation op, value_type operand, memory_order order) noexcept {
        if (!heddle::detail::heddle_symbolic_exploring()) {
            value_type old = load(memory_order_relaxed);
            while (!compare_exchange_strong(old, after(op, old, operand), order, memory_order_relaxed)) {
            }
            return old;
        }
        return value_type::of_word(heddle::detail::heddle_symbolic_modify(&word_, static_cast<unsigned>(op), type,
                                                                          operand.word(), static_cast<int>(order)));
    }
    HEDDLE_INLINE static value_type after(heddle::detail::operation op, value_type old, value_type operand) {
        return value_type::of_word(heddle::detail::apply(op, type, old.word(), operand.word()));
    }

    std::atomic<std::uint64_t> word_{0};
};

template <typename T>
struct std::atomic_ref<heddle::symbolic<T>> {
    static_assert(heddle::detail::never<T>,
                  "std::atomic_ref of a heddle::symbolic<T> is not modelled: use std::atomic");
};

template <typename T>
struct std::numeric_limits<heddle::symbolic<T>> : std::numeric_limits<T> {};

/// Equal values must have equal hashes, and which values are equal is decided later: one bucket for all.
template <typename T>
struct std::hash<heddle::symbolic<T>> {
    std::size_t operator()(const heddle::symbolic<T>&) const noexcept { return 0; }
};

#undef HEDDLE_INLINE
