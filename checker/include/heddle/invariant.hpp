// Invariants: conditions that hold in every state of every interleaving. See docs/invariants.md.
//
//     std::atomic<int> inside{0};
//     heddle::invariant one_at_a_time("at most one is inside", heddle::value(inside) <= 1);
#pragma once

#include <atomic>
#include <cstddef>
#include <mutex>
#include <type_traits>

#include <pthread.h>

#include <heddle/heddle.h>
#include <heddle/symbolic.hpp>

#undef heddle_constant
#undef heddle_signed_value
#undef heddle_unsigned_value
#undef heddle_held
#undef heddle_at

namespace heddle {

/// Something about the program's state: a number (an integer without bounds) or a condition (1 or 0; other numbers than
/// 0 count as true). Cheap to copy: the term itself is kept by the checker.
class term {
public:
    template <class T, std::enable_if_t<std::is_integral_v<T> || std::is_enum_v<T>, int> = 0>
    term(T constant) : id_(constant_of(constant)) {}
    template <class T>
    term(T* constant) : id_(heddle_term(HEDDLE_CONSTANT, reinterpret_cast<unsigned long>(constant), 0, 0)) {}
    term(std::nullptr_t) : id_(heddle_term(HEDDLE_CONSTANT, 0, 0, 0)) {}

    /// The term of that number, as heddle_term gave it.
    static term numbered(unsigned long id) { return term(number_tag{}, id); }
    unsigned long number() const { return id_; }

    friend term operator+(term a, term b) { return make(HEDDLE_ADD, a, b); }
    friend term operator-(term a, term b) { return make(HEDDLE_SUBTRACT, a, b); }
    friend term operator*(term a, term b) { return make(HEDDLE_MULTIPLY, a, b); }
    friend term operator/(term a, term b) { return make(HEDDLE_DIVIDE, a, b); }
    friend term operator%(term a, term b) { return make(HEDDLE_REMAINDER, a, b); }
    friend term operator-(term a) { return make(HEDDLE_SUBTRACT, term(0), a); }
    friend term operator==(term a, term b) { return make(HEDDLE_EQUAL, a, b); }
    friend term operator!=(term a, term b) { return !(a == b); }
    friend term operator<(term a, term b) { return make(HEDDLE_LESS, a, b); }
    friend term operator<=(term a, term b) { return make(HEDDLE_LESS_EQUAL, a, b); }
    friend term operator>(term a, term b) { return b < a; }
    friend term operator>=(term a, term b) { return b <= a; }
    friend term operator&&(term a, term b) { return make(HEDDLE_AND, a, b); }
    friend term operator||(term a, term b) { return make(HEDDLE_OR, a, b); }
    friend term operator!(term a) { return numbered(heddle_term(HEDDLE_NOT, a.id_, 0, 0)); }
    term& operator+=(term b) { return *this = *this + b; }

    /// `condition ? a : b`
    friend term if_else(term condition, term a, term b) {
        return numbered(heddle_term(HEDDLE_IF_ELSE, condition.id_, a.id_, b.id_));
    }
    /// Where a holds, b holds.
    friend term implies(term a, term b) { return !a || b; }

private:
    struct number_tag {};
    term(number_tag, unsigned long id) : id_(id) {}
    static term make(unsigned kind, term a, term b) { return numbered(heddle_term(kind, a.id_, b.id_, 0)); }
    template <class T>
    static unsigned long constant_of(T constant) {
        if constexpr (std::is_enum_v<T>) return constant_of(static_cast<std::underlying_type_t<T>>(constant));
        else return heddle_term(HEDDLE_CONSTANT, static_cast<unsigned long>(constant), std::is_signed_v<T>, 0);
    }

    unsigned long id_;
};

namespace detail {
template <class T>
constexpr bool is_signed_value() {
    if constexpr (std::is_enum_v<T>) return std::is_signed_v<std::underlying_type_t<T>>;
    else return std::is_signed_v<T>;
}
template <class T>
term number_at(const volatile void* address) {
    static_assert(std::is_integral_v<T> || std::is_enum_v<T> || std::is_pointer_v<T>,
                  "heddle::value takes integers, bool, enumerations, pointers and heddle::symbolic, atomic or not");
    static_assert(sizeof(T) <= 8);
    return term::numbered(
        heddle_term(HEDDLE_VALUE, reinterpret_cast<unsigned long>(address), sizeof(T), is_signed_value<T>()));
}
template <class T>
term value_at(const volatile void* address) {
    if constexpr (is_symbolic<T>) {
        using Number = plain_t<T>;
        return term::numbered(heddle_term(HEDDLE_VALUE, reinterpret_cast<unsigned long>(address), sizeof(T),
                                          std::is_signed_v<Number> | scalar_of<Number>() << 1));
    } else {
        return number_at<T>(address);
    }
}
} // namespace detail

/// What the variable holds: the newest write to it that the state contains. The variable must outlive the invariant.
template <class T>
term value(std::atomic<T>& variable) {
    return detail::value_at<T>(&variable);
}
template <class T>
term value(const std::atomic<T>& variable) {
    return detail::value_at<T>(&variable);
}
inline term value(const std::atomic_flag& flag) { return detail::value_at<bool>(&flag); }
template <class T>
term value(T& variable) {
    return detail::value_at<std::remove_cv_t<T>>(&variable);
}

/// 1 while some thread holds the mutex, else 0.
inline term held(const std::mutex& mutex) {
    return term::numbered(heddle_term(HEDDLE_HELD, reinterpret_cast<unsigned long>(&mutex), 0, 0));
}
inline term held(const std::recursive_mutex& mutex) {
    return term::numbered(heddle_term(HEDDLE_HELD, reinterpret_cast<unsigned long>(&mutex), 0, 0));
}
inline term held(const pthread_mutex_t& mutex) {
    return term::numbered(heddle_term(HEDDLE_HELD, reinterpret_cast<unsigned long>(&mutex), 0, 0));
}

/// How many threads are in the regions of that label.
inline term at(const char* label) {
    return term::numbered(heddle_term(HEDDLE_AT, reinterpret_cast<unsigned long>(label), 0, 0));
}

/// From here to the end of the scope the thread is in a region of that label.
class region {
public:
    explicit region(const char* label) : label_(label) { heddle_region_enter(label_); }
    ~region() { heddle_region_leave(label_); }
    region(const region&) = delete;

private:
    const char* label_;
};

/// How many of the conditions hold.
template <class... Terms>
term count(Terms... conditions) {
    return (term(0) + ... + if_else(term(conditions), 1, 0));
}
template <class... Terms>
term at_most(term k, Terms... conditions) {
    return count(conditions...) <= k;
}
template <class... Terms>
term at_least(term k, Terms... conditions) {
    return k <= count(conditions...);
}
template <class... Terms>
term exactly(term k, Terms... conditions) {
    return count(conditions...) == k;
}

/// For each element of the range the term that `of` makes of it: their conjunction, disjunction, sum, and how many hold.
template <class Range, class Of>
term all_of(Range&& range, Of of) {
    term result = true;
    for (auto& element : range) result = result && of(element);
    return result;
}
template <class Range, class Of>
term any_of(Range&& range, Of of) {
    term result = false;
    for (auto& element : range) result = result || of(element);
    return result;
}
template <class Range, class Of>
term sum_of(Range&& range, Of of) {
    term result = 0;
    for (auto& element : range) result += of(element);
    return result;
}
template <class Range, class Of>
term count_of(Range&& range, Of of) {
    return sum_of(range, [&](auto& element) { return if_else(of(element), 1, 0); });
}

/// The condition holds in every state from here to the end of the scope, else the verdict is "invariant".
class invariant {
public:
    [[nodiscard("an invariant holds as long as its object lives: give it a name")]]
    invariant(const char* name, term condition, const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
        heddle_invariant_begin(this, name, condition.number(), file, line);
    }
    ~invariant() { heddle_invariant_end(this); }
    invariant(const invariant&) = delete;
};

} // namespace heddle
