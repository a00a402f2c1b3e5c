#include "property/invariants.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "execution/redo.hpp"
#include "property/symbolic_condition.hpp"

namespace heddle::property {

using namespace execution;
using namespace graph;
using smt::Finding;

namespace {

/// Subdivisions of a search before Z3 is asked: about what one question to Z3 costs.
constexpr std::uint32_t search_budget = 2000;
constexpr std::chrono::milliseconds solver_limit{30'000}; ///< of one question, when no time limit is given
constexpr std::uint64_t looked_at_for_dead = 64; ///< graphs in which dead variables are looked for in any case
constexpr std::size_t most_symbolic_states = 20'000; ///< of one graph
constexpr std::size_t most_answers = 100'000;    ///< remembered for one condition

} // namespace

Invariants::Invariants(const Execution& execution, const Options& options, trace::Statistics& statistics)
    : execution_(execution), options_(options), statistics_(statistics), states_(execution, execution.machine()) {}

const std::vector<std::uint32_t>& Invariants::conditions_of(std::uint32_t declaration) {
    if (of_declaration_.size() <= declaration) of_declaration_.resize(declaration + 1);
    auto& conditions = of_declaration_[declaration];
    if (conditions) return *conditions;
    conditions.emplace();
    for (const TermId part : runtime::terms().conjuncts_of(runtime::declarations()[declaration].condition)) {
        const auto [at, made] = condition_of_term_.try_emplace(part, std::uint32_t(conditions_.size()));
        if (made) conditions_.emplace_back(part);
        conditions->push_back(at->second);
    }
    return *conditions;
}

std::optional<Violation> Invariants::at(Moment) {
    if (runtime::declarations().empty() || !states_.look()) return std::nullopt;
    auto& counts = statistics_.invariants ? *statistics_.invariants : statistics_.invariants.emplace();
    ++counts.graphs;
    if (const Instance* fleeting = states_.fleeting())
        return nonsense(*fleeting, "ends where it is declared: it holds as long as its object lives, so the object needs a name");
    new_projection_ = false;
    for (const Instance& instance : states_.instances()) {
        note_labels(instance);
        if (auto violation = look_at(instance)) return violation;
    }
    if (!new_projection_ && counts.graphs > looked_at_for_dead) return std::nullopt;
    for (const Instance& instance : states_.instances()) {
        const auto leaves = runtime::terms().leaves_of(runtime::declarations()[instance.declaration].condition);
        if (states_.dead_leaf(instance, leaves) != no_term)
            return nonsense(instance, "is still to hold when a variable that it mentions no longer exists");
    }
    return std::nullopt;
}

std::optional<Violation> Invariants::look_at(const Instance& instance) {
    for (const std::uint32_t condition : conditions_of(instance.declaration)) {
        const std::string& survey = states_.survey(instance, conditions_[condition].formula.leaves());
        if (const std::vector<Scalar> types = symbolic_types(condition); !types.empty()) {
            const smt::Projection projection = states_.projection();
            if (has_symbolic_values(projection, types)) {
                if (auto violation = look_for_all_inputs(instance, condition, projection, types)) return violation;
                continue;
            }
        }
        const smt::Answered& answered = answer(condition, survey);
        if (answered.finding == Finding::violated)
            return breach(instance, condition, states_.projection(), answered.cut);
        if (answered.finding == Finding::undecided && undecided_.empty())
            undecided_ = fmt::format("whether the invariant \"{}\" holds is not decided: {}",
                                     runtime::declarations()[instance.declaration].name, answered.why);
    }
    return std::nullopt;
}

/// The types of the condition's leaves that may hold symbolic values; empty when none may.
std::vector<Scalar> Invariants::symbolic_types(std::uint32_t condition) const {
    const std::vector<TermId>& leaves = conditions_[condition].formula.leaves();
    std::vector<Scalar> types(leaves.size(), Scalar::none);
    bool any = false;
    for (std::size_t i = 0; i < leaves.size(); ++i)
        if (const Term& term = runtime::terms()[leaves[i]]; term.kind == TermKind::value && term.c / 2) {
            types[i] = Scalar(term.c / 2);
            any = true;
        }
    return any ? types : std::vector<Scalar>();
}

/// Whether not all that the leaves hold are numbers.
bool Invariants::has_symbolic_values(const smt::Projection& projection, const std::vector<Scalar>& types) {
    const auto symbolic = [](Integer value) { return is_expression(Word(value)); };
    for (std::size_t i = 0; i < types.size(); ++i)
        if (types[i] != Scalar::none && symbolic(projection.constants[i])) return true;
    for (const smt::Chain& chain : projection.chains)
        if (types[chain.leaf] != Scalar::none && std::any_of(chain.values.begin(), chain.values.end(), symbolic)) return true;
    return false;
}

/// Asks, state by state, for inputs that lead there and for which the condition does not hold there.
std::optional<Violation> Invariants::look_for_all_inputs(const Instance& instance, std::uint32_t condition,
                                                         const smt::Projection& projection, const std::vector<Scalar>& types) {
    const runtime::Declaration& declaration = runtime::declarations()[instance.declaration];
    const auto undecided = [&](const char* why) {
        if (undecided_.empty())
            undecided_ = fmt::format("whether the invariant \"{}\" holds is not decided: {}", declaration.name, why);
    };
    new_projection_ = true;
    const ExecutionGraph& graph = execution_.graph();
    std::set<smt::Cut> seen{projection.least()};
    std::vector<smt::Cut> open{projection.least()}; // a queue: states with fewer changes come first
    std::vector<Integer> leaves;
    for (std::size_t next = 0; next < open.size(); ++next) {
        const smt::Cut cut = open[next];
        projection.values_in(cut, leaves);
        const SymbolicCondition found = symbolic_condition(conditions_[condition].formula, leaves, types);
        const StateCut state = states_.cut_of(instance, projection, cut);
        std::vector<Word> path;
        for (const EventId e : execution_.conditional())
            if (graph[e].index < state.events[graph[e].thread]) path.push_back(graph[e].assumes);
        const Word fails =
            expressions().make(Operator::bit_and, Scalar::boolean, found.exact, expressions().negation(found.holds));
        const smt::Answer answer = execution_.possible(path, fails);
        if (answer == smt::Answer::satisfiable) {
            Violation violation;
            violation.kind = Verdict::invariant;
            violation.message = fmt::format("\"{}\" does not hold", declaration.name);
            violation.thread = instance.begin.thread;
            violation.declaration = instance.declaration;
            violation.breach = state;
            violation.broken = conditions_[condition].formula.leaves();
            violation.also = fails;
            return violation;
        }
        if (answer == smt::Answer::unknown) undecided("Z3 gave no answer for some inputs");
        if (execution_.possible(path, expressions().negation(found.exact)) != smt::Answer::unsatisfiable)
            undecided("a number in it may need more than 64 bits");
        for (std::uint32_t i = 0; i < projection.chains.size(); ++i) {
            const smt::Chain& chain = projection.chains[i];
            if (cut[i] >= chain.changes()) continue;
            smt::Cut larger = cut;
            ++larger[i];
            const smt::Cut& needs = chain.needs[larger[i]];
            bool ready = true;
            for (std::size_t j = 0; j < needs.size(); ++j) ready = ready && needs[j] <= larger[j];
            if (ready && seen.insert(larger).second) open.push_back(std::move(larger));
        }
        if (seen.size() > most_symbolic_states) {
            undecided("it has too many states with symbolic values");
            return std::nullopt;
        }
    }
    return std::nullopt;
}

const smt::Answered& Invariants::answer(std::uint32_t condition, const std::string& survey) {
    auto& [formula, answers, surveys] = conditions_[condition];
    if (const auto known = surveys.find(survey); known != surveys.end()) return *known->second;
    if (surveys.size() >= most_answers) surveys.clear(), answers.clear();
    const smt::Projection projection = states_.projection();
    const auto [at, made] = answers.try_emplace(projection.key());
    if (made) {
        new_projection_ = true;
        ++statistics_.invariants->projections;
        at->second = decide(condition, projection);
    }
    surveys.emplace(survey, &at->second);
    return at->second;
}

smt::Answered Invariants::decide(std::uint32_t condition, const smt::Projection& projection) {
    const Formula& formula = conditions_[condition].formula;
    smt::Answered answered = walk(projection, formula);
    if (answered.finding == Finding::undecided && !*answered.why && !options_.always_solve)
        answered = search(projection, formula, search_budget);
    if (answered.finding == Finding::undecided && !*answered.why) {
        if (!solver_)
            solver_ = std::make_unique<smt::InvariantSolver>(options_.time_limit.count() ? options_.time_limit : solver_limit);
        const std::uint64_t calls = solver_->calls();
        const double seconds = solver_->seconds();
        answered = solver_->ask(projection, formula, condition);
        statistics_.invariants->solver_calls += solver_->calls() - calls;
        statistics_.invariants->solver_seconds += solver_->seconds() - seconds;
    }
    if (answered.finding == Finding::violated) answered.cut = shrunk(projection, formula, std::move(answered.cut));
    return answered;
}

Violation Invariants::nonsense(const Instance& instance, std::string message) const {
    const runtime::Declaration& declaration = runtime::declarations()[instance.declaration];
    Violation violation;
    violation.kind = Verdict::misuse;
    violation.message = fmt::format("the invariant \"{}\" {}", declaration.name, message);
    violation.thread = instance.begin.thread;
    violation.declaration = instance.declaration;
    return violation;
}

Violation Invariants::breach(const Instance& instance, std::uint32_t condition, const smt::Projection& projection,
                             const smt::Cut& cut) const {
    const runtime::Declaration& declaration = runtime::declarations()[instance.declaration];
    Violation violation;
    violation.kind = Verdict::invariant;
    violation.message = fmt::format("\"{}\" does not hold", declaration.name);
    violation.thread = instance.begin.thread;
    violation.declaration = instance.declaration;
    const auto cost = [&](const smt::Cut& other) {
        const StateCut state = states_.cut_of(instance, projection, other);
        return std::size_t(std::accumulate(state.events.begin(), state.events.end(), 0u) +
                           std::accumulate(state.changes.begin(), state.changes.end(), 0u));
    };
    const smt::Cut least = cheapest(projection, conditions_[condition].formula, cut, cost, search_budget);
    violation.breach = states_.cut_of(instance, projection, least);
    violation.broken = conditions_[condition].formula.leaves();
    return violation;
}

void Invariants::note_labels(const Instance& instance) {
    for (const std::uint32_t condition : conditions_of(instance.declaration))
        for (const TermId leaf : conditions_[condition].formula.leaves()) {
            const Term& term = runtime::terms()[leaf];
            if (term.kind != TermKind::at || entered_labels_.contains(term.a)) continue;
            mentioned_labels_.insert({term.a, instance.declaration});
            if (states_.enters(term.a)) entered_labels_.insert(term.a);
        }
}

std::optional<std::string> Invariants::doubt() const {
    if (!undecided_.empty()) return undecided_;
    for (const auto& [label, declaration] : mentioned_labels_)
        if (!entered_labels_.contains(label))
            return fmt::format("the invariant \"{}\" mentions the region \"{}\", which no thread ever enters",
                               runtime::declarations()[declaration].name, runtime::terms().label_text(label));
    return std::nullopt;
}

} // namespace heddle::property
