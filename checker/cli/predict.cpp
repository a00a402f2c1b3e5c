#include "cli/predict.hpp"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/recorded_trace.hpp"
#include "cli/stop.hpp"
#include "cli/terminal.hpp"
#include "cli/worker.hpp"
#include "core/error.hpp"
#include "explore/confirm.hpp"
#include "program/cache.hpp"
#include "program/compile.hpp"
#include "program/hash.hpp"
#include "program/module.hpp"
#include "trace/json.hpp"
#include "trace/recording_file.hpp"

namespace heddle::cli {
namespace {

namespace fs = std::filesystem;
using smt::PredictedKind;
using smt::Prediction;
using smt::Reference;
using trace::RecordedEvent;
using trace::RecordedKind;
using trace::Recording;

/// What a process that executed something has to say.
struct Answer {
    bool violation = false;
    Verdict verdict = Verdict::inconclusive;
    std::string reason, report, trace;
    Json shown;
    std::pair<std::uint64_t, std::uint64_t> race{0, 0};
    std::vector<std::pair<std::string, int>> lines; ///< of the violation's parts
    bool found_nothing = false; ///< every execution was explored
};

Json to_json(const Answer& a) {
    Json lines = Json::array();
    for (const auto& [file, line] : a.lines) lines.push_back({{"file", file}, {"line", line}});
    return {{"violation", a.violation}, {"verdict", int(a.verdict)}, {"reason", a.reason},
            {"report", a.report},       {"trace", a.trace},          {"shown", a.shown},
            {"one", a.race.first},      {"other", a.race.second},    {"lines", lines},
            {"found_nothing", a.found_nothing}};
}

Answer answer_from(const Json& j) {
    Answer a;
    a.violation = j.at("violation"), a.verdict = Verdict(j.at("verdict").get<int>()), a.reason = j.at("reason");
    a.report = j.at("report"), a.trace = j.at("trace"), a.shown = j.at("shown");
    a.race = {j.at("one"), j.at("other")}, a.found_nothing = j.at("found_nothing");
    for (const Json& line : j.at("lines")) a.lines.emplace_back(line.at("file"), line.at("line"));
    return a;
}

/// Everything the other process writes until it closes; less when the time is over.
std::string read_all(int fd, std::chrono::milliseconds limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    std::string text;
    char buffer[65536];
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        pollfd waiting{fd, POLLIN, 0};
        const int ready = ::poll(&waiting, 1, int(std::max<std::int64_t>(0, left.count())));
        if (ready < 0 && errno == EINTR) {
            if (stop_flag()) return text;
            continue;
        }
        if (ready <= 0) return text;
        const ssize_t n = ::read(fd, buffer, sizeof buffer);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return text;
        text.append(buffer, std::size_t(n));
    }
}

/// The work in a process of its own, into which the program may be loaded; its death is an answer too.
Answer apart(const std::function<Answer()>& work, std::chrono::milliseconds limit) {
    Answer answer;
    int ends[2];
    std::fflush(nullptr);
    if (::pipe(ends) != 0) throw InternalError("no pipe for a confirmation");
    const pid_t process = ::fork();
    if (process < 0) throw InternalError(fmt::format("cannot start a process: {}", std::strerror(errno)));
    if (process == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::close(ends[0]);
        try {
            answer = work();
        } catch (const std::exception& problem) {
            answer.reason = problem.what();
        }
        const std::string text = to_json(answer).dump(-1, ' ', false, Json::error_handler_t::replace);
        for (std::size_t done = 0; done < text.size();) {
            const ssize_t n = ::write(ends[1], text.data() + done, text.size() - done);
            if (n < 0 && errno != EINTR) break;
            done += std::size_t(std::max<ssize_t>(n, 0));
        }
        ::_exit(0);
    }
    ::close(ends[1]);
    const std::string text = read_all(ends[0], limit);
    ::close(ends[0]);
    const Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) ::kill(process, SIGKILL); // out of time, or dead already
    int status = 0;
    while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
    }
    if (!json.is_discarded()) return answer_from(json);
    answer.reason = text.empty() && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL
                        ? "its execution took too long"
                        : fmt::format("its execution ended with {}", death_of(status));
    return answer;
}

/// What the engine is to follow of the events.
explore::Schedule schedule_of(const Recording& recording, const std::vector<Reference>& events,
                              const std::vector<Reference>& then) {
    explore::Schedule schedule;
    std::map<std::uint32_t, std::uint32_t> created; ///< so far, by parent
    schedule.threads.resize(recording.threads.size());
    for (std::uint32_t parent = 0; parent < recording.threads.size(); ++parent)
        for (const RecordedEvent& e : recording.threads[parent].events)
            if (e.kind == RecordedKind::create && e.other < schedule.threads.size())
                schedule.threads[e.other] = {parent, created[parent]++};
    for (const Reference& at : events) {
        const RecordedEvent& e = recording.threads[at.thread].events[at.index];
        if (e.kind == RecordedKind::rmw_write || smt::is_plain(e.kind)) continue;
        schedule.steps.push_back({at.thread, e.kind, e.pc, false});
    }
    for (const Reference& at : then)
        if (std::find(schedule.first.begin(), schedule.first.end(), at.thread) == schedule.first.end())
            schedule.first.push_back(at.thread);
    return schedule;
}

class Run {
public:
    explicit Run(const PredictionPlan& plan)
        : plan_(plan), recording_(trace::read_recording(plan.recording)), history_(recording_), names_(recording_) {}

    PredictionResult run() {
        const auto begin = std::chrono::steady_clock::now();
        result_.coverage = smt::predict(history_, plan_.prediction);
        result_.lost = recording_.lost();
        group();
        if (plan_.confirm && !groups_.empty()) confirm();
        finish();
        result_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        return std::move(result_);
    }

private:
    /// Predictions of the same: any of them confirms it.
    struct Group {
        PredictedKind kind = PredictedKind::race;
        bool certain = false;
        std::vector<std::uint64_t> pcs; ///< sorted
        std::vector<const Prediction*> predictions;
        std::optional<Answer> confirmed;
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
            if (fresh) groups_.push_back({p.kind, false, pcs, {}, {}, {}});
            Group& group = groups_[at->second];
            group.certain |= p.certain;
            group.predictions.push_back(&p);
        }
    }

    // ---- confirming

    void confirm() {
        try {
            library_ = the_library();
        } catch (const UserError& problem) {
            for (Group& group : groups_) group.why_not = problem.what();
            return;
        }
        for (Group& group : groups_) {
            if (stop_flag()) break;
            if (!group.certain && is_found(group)) continue;
            for (const Prediction* prediction : group.predictions) {
                Answer answer = execute(*prediction, false);
                if (!answer.violation && !group.certain) answer = execute(*prediction, true);
                if (!answer.violation) {
                    group.why_not = answer.reason;
                    continue;
                }
                group.confirmed = answer;
                if (is_same(group, answer)) break;
            }
        }
        explore_rest();
    }

    /// The recorded library, or the same built again. Throws UserError: the program has changed.
    fs::path the_library() const {
        const auto is_same = [&](const fs::path& library) {
            return recording_.program.empty() || program::hash_of(program::read_file(library)).hex() == recording_.program;
        };
        std::error_code ignored;
        if (fs::is_regular_file(recording_.library, ignored) && is_same(recording_.library)) return recording_.library;
        const auto built = program::build(
            {{recording_.sources.begin(), recording_.sources.end()}, recording_.compiler, recording_.options});
        if (!is_same(built.library)) throw UserError("the program has changed since it was recorded");
        return built.library;
    }

    explore::Entry entry() const { return {recording_.pattern, recording_.arguments}; }

    std::chrono::milliseconds patience(std::chrono::milliseconds limit) const {
        return limit + plan_.check.watchdog + std::chrono::seconds(20); // loading and telling included
    }

    Answer execute(const Prediction& prediction, bool in_turns) {
        explore::Schedule schedule =
            schedule_of(recording_, smt::whole_schedule(history_, prediction), prediction.events);
        schedule.in_turns = in_turns;
        if (prediction.kind == PredictedKind::stale_value) {
            const Reference read = prediction.events.front();
            schedule.steps.push_back({read.thread, RecordedKind::atomic_read, event(read).pc, true});
        }
        Options options = plan_.check;
        if (options.time_limit.count() == 0) options.time_limit = std::chrono::seconds(10);
        return with_program([&](program::Module& module) {
            explore::Confirmation confirmation = explore::confirm(module, entry(), options, schedule, stop_flag());
            Answer answer = answer_of(std::move(confirmation.result));
            answer.race = std::minmax(confirmation.race[0], confirmation.race[1]);
            return answer;
        }, options.time_limit);
    }

    Answer with_program(const std::function<Answer(program::Module&)>& work, std::chrono::milliseconds limit) {
        const Answer answer = apart(
            [&] {
                program::Module module(library_);
                return work(module);
            },
            patience(limit));
        traces_ += !answer.trace.empty();
        return answer;
    }

    Answer answer_of(explore::CheckResult checked) {
        Answer answer;
        answer.verdict = checked.verdict;
        answer.reason = checked.reason;
        answer.found_nothing = checked.verdict == Verdict::verified;
        if (!checked.trace) return answer;
        trace::Trace& trace = *checked.trace;
        trace.build = build_of(recording_);
        trace.file = recording_.file;
        trace.pattern = recording_.pattern;
        answer.violation = true;
        answer.shown = violation_json(trace.violation);
        answer.report = report::text(trace, plan_.style);
        for (const trace::Part& part : trace.violation.parts) answer.lines.emplace_back(part.site.file, part.site.line);
        const std::string stem = fs::path(recording_.file).stem().string();
        const std::string name = fmt::format("{}.{}.predicted{}.json", stem.empty() ? "recording" : stem, recording_.pattern, traces_ + 1);
        try {
            trace::write(trace, plan_.trace_folder / name);
            answer.trace = (plan_.trace_folder / name).string();
        } catch (const UserError& problem) { // the finding is worth more than its trace
            answer.report += fmt::format("\nThe trace was not saved: {}\n", problem.what());
        }
        return answer;
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
        Options options = plan_.check;
        options.time_limit = plan_.exploration;
        const Answer answer = with_program(
            [&](program::Module& module) { return answer_of(explore::check(module, entry(), options, stop_flag())); },
            options.time_limit);
        for (Group& group : groups_) {
            if (!group.certain || group.confirmed) continue;
            if (answer.violation) group.confirmed = answer;
            else if (answer.found_nothing) group.why_not += "; all executions were explored, and none is wrong";
        }
    }

    // ---- telling

    std::string place(Reference r) const {
        const SourceSite site = names_.site(event(r).pc);
        return site.known() ? fmt::format("{}:{}", fs::path(site.file).filename().string(), site.line) : "an unknown place";
    }

    std::string thread(std::uint32_t t) const {
        const std::string name = names_.thread(t);
        return name.empty() || t == 0 ? fmt::format("T{}", t) : fmt::format("T{} ({})", t, name);
    }

    std::string object(Reference r) const {
        const std::string name = names_.object(event(r).address);
        return name.empty() ? fmt::format("{:#x}", event(r).address) : "`" + name + "`";
    }

    std::string access(Reference r) const {
        const RecordedEvent& e = event(r);
        const char* what = e.kind == RecordedKind::release ? "frees"
                           : e.kind == RecordedKind::rmw_read || e.kind == RecordedKind::rmw_write ? "updates"
                           : smt::is_write(e.kind) ? "writes" : "reads";
        return fmt::format("{} {} {} at {}", thread(r.thread), what, object(r), place(r));
    }

    std::string sentence_of(const Prediction& p) const {
        switch (p.kind) {
        case PredictedKind::race: return fmt::format("{} while {}", access(p.events[0]), access(p.events[1]));
        case PredictedKind::lock_cycle: {
            std::string text;
            for (const Reference& r : p.events)
                text += fmt::format("{}{} waits for {} at {}", text.empty() ? "" : ", ", thread(r.thread), object(r), place(r));
            return text + ": each for a lock that the next one holds";
        }
        case PredictedKind::other_value:
            return fmt::format("{} when it sees {}", access(p.events[0]),
                               p.events.size() > 1 ? "what " + access(p.events[1]) : "what was there before");
        case PredictedKind::stale_value:
            return fmt::format("{} and may still see what was there before {}", access(p.events[0]), access(p.events[1]));
        case PredictedKind::lost_signal:
            return fmt::format("{} begins to wait at {} when all signals have been given", thread(p.events[0].thread), place(p.events[0]));
        }
        return {};
    }

    static std::string kind_of(PredictedKind kind) {
        switch (kind) {
        case PredictedKind::race: return "data-race";
        case PredictedKind::lock_cycle:
        case PredictedKind::lost_signal: return "deadlock";
        case PredictedKind::other_value:
        case PredictedKind::stale_value: return "assertion";
        }
        return {};
    }

    void finish() {
        std::set<std::string> told; // verdicts and places
        for (const Group& group : groups_) {
            if (!group.certain) ++result_.suggestions;
            if (!group.certain && !group.confirmed) continue; // nothing came of it
            const Prediction& prediction = *group.predictions.front();
            PredictedFinding finding;
            finding.kind = kind_of(group.kind);
            finding.confirmed = group.confirmed.has_value();
            finding.certain = group.certain;
            finding.sentence = sentence_of(prediction);
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
                if (!is_same(group, answer)) finding.sentence += "; executing it showed another bug first";
            }
            result_.findings.push_back(std::move(finding));
        }
        std::stable_partition(result_.findings.begin(), result_.findings.end(), [](const auto& f) { return f.confirmed; });
        result_.coverage.predictions.clear();
    }

    const PredictionPlan& plan_;
    const Recording recording_;
    const smt::History history_;
    const RecordedNames names_;
    fs::path library_;
    std::vector<Group> groups_;
    unsigned traces_ = 0; ///< written so far
    PredictionResult result_;
};

std::string number(std::uint64_t n, const char* one, const char* many) { return fmt::format("{} {}", n, n == 1 ? one : many); }

} // namespace

PredictionResult predict(const PredictionPlan& plan) { return Run(plan).run(); }

ExitStatus status_of(const PredictionResult& result) {
    ExitStatus status = ExitStatus::verified;
    for (const PredictedFinding& finding : result.findings)
        status = graver(status, finding.confirmed ? ExitStatus::violation : ExitStatus::inconclusive);
    return status;
}

std::string text_of(const PredictionResult& result) {
    std::string text;
    for (const PredictedFinding& finding : result.findings) {
        text += fmt::format("{}: {}: {}\n", finding.confirmed ? "predicted, confirmed" : "predicted, not confirmed", finding.kind,
                            finding.sentence);
        if (!finding.confirmed) text += fmt::format("  {}\n", finding.reason.empty() ? "it was not executed" : finding.reason);
        else {
            text += "\n" + finding.report + "\n";
            if (!finding.trace.empty()) text += fmt::format("trace: {}  (heddle replay {})\n", finding.trace, finding.trace);
        }
        text += "\n";
    }
    const smt::Prognosis& c = result.coverage;
    text += fmt::format("predicted from {} in {}; {} that share memory; {}\n", number(c.events, "event", "events"),
                        number(c.windows, "window", "windows"), number(c.pairs, "pair of places", "pairs of places"),
                        result.findings.empty() ? "nothing found" : number(result.findings.size(), "finding", "findings"));
    std::vector<std::string> missing;
    if (c.out_of_reach)
        missing.push_back(fmt::format("{} too far apart for a window", number(c.out_of_reach, "pair of places", "pairs of places")));
    if (c.given_up) missing.push_back(fmt::format("{} on which the solver gave up", number(c.given_up, "pair", "pairs")));
    if (c.left_out) missing.push_back(fmt::format("{} after something that was not recorded", number(c.left_out, "event", "events")));
    if (result.lost) missing.push_back(fmt::format("{} lost for lack of space", number(result.lost, "event", "events")));
    if (c.out_of_time) missing.push_back("what was left when the time was over");
    for (std::size_t i = 0; i < missing.size(); ++i) text += (i ? "; " : "not looked at: ") + missing[i];
    return text + (missing.empty() ? "" : "\n");
}

Json json_of(const PredictionResult& result) {
    Json findings = Json::array();
    for (const PredictedFinding& f : result.findings) {
        Json sites = Json::array();
        for (const SourceSite& site : f.sites)
            sites.push_back({{"file", site.file}, {"line", site.line}, {"function", site.function}});
        findings.push_back({{"kind", f.kind},
                            {"confirmed", f.confirmed},
                            {"certain", f.certain},
                            {"prediction", f.sentence},
                            {"reason", f.reason},
                            {"sites", sites},
                            {"violation", f.violation},
                            {"trace", f.trace.empty() ? Json(nullptr) : Json(f.trace)}});
    }
    const smt::Prognosis& c = result.coverage;
    return {{"findings", findings},
            {"looked_at",
             {{"events", c.events},
              {"windows", c.windows},
              {"smallest_window", c.smallest_window},
              {"largest_window", c.largest_window},
              {"pairs", c.pairs},
              {"suggestions", result.suggestions},
              {"solver_calls", c.effort.calls},
              {"solver_seconds", c.effort.seconds},
              {"seconds", result.seconds}}},
            {"not_looked_at",
             {{"pairs_too_far_apart", c.out_of_reach},
              {"pairs_without_answer", c.given_up},
              {"events_left_out", c.left_out},
              {"events_lost", result.lost},
              {"out_of_time", c.out_of_time}}}};
}

void add_predict(CLI::App& app, Invocation& invocation) {
    struct Arguments {
        std::string recording, trace_folder = "heddle-traces";
        smt::Place window = smt::PredictionOptions{}.window;
        double seconds = 60;
        bool json = false, only_predict = false;
    };
    auto arguments = std::make_shared<Arguments>();
    CLI::App* command = app.add_subcommand("predict", "Search a recorded run for the bugs that almost happened");
    command->add_option("recording", arguments->recording, "A recording made by run")->required()->type_name("RECORDING");
    command->add_option("--window", arguments->window, "Events that are reordered at once")->capture_default_str()->check(CLI::Range(10u, 100'000u));
    command->add_option("--time", arguments->seconds, "Seconds for all questions to the solver")->capture_default_str()->check(CLI::Range(0.1, 1e6));
    command->add_flag("--no-confirm", arguments->only_predict, "Do not execute what is predicted");
    command->add_flag("--json", arguments->json, "One JSON document on stdout");
    command->add_option("--trace-dir", arguments->trace_folder, "Where traces are saved")->capture_default_str()->type_name("FOLDER");
    command->callback([arguments, &invocation] {
        stop_on_signals();
        PredictionPlan plan;
        plan.recording = arguments->recording;
        plan.prediction.window = arguments->window;
        plan.prediction.total = std::chrono::milliseconds(std::int64_t(arguments->seconds * 1000));
        plan.confirm = !arguments->only_predict;
        plan.trace_folder = arguments->trace_folder;
        plan.style = arguments->json ? report::TextStyle{} : style_of(stdout);
        const PredictionResult result = predict(plan);
        if (arguments->json) {
            Json document{{"schema", "heddle.prediction/1"}};
            document.update(json_of(result));
            fmt::print("{}\n", document.dump(2, ' ', false, Json::error_handler_t::replace));
        } else {
            fmt::print("{}", text_of(result));
        }
        invocation.status = status_of(result);
    });
}

} // namespace heddle::cli
