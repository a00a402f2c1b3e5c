#include "smt/ask.hpp"

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
    z3::params parameters(solver.ctx());
    parameters.set("timeout", time.count() > 0 ? static_cast<unsigned>(time.count()) : ~0u);
    solver.set(parameters);
}

Answer ask(z3::solver& solver, Effort& effort) {
    return timed([&] { return solver.check(); }, effort);
}

Answer ask(z3::solver& solver, const z3::expr_vector& assumptions, Effort& effort) {
    return timed([&] { return solver.check(assumptions); }, effort);
}

} // namespace heddle::smt
