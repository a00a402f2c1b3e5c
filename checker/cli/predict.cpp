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
          confirmer_(history_, at(1), plan.check, plan.trace_folder, plan.style), names_(recording_, library()) {}

    PredictionResult run() {
        smt::PredictionOptions options = plan_.prediction;
        options.until = at(0.7);
        result_.coverage = smt::predict(history_, options);
        result_.lost = recording_.lost();
        result_.complete = recording_.complete;
        group();
        if (plan_.confirm && !groups_.empty()) confirm();
        finish();
        result_.seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
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
        std::optional<Answer> confirmed;
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
        for (const Prediction& p : result_.coverage.predictions) {
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
                result_.not_executed += !group.certain;
                continue;
            }
            for (const Prediction* prediction : group.predictions) {
                if (Clock::now() > at(1)) break;
                Answer answer = confirmer_.execute(*prediction, false);
                if (!answer.violation && !group.certain) answer = confirmer_.execute(*prediction, true);
                if (!answer.violation) {
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
    bool is_same(const Group& group, const Answer& answer) const {
        if (group.kind != PredictedKind::race) return true;
        if (answer.verdict != Verdict::data_race && answer.verdict != Verdict::memory) return false;
        if (answer.race.first && answer.race.second && group.pcs.size() == 2 && group.pcs[0])
            return answer.race == std::pair{group.pcs[0], group.pcs[1]} || same_lines(group, answer);
        return true;
    }

    bool same_lines(const Group& group, const Answer& answer) const {
        std::vector<int> predicted, found;
        for (const Reference& r : group.predictions.front()->events) predicted.push_back(names_.site(event(r).pc).line);
        for (const auto& [file, line] : answer.lines) found.push_back(line);
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
        const Answer answer = confirmer_.explore(std::min(plan_.exploration, left));
        for (Group& group : groups_) {
            if (!group.certain || group.confirmed) continue;
            if (answer.violation) group.confirmed = answer;
            else if (answer.found_nothing) group.why_not += "; all executions were explored, and none is wrong";
        }
    }

    // ---- telling

    void finish() {
        const PredictionSentences sentences(history_, names_);
        std::set<std::string> told; // verdicts and places
        for (const Group& group : groups_) {
            if (!group.certain) ++result_.suggestions;
            if (!group.certain && !group.confirmed) continue; // nothing came of it
            const Prediction& prediction = group.confirmed_by ? *group.confirmed_by : *group.predictions.front();
            PredictedFinding finding;
            finding.kind = verdict_predicted(prediction, recording_);
            finding.confirmed = group.confirmed.has_value();
            finding.certain = group.certain;
            finding.sentence = sentences.of(prediction);
            finding.inputs = prediction.inputs;
            for (const Reference& r : prediction.events) finding.sites.push_back(names_.site(event(r).pc));
            finding.reason = group.why_not;
            if (group.confirmed) {
                const Answer& answer = *group.confirmed;
                std::set<std::pair<std::string, int>> places(answer.lines.begin(), answer.lines.end());
                std::string key(name_of(answer.verdict));
                for (const auto& [file, line] : places) key += fmt::format(" {}:{}", file, line);
                if (!told.insert(key).second) continue; // the same bug again
                finding.kind = std::string(name_of(answer.verdict));
                finding.reason = answer.reason;
                finding.report = answer.report;
                finding.trace = answer.trace;
                finding.violation = answer.shown;
                if (!answer.inputs.empty()) finding.sentence += fmt::format("; with {} this fails", answer.inputs);
                if (!is_same(group, answer)) finding.sentence += "; executing it showed another bug first";
            }
            result_.findings.push_back(std::move(finding));
        }
        std::stable_partition(result_.findings.begin(), result_.findings.end(), [](const auto& f) { return f.confirmed; });
        result_.coverage.predictions.clear();
    }

    const Clock::time_point begin_ = Clock::now();
    const PredictionPlan& plan_;
    const Recording recording_;
    const smt::History history_;
    Confirmer confirmer_;
    const RecordedNames names_;
    std::vector<Group> groups_;
    PredictionResult result_;
};

} // namespace

PredictionResult predict(const PredictionPlan& plan) { return Run(plan).run(); }

} // namespace heddle::cli
