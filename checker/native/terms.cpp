#include "native/terms.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <mutex>

#include <pthread.h>

#include "native/inside.hpp"
#include "native/recorder.hpp"
#include "native/spin_lock.hpp"
#include "native/thread.hpp"

namespace heddle::native {
namespace {

using trace::RecordedKind;

Word word_of(std::size_t number) { return expression_tag << expression_shift | number; }
std::size_t index_of(Word word) { return word & ((Word{1} << expression_shift) - 1); }

/// All terms of the run, under one lock; their values can be read without it.
struct Terms {
    SpinLock lock;
    Expressions all; // its words are those of the program
    Word* const values = new Word[most_terms + room];
    std::uint16_t* const depths = new std::uint16_t[most_terms + room];
    std::atomic<std::size_t> count{0};

    /// One operation makes at most so many terms: what is simplified is made of others.
    static constexpr std::size_t room = 16;

    bool is_full() const { return count.load(std::memory_order_relaxed) >= most_terms; }

    std::uint32_t depth_of(Word word) const { return is_expression(word) ? depths[index_of(word)] : 0; }

    /// Gives the terms that have been made since a value and a depth. @return the first of them
    std::size_t note_new(Word input_value) {
        const std::size_t first = count.load(std::memory_order_relaxed);
        for (std::size_t n = first; n < all.size(); ++n) {
            const Expression& e = all[word_of(n)];
            const bool leaf = e.op == Operator::constant || e.op == Operator::input;
            const bool converted = e.op == Operator::convert; // its b is a type
            values[n] = e.op == Operator::constant ? e.a
                        : e.op == Operator::input  ? input_value
                                                   : compute(e.op, e.type, number_of(e.a), converted ? e.b : number_of(e.b), number_of(e.c));
            const std::uint32_t below = leaf ? 0 : std::max({depth_of(e.a), converted ? 0 : depth_of(e.b), depth_of(e.c)});
            depths[n] = static_cast<std::uint16_t>(leaf ? 0 : below + 1);
        }
        count.store(all.size(), std::memory_order_release);
        return first;
    }
};

Terms& terms() {
    static Terms* const terms = [] {
        auto* const made = new Terms;
        static Terms* locked = nullptr; // a child of the program must not find the lock taken by a thread it does not have
        locked = made;
        pthread_atfork([] { locked->lock.lock(); }, [] { locked->lock.unlock(); }, [] { locked->lock.unlock(); });
        return made;
    }();
    return *terms;
}

bool recorded() { return me && me->recorder; }

void note_cut() {
    if (!recorded()) return;
    // Not all of what may be millions.
    if (std::has_single_bit(++me->cut_terms)) me->recorder->event(RecordedKind::cut, 0, 0, 0, me->cut_terms);
}

} // namespace

Word number_of(Word word) {
    if (!is_expression(word)) return word;
    const std::size_t index = index_of(word);
    Terms& known = terms();
    return index < known.count.load(std::memory_order_acquire) ? known.values[index] : word;
}

Word new_input(const Input& input, Word value, std::uint64_t pc) {
    const Inside inside;
    Terms& known = terms();
    Word word = 0;
    bool followed = false;
    {
        const std::lock_guard guard(known.lock);
        followed = recorded() && !known.is_full() && known.all.inputs().size() < most_inputs_of_run;
        word = followed ? known.all.input(input) : known.all.constant(input.type, value);
        known.note_new(value);
    }
    if (followed) me->recorder->input({static_cast<std::uint32_t>(index_of(word)), input, value}, pc);
    else note_cut();
    return word;
}

Word apply(Operator op, Scalar type, Word a, Word b, Word c) {
    const Inside inside;
    Terms& known = terms();
    trace::RecordedTerm made[Terms::room];
    std::size_t count = 0;
    Word result = 0;
    bool cut = false;
    {
        const std::lock_guard guard(known.lock);
        std::uint32_t deepest = 0;
        std::size_t inputs = 0;
        const bool converted = op == Operator::convert;
        for (const Word operand : {a, converted ? 0 : b, c}) {
            deepest = std::max(deepest, known.depth_of(operand));
            inputs += known.all.inputs_of(operand).size();
        }
        cut = inputs > 0 && (known.is_full() || deepest >= deepest_term || inputs > most_inputs);
        if (op == Operator::constant) result = known.all.constant(type, a);
        else if (cut)
            result = known.all.constant(result_of({op, type, 0, 0, 0}),
                                        compute(op, type, number_of(a), converted ? b : number_of(b), number_of(c)));
        else result = known.all.make(op, type, a, b, c);
        for (std::size_t n = known.note_new(0); n < known.all.size() && count < Terms::room; ++n) {
            made[count++] = {static_cast<std::uint32_t>(n), known.all[word_of(n)]};
        }
    }
    if (cut) note_cut();
    if (recorded())
        for (std::size_t i = 0; i < count; ++i) me->recorder->term(made[i]);
    return result;
}

bool decide(RecordedKind kind, Word condition, std::uint64_t pc, Verdict verdict) {
    const bool holds = number_of(condition) != 0;
    if (!is_expression(condition) || !recorded()) return holds; // also from within an atomic operation
    const Inside inside;
    me->recorder->decision(kind, static_cast<std::uint32_t>(index_of(condition)), holds, verdict, pc);
    return holds;
}

} // namespace heddle::native
