// Invariants as the program declares them: terms are built by number, in memory that is not the program's. A program may
// build terms in static constructors; it can declare invariants and enter regions only while it runs.

#include "runtime/invariants.hpp"

#include <algorithm>
#include <atomic>

#include "runtime/hooks.hpp"
#include "runtime/machine.hpp"

namespace heddle::runtime {

namespace {

std::vector<Declaration> all_declarations;

std::uint32_t number_of(const Declaration& declaration) {
    const auto at = std::find(all_declarations.begin(), all_declarations.end(), declaration);
    if (at != all_declarations.end()) return std::uint32_t(at - all_declarations.begin());
    all_declarations.push_back(declaration);
    return std::uint32_t(all_declarations.size() - 1);
}

/// What is wrong with a variable or mutex that an invariant mentions; null: nothing.
const char* problem_with(std::uint64_t address) {
    constexpr const char* foreign = "memory that is not the program's";
    if (module_data.holds(address)) return nullptr;
    if (!slice::holds(address)) return foreign;
    const std::uint64_t index = slice::index_of(address), offset = address - slice::start_of(index);
    const Fiber* owner = memory().known(index);
    if (owner && address >= owner->stack_bottom && address < owner->stack_top)
        return owner == &current() && address < owner->entry.rsp ? "a variable of a function that has returned" : nullptr;
    if (offset >= slice::heap) {
        const Arena::Block* block = memory().block_at(address);
        return !block ? foreign : block->freed ? "memory that has been freed" : nullptr;
    }
    return owner && offset >= slice::tls ? nullptr : foreign;
}

const char* problem_with_term(TermId condition) {
    for (const TermId leaf : terms().leaves_of(condition)) {
        const Term& term = terms()[leaf];
        if (term.kind == TermKind::at) continue;
        if (const char* problem = problem_with(term.a)) return problem;
    }
    return nullptr;
}

void note(Note::Kind kind, std::uint64_t subject, std::uint32_t declaration, std::uint64_t pc) {
    if (listening && on_fiber()) listening->note({kind, subject, declaration, pc});
}

void note_region(Note::Kind kind, const char* label, std::uint64_t pc) {
    if (!listening || !on_fiber()) return; // replaying, or on real threads, where several would come at once
    std::uint64_t number;
    {
        EngineScope scope;
        number = terms().label(label ? label : "");
    }
    note(kind, number, 0, pc);
}

/// Real threads may build terms at the same time. Not a mutex: that would enter our own hooks.
std::atomic_flag making_term = ATOMIC_FLAG_INIT;

} // namespace

Terms& terms() {
    static Terms all;
    return all;
}

const std::vector<Declaration>& declarations() { return all_declarations; }

} // namespace heddle::runtime

using namespace heddle;
using namespace heddle::runtime;

extern "C" unsigned long heddle_heddle_term(unsigned kind, unsigned long a, unsigned long b, unsigned long c) {
    const std::uint64_t pc = HEDDLE_PC;
    const char* problem = nullptr;
    unsigned long id = 0;
    while (making_term.test_and_set(std::memory_order_acquire)) {
    }
    {
        EngineScope scope;
        Term term{static_cast<TermKind>(kind), a, b, c};
        if (kind < 1 || kind > unsigned(TermKind::if_else)) problem = "a term of an invariant has an unknown kind";
        else if (term.kind == TermKind::value && (b < 1 || b > 8)) problem = "an invariant mentions a variable of more than 8 bytes";
        const unsigned long operands[]{a, b, c};
        const unsigned count = problem ? 0 : operands_of(term.kind);
        for (unsigned i = 0; i < count; ++i)
            if (!terms().known(operands[i])) problem = "a term of an invariant is made of something that is no term";
        if (!problem && (term.kind == TermKind::divide || term.kind == TermKind::remainder)) {
            const Term& divisor = terms()[TermId(b)];
            if (!divisor.is_constant() || divisor.a == 0)
                problem = "an invariant divides by something that is not a constant other than 0";
        }
        if (!problem) {
            if (term.kind == TermKind::at) term.a = terms().label(reinterpret_cast<const char*>(a));
            id = terms().make(term);
        }
    }
    making_term.clear(std::memory_order_release);
    if (problem) fail(Verdict::misuse, pc, "%s", problem);
    return id;
}

extern "C" void heddle_heddle_invariant_begin(const void* self, const char* name, unsigned long condition,
                                              const char* file, int line) {
    const std::uint64_t pc = HEDDLE_PC;
    if (!on_fiber()) return; // a static constructor: nothing is checked before main, and the object's end is never seen
    if (!terms().known(condition))
        fail(Verdict::misuse, pc, "the invariant \"%s\" has a condition that is no term", name);
    const char* problem;
    bool mentions_something;
    std::uint32_t number;
    {
        EngineScope scope;
        problem = problem_with_term(TermId(condition));
        mentions_something = !terms().leaves_of(TermId(condition)).empty();
        number = number_of({name, TermId(condition), file, line});
    }
    if (!mentions_something)
        fail(Verdict::misuse, pc, "the invariant \"%s\" mentions no variable, mutex or region: it says nothing about the program",
             name);
    if (problem) fail(Verdict::misuse, pc, "the invariant \"%s\" mentions %s", name, problem);
    note(Note::Kind::begin, reinterpret_cast<std::uint64_t>(self), number, pc);
}

extern "C" void heddle_heddle_invariant_end(const void* self) {
    note(Note::Kind::end, reinterpret_cast<std::uint64_t>(self), 0, HEDDLE_PC);
}

extern "C" void heddle_heddle_region_enter(const char* label) { note_region(Note::Kind::enter, label, HEDDLE_PC); }
extern "C" void heddle_heddle_region_leave(const char* label) { note_region(Note::Kind::leave, label, HEDDLE_PC); }
