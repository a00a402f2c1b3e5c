#include "smt/invariant_solver.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "core/error.hpp"
#include "smt/ask.hpp"

namespace heddle::smt {
namespace {

constexpr std::size_t most_sessions = 64;

z3::expr number(z3::context& context, Integer value) { return context.int_val(to_string(value).c_str()); }

z3::expr as_condition(const z3::expr& e) { return e.is_bool() ? e : e != 0; }
z3::expr as_number(const z3::expr& e) { return e.is_bool() ? z3::ite(e, e.ctx().int_val(1), e.ctx().int_val(0)) : e; }

/// Z3's division rounds so that the remainder is not negative; C++'s rounds towards zero.
z3::expr quotient(const z3::expr& a, const z3::expr& b) { return z3::ite(a >= 0, a / b, -(-a / b)); }

/// The solver of all projections that have the same chains of values.
class Session {
public:
    Session(z3::context& context, const Projection& projection, const Formula& formula, std::chrono::milliseconds time)
        : context_(context), solver_(context) {
        limit(solver_, time);
        for (std::size_t u = 0; u < projection.chains.size(); ++u) {
            done_.push_back(context.int_const(("done" + std::to_string(u)).c_str()));
            solver_.add(done_[u] >= 0 && done_[u] <= context.int_val(std::uint64_t(projection.chains[u].changes())));
        }
        solver_.add(!as_condition(translate(projection, formula)));
    }

    Answered ask(const Projection& projection, Effort& effort) {
        z3::expr_vector assumptions(context_);
        for (std::size_t u = 0; u < projection.chains.size(); ++u) assume_needs(projection, u, assumptions);
        const Answer answer = smt::ask(solver_, assumptions, effort);
        if (answer == Answer::unknown) return {Finding::undecided, {}, "Z3 gave no answer in time"};
        if (answer == Answer::unsatisfiable) return {Finding::holds, {}, ""};
        const z3::model model = solver_.get_model();
        Answered answered{Finding::violated, projection.least(), ""};
        for (std::size_t u = 0; u < done_.size(); ++u)
            answered.cut[u] = std::uint16_t(model.eval(done_[u], true).get_numeral_uint());
        return answered;
    }

private:
    /// The literals of what the changes of chain u need from other chains.
    void assume_needs(const Projection& projection, std::size_t u, z3::expr_vector& assumptions) {
        const Chain& chain = projection.chains[u];
        for (std::size_t k = 1; k <= chain.changes(); ++k)
            for (std::size_t v = 0; v < projection.chains.size(); ++v) {
                const unsigned need = chain.needs[k][v];
                const unsigned said = k > 1 ? chain.needs[k - 1][v] : 0;
                if ((v != u || need > k) && need > said) assumptions.push_back(implication(unsigned(u), unsigned(k), unsigned(v), need));
            }
    }

    z3::expr implication(unsigned u, unsigned k, unsigned v, unsigned need) {
        const auto [at, made] = implications_.try_emplace({u, k, v, need}, context_);
        if (made) {
            at->second = context_.bool_const(("needs" + std::to_string(implications_.size())).c_str());
            solver_.add(z3::implies(at->second && done_[u] >= int(k), done_[v] >= int(need)));
        }
        return at->second;
    }

    /// What the chain is after as many changes as have been done; its range is said as well, as bounds help the solver most.
    z3::expr value_of(const Chain& chain, std::size_t u) {
        const auto& values = chain.values;
        const Integer step = values.size() > 1 ? values[1] - values[0] : 0;
        bool even = true;
        for (std::size_t k = 1; k < values.size(); ++k) even = even && values[k] - values[k - 1] == step;
        if (even) return number(context_, values[0]) + number(context_, step) * done_[u];
        z3::expr choice = number(context_, values[0]);
        for (std::size_t k = 1; k < values.size(); ++k)
            choice = z3::ite(done_[u] >= int(k), number(context_, values[k]), choice);
        const z3::expr value = context_.int_const(("value" + std::to_string(u)).c_str());
        const auto [least, most] = std::minmax_element(values.begin(), values.end());
        solver_.add(value == choice);
        solver_.add(value >= number(context_, *least) && value <= number(context_, *most));
        return value;
    }

    z3::expr translate(const Projection& projection, const Formula& formula) {
        std::vector<z3::expr> leaves, made;
        for (const Integer constant : projection.constants) leaves.push_back(number(context_, constant));
        for (std::size_t u = 0; u < projection.chains.size(); ++u) {
            z3::expr& leaf = leaves[projection.chains[u].leaf];
            leaf = leaf + value_of(projection.chains[u], u);
        }
        for (const Formula::Operation& op : formula.operations()) made.push_back(translate(op, leaves, made));
        return made.back();
    }

    z3::expr translate(const Formula::Operation& op, const std::vector<z3::expr>& leaves,
                       const std::vector<z3::expr>& made) {
        const auto n = [&](std::uint32_t i) { return as_number(made[i]); };
        const auto b = [&](std::uint32_t i) { return as_condition(made[i]); };
        switch (op.kind) {
        case TermKind::constant: return number(context_, op.number);
        case TermKind::value:
        case TermKind::held:
        case TermKind::at: return leaves[op.leaf];
        case TermKind::add: return n(op.a) + n(op.b);
        case TermKind::subtract: return n(op.a) - n(op.b);
        case TermKind::multiply: return n(op.a) * n(op.b);
        case TermKind::divide: return quotient(n(op.a), n(op.b));
        case TermKind::remainder: return n(op.a) - n(op.b) * quotient(n(op.a), n(op.b));
        case TermKind::equal: return n(op.a) == n(op.b);
        case TermKind::less: return n(op.a) < n(op.b);
        case TermKind::less_equal: return n(op.a) <= n(op.b);
        case TermKind::both: return b(op.a) && b(op.b);
        case TermKind::either: return b(op.a) || b(op.b);
        case TermKind::negation: return !b(op.a);
        case TermKind::if_else: return z3::ite(b(op.a), n(op.b), n(op.c));
        }
        throw InternalError("a term that the solver does not know");
    }

    z3::context& context_;
    z3::solver solver_;
    std::vector<z3::expr> done_;
    std::map<std::tuple<unsigned, unsigned, unsigned, unsigned>, z3::expr> implications_;
};

} // namespace

struct InvariantSolver::Impl {
    std::chrono::milliseconds limit;
    z3::context context;
    std::map<std::string, Session> sessions;
    Effort effort;
};

InvariantSolver::InvariantSolver(std::chrono::milliseconds limit) : impl_(std::make_unique<Impl>()) { impl_->limit = limit; }
InvariantSolver::~InvariantSolver() = default;

std::uint64_t InvariantSolver::calls() const { return impl_->effort.calls; }
double InvariantSolver::seconds() const { return impl_->effort.seconds; }

Answered InvariantSolver::ask(const Projection& projection, const Formula& formula, std::uint32_t condition) {
    // The key without the needs: constants and values.
    std::string shape = std::to_string(condition) + ":";
    const auto add = [&](Integer value) { shape += to_string(value) + ","; };
    for (const Integer constant : projection.constants) add(constant);
    for (const Chain& chain : projection.chains) {
        shape += "|" + std::to_string(chain.leaf) + ":";
        for (const Integer value : chain.values) add(value);
    }
    try {
        if (impl_->sessions.size() >= most_sessions && !impl_->sessions.contains(shape)) impl_->sessions.clear();
        const auto [session, made] = impl_->sessions.try_emplace(shape, impl_->context, projection, formula, impl_->limit);
        const Answered answered = session->second.ask(projection, impl_->effort);
        if (answered.finding != Finding::violated) return answered;
        std::vector<Integer> leaves;
        projection.values_in(answered.cut, leaves);
        const auto value = formula.evaluate(leaves);
        if (!value) return {Finding::undecided, {}, too_large};
        if (*value) throw InternalError("Z3's violating state does not violate the invariant");
        return answered;
    } catch (const z3::exception&) { // out of memory
        return {Finding::undecided, {}, "Z3 gave up"};
    }
}

} // namespace heddle::smt
