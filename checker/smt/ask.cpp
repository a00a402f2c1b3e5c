#include "smt/ask.hpp"

#include <algorithm>

namespace heddle::smt {
namespace {

template <typename Check>
Answer timed(Check check, Effort& effort) {
    const auto begin = std::chrono::steady_clock::now();
    z3::check_result result = z3::unknown;
    try {
        result = check();
    } catch (const z3::exception&) { // out of memory, cancelled: no answer
    }
    effort.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    ++effort.calls;
    if (result == z3::sat) return Answer::satisfiable;
    if (result == z3::unsat) return Answer::unsatisfiable;
    ++effort.unknown;
    return Answer::unknown;
}

} // namespace

void limit(z3::solver& solver, std::chrono::milliseconds time) {
    // In Z3's units of work, of which it does 2,000 to 10,000 in a millisecond: the same question has the same answer each time.
    // Not its "timeout": that starts a thread, whose locks and waits enter our hooks, beside the fiber that runs.
    constexpr std::int64_t units_per_millisecond = 4'000, most = 4'000'000'000;
    z3::params parameters(solver.ctx());
    parameters.set("rlimit", static_cast<unsigned>(time.count() > 0 ? std::min(most, time.count() * units_per_millisecond) : 0));
    solver.set(parameters);
}

Answer ask(z3::solver& solver, Effort& effort) {
    return timed([&] { return solver.check(); }, effort);
}

Answer ask(z3::solver& solver, const z3::expr_vector& assumptions, Effort& effort) {
    return timed([&] { return solver.check(assumptions); }, effort);
}

} // namespace heddle::smt
