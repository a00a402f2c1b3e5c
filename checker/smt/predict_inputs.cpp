#include "smt/predict_inputs.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "smt/path_solver.hpp"
#include "smt/recorded_conditions.hpp"

namespace heddle::smt {
namespace {

constexpr std::size_t most_conditions = 20'000; ///< of a run; what comes later is not looked at
constexpr unsigned ways_of_branch = 4;          ///< suggestions for one direction of a branch in the source

class InputPredictor {
public:
    InputPredictor(const History& history, const PredictionOptions& options, std::chrono::steady_clock::time_point deadline,
                   Prognosis& result)
        : h_(history), options_(options), deadline_(deadline), result_(result), solver_(options.question) {}

    void run() {
        const RecordedConditions recorded = conditions_of(h_);
        conditions_ = recorded.conditions;
        result_.conditions = conditions_.size();
        result_.conditions_lost = recorded.lost;
        result_.cut_terms = recorded.cut;
        if (conditions_.size() > most_conditions) {
            result_.conditions_lost += conditions_.size() - most_conditions;
            conditions_.resize(most_conditions);
        }
        for (const Condition& c : conditions_) path_.push_back(c.held);
        for (std::size_t i = 0; i < conditions_.size(); ++i)
            if (conditions_[i].kind == RecordedKind::ensure) look_at_check(i);
        look_at_branches();
        result_.effort += solver_.effort();
    }

private:
    const RecordedEvent& event(std::size_t i) const { return h_[conditions_[i].place]; }

    /// Inputs with which all goes as recorded up to the condition, which then goes the other way.
    bool ask(std::size_t i, Prediction& prediction) {
        if (std::chrono::steady_clock::now() >= deadline_) {
            ++result_.conditions_given_up;
            return false;
        }
        const PathSolver::Solution solution = solver_.solve({path_.data(), i}, expressions().negation(path_[i]));
        result_.conditions_given_up += solution.answer == Answer::unknown;
        if (solution.answer != Answer::satisfiable) return false;
        prediction.inputs = solution.values;
        prediction.events = {h_.at(conditions_[i].place)};
        prediction.before = conditions_[i].place;
        return true;
    }

    void look_at_check(std::size_t i) {
        unsigned& answers = checks_[event(i).pc];
        Prediction prediction;
        if (!event(i).value || answers >= options_.answers || !ask(i, prediction)) return; // or it has failed in the run itself
        ++answers;
        prediction.kind = PredictedKind::other_input;
        prediction.certain = conditions_[i].certain;
        result_.predictions.push_back(std::move(prediction));
    }

    /// Directions that the run never took come first.
    void look_at_branches() {
        std::set<std::pair<std::uint64_t, bool>> taken;
        std::vector<std::size_t> order;
        for (std::size_t i = 0; i < conditions_.size(); ++i) {
            if (conditions_[i].kind == RecordedKind::ensure) continue;
            taken.emplace(event(i).pc, event(i).value != 0);
            order.push_back(i);
        }
        std::stable_partition(order.begin(), order.end(),
                              [&](std::size_t i) { return !taken.contains({event(i).pc, event(i).value == 0}); });
        std::map<std::pair<std::uint64_t, bool>, unsigned> ways;
        unsigned suggested = 0;
        for (const std::size_t i : order) {
            unsigned& known = ways[{event(i).pc, event(i).value != 0}];
            Prediction prediction;
            if (suggested >= options_.suggestions || known >= ways_of_branch || !ask(i, prediction)) continue;
            ++known, ++suggested;
            prediction.kind = PredictedKind::other_branch;
            result_.predictions.push_back(std::move(prediction));
        }
    }

    const History& h_;
    const PredictionOptions& options_;
    const std::chrono::steady_clock::time_point deadline_;
    Prognosis& result_;
    PathSolver solver_;
    std::vector<Condition> conditions_;
    std::vector<Word> path_;
    std::map<std::uint64_t, unsigned> checks_; ///< by pc: how many predictions there are
};

} // namespace

void predict_inputs(const History& history, const PredictionOptions& options, std::chrono::steady_clock::time_point deadline,
                    Prognosis& prognosis) {
    if (!history.recording().inputs.empty()) InputPredictor(history, options, deadline, prognosis).run();
}

} // namespace heddle::smt
