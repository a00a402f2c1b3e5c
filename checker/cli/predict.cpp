#include "cli/predict.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "cli/confirmer.hpp"
#include "cli/prediction_sentence.hpp"
#include "cli/recorded_trace.hpp"
#include "cli/stop.hpp"
#include "cli/trust.hpp"
#include "core/error.hpp"
#include "trace/recording_file.hpp"

namespace heddle::cli {
namespace {

using smt::PredictedKind;
using smt::Prediction;
using smt::Reference;
using trace::RecordedEvent;
using trace::Recording;

class Run {
public:
    explicit Run(const PredictionPlan& plan)
        : plan_(plan), recording_(trace::read_recording(plan.recording, at(0.2))), history_(recording_, at(0.4)),
          confirmer_(history_, at(1), plan.check, plan.trace_folder), names_(recording_, library()) {}

    trace::Result run() {
        smt::PredictionOptions options = plan_.prediction;
        options.until = at(0.7);
        coverage_ = smt::predict(history_, options);
        group();
        if (plan_.confirm && !groups_.empty()) confirm();
        result_.file = recording_.file;
        result_.pattern = recording_.pattern;
        result_.of = trace::Recorded{plan_.recording.string()};
        finish();
        result_.forecast = forecast();
        result_.verdict = verdict();
        return std::move(result_);
    }

private:
    using Clock = std::chrono::steady_clock;

    /// When so much of the time is over: each stage leaves some to those that follow.
    Clock::time_point at(double part) const { return begin_ + std::chrono::duration_cast<Clock::duration>(part * plan_.prediction.total); }

    /// The recorded program. Without it nothing can be executed, nor be told in words.
    std::filesystem::path library() {
        if (!plan_.confirm || history_.size() == 0) return recording_.library;
        trace::Build build = build_of(recording_);
        if (build.sources.empty()) build.sources.push_back(recording_.library);
        require_trust(build, plan_.recording.string(), "predict", plan_.trust);
        try {
            return confirmer_.find_program();
        } catch (const UserError& problem) {
            throw UserError(fmt::format("{} cannot be predicted from: {} (--no-confirm predicts without the program)",
                                        plan_.recording.string(), problem.what()));
        }
    }

    /// Predictions of the same: any of them confirms it.
    struct Group {
        PredictedKind kind = PredictedKind::race;
        bool certain = false;
        std::vector<std::uint64_t> pcs; ///< sorted
        std::vector<const Prediction*> predictions;
        std::optional<Confirmer::Answer> confirmed;
        const Prediction* confirmed_by = nullptr;
        std::string why_not;
    };

    const RecordedEvent& event(Reference r) const { return recording_.threads[r.thread].events[r.index]; }

    bool is_known(const std::vector<std::uint64_t>& pcs) const {
        return pcs.size() == 2 && std::any_of(plan_.known.begin(), plan_.known.end(), [&](const auto& known) {
                   return pcs == std::vector{std::min(known.first, known.second), std::max(known.first, known.second)};
               });
    }

    void group() {
        std::map<std::pair<PredictedKind, std::vector<std::uint64_t>>, std::size_t> known;
        for (const Prediction& p : coverage_.predictions) {
            std::vector<std::uint64_t> pcs;
            for (const Reference& r : p.events) pcs.push_back(event(r).pc);
            std::sort(pcs.begin(), pcs.end());
            if (p.kind == PredictedKind::race && is_known(pcs)) continue;
            const auto [at, fresh] = known.try_emplace({p.kind, pcs}, groups_.size());
            if (fresh) groups_.push_back({p.kind, false, pcs, {}, {}, nullptr, {}});
            Group& group = groups_[at->second];
            group.certain |= p.certain;
            group.predictions.push_back(&p);
        }
    }

    // ---- confirming

    void confirm() {
        for (Group& group : groups_) { // certain ones first
            if (stop_flag()) break;
            if (!group.certain && is_found(group)) continue;
            if (Clock::now() > at(1)) {
                group.why_not = "there was no time left to execute it (see --time)";
                not_executed_ += !group.certain;
                continue;
            }
            for (const Prediction* prediction : group.predictions) {
                if (Clock::now() > at(1)) break;
                Confirmer::Answer answer = confirmer_.execute(*prediction, false);
                if (answer.findings.empty() && !group.certain) answer = confirmer_.execute(*prediction, true);
                if (answer.findings.empty()) {
                    group.why_not = answer.reason;
                    continue;
                }
                group.confirmed = answer;
                group.confirmed_by = prediction;
                if (is_same(group, answer)) break;
            }
        }
        explore_rest();
    }

    /// Whether what was found is what was predicted, and not something else on the way.
    bool is_same(const Group& group, const Confirmer::Answer& answer) const {
        if (group.kind != PredictedKind::race) return true;
        if (answer.verdict != Verdict::data_race && answer.verdict != Verdict::memory) return false;
        const auto race = answer.findings.front().race;
        if (race.first && race.second && group.pcs.size() == 2 && group.pcs[0])
            return race == std::pair{group.pcs[0], group.pcs[1]} || same_lines(group, answer);
        return true;
    }

    bool same_lines(const Group& group, const Confirmer::Answer& answer) const {
        std::vector<int> predicted, found;
        for (const Reference& r : group.predictions.front()->events) predicted.push_back(names_.site(event(r).pc).line);
        for (const trace::Part& part : answer.findings.front().trace.violation.parts) found.push_back(part.site.line);
        std::sort(predicted.begin(), predicted.end());
        std::sort(found.begin(), found.end());
        return predicted == found;
    }

    /// Whether a suggestion is superfluous: the same places are in something confirmed.
    bool is_found(const Group& group) const {
        return std::any_of(groups_.begin(), groups_.end(), [&](const Group& other) {
            return &other != &group && other.confirmed && other.kind == group.kind && other.pcs == group.pcs;
        });
    }

    /// Nothing was confirmed although something is certain: every execution, as long as there is time.
    void explore_rest() {
        if (plan_.exploration.count() == 0 || stop_flag()) return;
        const bool any = std::any_of(groups_.begin(), groups_.end(), [](const Group& g) { return g.certain && !g.confirmed; });
        const bool found = std::any_of(groups_.begin(), groups_.end(), [](const Group& g) { return bool(g.confirmed); });
        if (!any || found) return;
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(at(1) - Clock::now());
        if (left.count() <= 0) return;
        const Confirmer::Answer answer = confirmer_.explore(std::min(plan_.exploration, left));
        for (Group& group : groups_) {
            if (!group.certain || group.confirmed) continue;
            if (!answer.findings.empty()) group.confirmed = answer;
            else if (answer.verdict == Verdict::verified) group.why_not += "; all executions were explored, and none is wrong";
        }
    }

    // ---- telling

    void finish() {
        const PredictionSentences sentences(history_, names_);
        std::set<std::string> told;
        for (Group& group : groups_) {
            if (!group.certain) ++suggestions_;
            if (!group.certain && !group.confirmed) continue; // nothing came of it
            const Prediction& prediction = group.confirmed_by ? *group.confirmed_by : *group.predictions.front();
            trace::Foretold foretold;
            foretold.confirmed = group.confirmed.has_value();
            foretold.certain = group.certain;
            foretold.sentence = sentences.of(prediction);
            foretold.inputs = prediction.inputs;
            for (const Reference& r : prediction.events) foretold.sites.push_back(names_.site(event(r).pc));
            foretold.reason = group.why_not;
            trace::Finding finding;
            finding.trace.violation.kind = verdict_predicted(prediction, recording_);
            if (group.confirmed) {
                if (!told.insert(key_of(*group.confirmed)).second) continue; // the same bug again
                const bool other = !is_same(group, *group.confirmed);
                finding = std::move(group.confirmed->findings.front());
                foretold.reason = group.confirmed->reason;
                if (finding.foretold && !finding.foretold->inputs.empty())
                    foretold.sentence += fmt::format("; with {} this fails", list_of(finding.foretold->inputs));
                if (other) foretold.sentence += "; executing it showed another bug first";
            }
            finding.foretold = std::move(foretold);
            result_.findings.push_back(std::move(finding));
        }
        std::ranges::stable_partition(result_.findings, [](const trace::Finding& f) { return f.foretold->confirmed; });
    }

    /// A recording proves nothing: verified is, here, that nothing was found.
    Verdict verdict() const {
        if (result_.findings.empty()) return coverage_.events ? Verdict::verified : Verdict::inconclusive;
        const trace::Finding& first = result_.findings.front();
        return first.foretold->confirmed ? first.trace.violation.kind : Verdict::inconclusive;
    }

    /// Verdict and places: what is equal is the same bug.
    static std::string key_of(const Confirmer::Answer& answer) {
        std::set<std::pair<std::string, int>> places;
        for (const trace::Part& part : answer.findings.front().trace.violation.parts) places.emplace(part.site.file, part.site.line);
        std::string key(name_of(answer.verdict));
        for (const auto& [file, line] : places) key += fmt::format(" {}:{}", file, line);
        return key;
    }

    trace::Forecast forecast() const {
        trace::Forecast f;
        const smt::Prognosis& c = coverage_;
        f.events = c.events, f.windows = c.windows, f.smallest_window = c.smallest_window, f.largest_window = c.largest_window;
        f.pairs = c.pairs, f.conditions = c.conditions, f.suggestions = suggestions_;
        f.solver_calls = c.effort.calls, f.solver_seconds = c.effort.seconds;
        f.seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
        f.complete = recording_.complete;
        f.pairs_too_far_apart = c.out_of_reach, f.pairs_without_answer = c.given_up, f.events_left_out = c.left_out;
        f.events_lost = recording_.lost(), f.conditions_lost = c.conditions_lost, f.conditions_without_answer = c.conditions_given_up;
        f.operations_on_inputs_cut = c.cut_terms, f.suggestions_not_executed = not_executed_, f.out_of_time = c.out_of_time;
        return f;
    }

    const Clock::time_point begin_ = Clock::now();
    const PredictionPlan& plan_;
    const Recording recording_;
    const smt::History history_;
    Confirmer confirmer_;
    const RecordedNames names_;
    std::vector<Group> groups_;
    smt::Prognosis coverage_;
    std::uint64_t suggestions_ = 0;  ///< tried out, with or without success
    std::uint64_t not_executed_ = 0; ///< suggestions for which there was no time left
    trace::Result result_;
};

} // namespace

trace::Result predict(const PredictionPlan& plan) { return Run(plan).run(); }

} // namespace heddle::cli
