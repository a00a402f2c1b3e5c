#include "smt/path_solver.hpp"

#include <algorithm>
#include <cstdlib>
#include <unordered_map>

#include <z3++.h>

#include "smt/ask.hpp"
#include "smt/expression_terms.hpp"

namespace heddle::smt {
namespace {

constexpr std::chrono::seconds enough_simplifying{2};
constexpr std::size_t most_witnesses = 16;

/// Inputs that Z3 has found for some question: they may do for the next one as well.
struct Witness {
    std::vector<Word> inputs;
    Expressions::Evaluated known;
    bool fulfils(const std::vector<Word>& conditions) {
        return std::all_of(conditions.begin(), conditions.end(),
                           [&](Word condition) { return expressions().evaluate(condition, inputs, known) != 0; });
    }
};

struct HashWords {
    std::size_t operator()(const std::vector<Word>& words) const {
        Word h = words.size();
        for (const Word w : words) h = (h ^ w ^ h >> 27) * 0x9e3779b97f4a7c15ull;
        return h ^ h >> 32;
    }
};

std::uint64_t magnitude(Scalar type, Word value) { return is_signed(type) && std::int64_t(value) < 0 ? -value : value; }

} // namespace

struct PathSolver::Impl {
    explicit Impl(std::chrono::milliseconds time)
        : time_limit(time), terms(context), solver(context, z3::solver::simple()) {
        limit(solver, time);
    }

    /// The question and those conditions of the path that share inputs with it, directly or through others; sorted.
    std::vector<Word> relevant(std::span<const Word> path, Word question) const {
        std::vector<Word> chosen{question};
        std::vector<bool> taken(path.size());
        std::vector<std::uint32_t> open(expressions().inputs_of(question).begin(),
                                        expressions().inputs_of(question).end());
        std::vector<bool> seen(expressions().inputs().size());
        for (const std::uint32_t input : open) seen[input] = true;
        while (!open.empty()) {
            const std::uint32_t input = open.back();
            open.pop_back();
            for (std::size_t i = 0; i < path.size(); ++i) {
                const auto inputs = expressions().inputs_of(path[i]);
                if (taken[i] || !std::binary_search(inputs.begin(), inputs.end(), input)) continue;
                taken[i] = true;
                chosen.push_back(path[i]);
                for (const std::uint32_t other : inputs)
                    if (!seen[other]) seen[other] = true, open.push_back(other);
            }
        }
        std::sort(chosen.begin(), chosen.end());
        chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
        return chosen;
    }

    /// Tells the solver the conditions and the ranges of their inputs, and nothing else.
    void tell(const std::vector<Word>& conditions, const std::vector<std::uint32_t>& inputs) {
        solver.reset();
        for (const Word condition : conditions) solver.add(terms.of(condition, Scalar::boolean));
        for (const std::uint32_t input : inputs) solver.add(terms.in_range(input));
    }

    static std::vector<std::uint32_t> inputs_of(std::span<const Word> conditions) {
        std::vector<std::uint32_t> inputs;
        for (const Word condition : conditions)
            for (const std::uint32_t input : expressions().inputs_of(condition)) inputs.push_back(input);
        std::sort(inputs.begin(), inputs.end());
        inputs.erase(std::unique(inputs.begin(), inputs.end()), inputs.end());
        return inputs;
    }

    Answer decide(const std::vector<Word>& conditions) {
        for (std::size_t i = witnesses.size(); i-- > 0;)
            if (witnesses[i].fulfils(conditions)) return Answer::satisfiable;
        const Answer answer = ask_about(conditions);
        if (answer != Answer::satisfiable) return answer;
        try {
            Witness witness;
            for (const Input& input : expressions().inputs()) witness.inputs.push_back(input.low);
            const z3::model model = solver.get_model();
            for (const std::uint32_t input : inputs_of(conditions))
                witness.inputs[input] = value_of(model, terms.of_input(input), expressions().inputs()[input].type);
            if (witnesses.size() == most_witnesses) witnesses.erase(witnesses.begin());
            witnesses.push_back(std::move(witness));
        } catch (const z3::exception&) { // it is only there to save time
        }
        return answer;
    }

    Answer ask_about(const std::vector<Word>& conditions) {
        try {
            tell(conditions, inputs_of(conditions));
            return ask(solver, effort);
        } catch (const z3::exception&) { // out of memory
            ++effort.unknown;
            return Answer::unknown;
        }
    }

    /// Whether what the solver was told can hold together with this; if so the input's value is put into `value`.
    bool holds_with(const z3::expr& more, std::uint32_t input, Scalar type, Word& value) {
        z3::expr_vector assumptions(context);
        const z3::expr name = context.bool_const("more");
        solver.push();
        solver.add(z3::implies(name, more));
        assumptions.push_back(name);
        Effort aside; // a value that is not the simplest one is no doubt
        const bool can = ask(solver, assumptions, aside) == Answer::satisfiable;
        if (can) value = value_of(solver.get_model(), terms.of_input(input), type);
        solver.pop();
        aside.unknown = 0;
        effort += aside;
        return can;
    }

    /// Whether the input is at most so far from 0.
    z3::expr within(std::uint32_t input, Scalar type, std::uint64_t distance) {
        const z3::expr term = terms.of_input(input), bound = terms.constant(distance, type);
        if (!is_signed(type)) return z3::ule(term, bound);
        return z3::sle(-bound, term) && z3::sle(term, bound);
    }

    /// Makes the value as near to 0 as the solver allows, and tells the solver so.
    Word bring_near_zero(std::uint32_t input, Scalar type, Word value) {
        const auto term = [&] { return terms.of_input(input); };
        const auto is = [&](Word w) { return term() == terms.constant(w, type); };
        if (type == Scalar::boolean) {
            if (value) holds_with(!term(), input, type, value);
        } else if (value != 0 && !holds_with(is(0), input, type, value) && holds_with(!is(value), input, type, value)) {
            std::uint64_t low = 0, high = magnitude(type, value); // not within low, within high
            while (high - low > 1) {
                const std::uint64_t middle = low + (high - low) / 2;
                if (holds_with(within(input, type, middle), input, type, value)) high = magnitude(type, value);
                else low = middle;
            }
            if (is_signed(type) && std::int64_t(value) < 0) holds_with(is(-value), input, type, value);
        }
        return value;
    }

    z3::context context;
    std::chrono::milliseconds time_limit;
    ExpressionTerms terms;
    z3::solver solver;
    Effort effort;
    std::vector<Witness> witnesses;
    std::unordered_map<std::vector<Word>, Answer, HashWords> asked;
};

PathSolver::PathSolver(std::chrono::milliseconds limit) : impl_(std::make_unique<Impl>(limit)) {}
PathSolver::~PathSolver() = default;

const Effort& PathSolver::effort() const { return impl_->effort; }

Answer PathSolver::possible(std::span<const Word> path, Word also) {
    if (!is_expression(also)) return also ? Answer::satisfiable : Answer::unsatisfiable;
    const std::vector<Word> question = impl_->relevant(path, also);
    const auto [known, fresh] = impl_->asked.try_emplace(question, Answer::unknown);
    if (fresh) known->second = impl_->decide(question);
    return known->second;
}

PathSolver::Solution PathSolver::simplest(std::span<const Word> conditions) {
    Solution solution;
    std::vector<Word> open;
    for (const Word condition : conditions) {
        if (is_expression(condition)) open.push_back(condition);
        else if (!condition) return {Answer::unsatisfiable, {}};
    }
    solution.answer = impl_->ask_about(open);
    if (solution.answer != Answer::satisfiable) return solution;
    const auto begin = std::chrono::steady_clock::now();
    limit(impl_->solver, std::chrono::milliseconds(500));
    try {
        z3::model model = impl_->solver.get_model();
        for (const std::uint32_t input : Impl::inputs_of(open)) {
            const Scalar type = expressions().inputs()[input].type;
            Word value = value_of(model, impl_->terms.of_input(input), type);
            const bool time = std::chrono::steady_clock::now() - begin < enough_simplifying;
            if (time) value = impl_->bring_near_zero(input, type, value);
            solution.values.push_back({expressions().inputs()[input], value});
            if (!time) continue; // the rest as in the model there is, which goes with the values chosen so far
            impl_->solver.add(impl_->terms.of_input(input) == impl_->terms.constant(value, type));
            Effort aside;
            if (ask(impl_->solver, aside) != Answer::satisfiable) {
                solution.answer = Answer::unknown;
                break;
            }
            model = impl_->solver.get_model();
            aside.unknown = 0;
            impl_->effort += aside;
        }
    } catch (const z3::exception&) {
        solution.answer = Answer::unknown;
    }
    limit(impl_->solver, impl_->time_limit);
    return solution;
}

PathSolver::Solution PathSolver::solve(std::span<const Word> path, Word also) {
    if (!is_expression(also)) return {also ? Answer::satisfiable : Answer::unsatisfiable, {}};
    const Answer answer = possible(path, also);
    return answer == Answer::satisfiable ? simplest(impl_->relevant(path, also)) : Solution{answer, {}};
}

} // namespace heddle::smt
