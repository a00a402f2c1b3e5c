#include "cli/check_pool.hpp"

#include <memory>
#include <optional>
#include <set>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/in_order.hpp"
#include "cli/stop.hpp"
#include "cli/trace_name.hpp"
#include "process/death.hpp"
#include "process/pool.hpp"

namespace heddle::cli {
namespace {

using process::Why;
using trace::Result;

/// What a program goes through; each has a clock of its own.
enum class Phase : std::uint8_t { building, loading, checking };

constexpr std::chrono::seconds idle_compiler{60}, endless_constructor{60};

process::Limits limits_of(Phase phase, const Options& options) {
    process::Limits limits;
    limits.stop = limits.grace = std::chrono::milliseconds(0);
    switch (phase) {
    case Phase::building:
        limits.time = options.time_limit;
        // A compiler that is at work is no program that hangs: the first program of a slow machine must get its answer too.
        limits.at_work = std::chrono::seconds(10);
        limits.asleep = idle_compiler;
        break;
    case Phase::loading: limits.time = options.time_limit.count() ? options.time_limit : endless_constructor; break;
    case Phase::checking: // the worker has the clock, and ends before this
        limits.stop = std::chrono::milliseconds(1'700);
        limits.telling = std::chrono::seconds(11);
        break;
    }
    return limits;
}

/// One program under check.
struct Worker {
    std::size_t target = 0;
    Phase phase = Phase::building;
    process::Pool::Member* member = nullptr;
    std::vector<Result> tasks; ///< what it said it would check; its results come in this order
    std::vector<Result> results;
};

class Checks {
public:
    Checks(const std::vector<Target>& targets, const CheckPlan& plan, const PoolEvents& events)
        : targets_(targets), plan_(plan), events_(events),
          line_(targets.size(), stop_flag(),
                {[this](std::size_t i) { start(i); },
                 [this](std::size_t i) { return unchecked(targets_[i].name, plan_, Verdict::inconclusive, "stopped before it was checked"); },
                 [this](std::size_t, std::vector<Result> results) { events_.done(std::move(results)); }}) {
        name_traces();
    }

    void run(unsigned jobs) { line_.run(jobs); }

private:
    /// Two programs of one process that would still be of one name get numbers.
    void name_traces() {
        const std::string variant = variant_of(plan_.extra.options, plan_.extra.arguments);
        std::set<std::string> taken;
        for (const Target& target : targets_) {
            const std::string stem = trace_stem(target.name).string() + variant;
            std::string name = stem;
            for (int i = 2; !taken.insert(name).second; ++i) name = fmt::format("{}-{}", stem, i);
            stems_.push_back(name);
        }
    }

    void start(std::size_t target) {
        auto worker = std::make_shared<Worker>();
        worker->target = target;
        worker->member = &line_.pool().add(
            process::Child([&](process::Sender out) { become_worker(target, MessageWriter(out)); }),
            limits_of(Phase::building, plan_.options),
            {[this, worker](std::string_view message) { hear(*worker, Message(message)); },
             [this, worker](const process::Ended& ended) { finish(*worker, ended); }});
    }

    void become_worker(std::size_t target, const MessageWriter& out) {
        const rlimit no_core{0, 0};
        ::setrlimit(RLIMIT_CORE, &no_core);
        // Whatever the program prints outside of an execution (in a static constructor), stdout is heddle's.
        if (const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC); nothing >= 0) {
            ::dup2(nothing, 0);
            ::dup2(nothing, 1);
        }
        try {
            check_program(targets_[target], plan_, out);
        } catch (const std::exception& bug) {
            for (const Result& result : unchecked(targets_[target].name, plan_, Verdict::failed, bug.what())) out.result(result);
        }
        ::_exit(0);
    }

    void hear(Worker& worker, const Message& message) {
        if (message.kind == "task") worker.tasks.push_back(message.result());
        else if (message.kind == "phase") enter(worker, phase_named(message.payload));
        else if (message.kind == "progress" && events_.progress) events_.progress(std::string(message.payload));
        else if (message.kind == "result") {
            Result& result = worker.results.emplace_back(message.result());
            for (trace::Finding& finding : result.findings)
                save_trace(finding, plan_.trace_folder / fmt::format("{}.{}.{}.json", stems_[worker.target], result.pattern, name_of(*result.model())));
        }
    }

    static Phase phase_named(std::string_view name) {
        return name == "loading" ? Phase::loading : name == "checking" ? Phase::checking : Phase::building;
    }

    void enter(Worker& worker, Phase phase) {
        worker.phase = phase;
        process::Pool::limit(*worker.member, limits_of(phase, plan_.options));
    }

    void finish(Worker& worker, const process::Ended& ended) {
        if (worker.phase == Phase::checking) {
            for (std::size_t i = worker.results.size(); i < worker.tasks.size(); ++i) {
                Result& missing = worker.results.emplace_back(worker.tasks[i]);
                if (ended.why == Why::stopped) give_up(missing, Verdict::inconclusive, "stopped before it was checked");
                else give_up(missing, Verdict::failed, fmt::format("the program ended with {}", death_of(ended)));
            }
        } else if (worker.results.empty()) {
            worker.results = explained(worker, ended);
        }
        line_.come(worker.target, std::move(worker.results));
    }

    static std::string death_of(const process::Ended& ended) { return process::death_of(ended.status); }

    /// Of a program that did not come to be checked.
    std::vector<Result> explained(const Worker& worker, const process::Ended& ended) const {
        const bool loading = worker.phase == Phase::loading;
        const auto all = [&](Verdict verdict, const std::string& reason) {
            return unchecked(targets_[worker.target].name, plan_, verdict, reason);
        };
        const auto limit = double(limits_of(worker.phase, plan_.options).time.count()) / 1000;
        switch (ended.why) {
        case Why::stopped:
            return all(Verdict::inconclusive, loading ? "stopped before it was checked" : "stopped before it was built");
        case Why::time_limit:
            return all(Verdict::inconclusive,
                       loading ? fmt::format("a static constructor of the program has not returned after {:g} s", limit)
                               : fmt::format("the compiler has not come to its end after {:g} s", limit));
        case Why::asleep:
        case Why::silent:
            return all(Verdict::inconclusive,
                       fmt::format("the compiler has done nothing for {} s", idle_compiler.count()));
        case Why::by_itself: break;
        }
        if (loading && !ended.last_words.empty())
            return all(static_cast<Verdict>(ended.verdict), "a static constructor of the program: " + ended.last_words);
        if (loading) // the program's own static constructors were running
            return all(Verdict::crash, fmt::format("a static constructor of the program ended it: {}", death_of(ended)));
        return all(Verdict::failed, fmt::format("building the program ended with {}", death_of(ended)));
    }

    const std::vector<Target>& targets_;
    const CheckPlan& plan_;
    const PoolEvents& events_;
    InOrder line_;
    std::vector<std::string> stems_;
};

} // namespace

void check_all(const std::vector<Target>& targets, const CheckPlan& plan, unsigned jobs, const PoolEvents& events) {
    Checks(targets, plan, events).run(jobs);
}

} // namespace heddle::cli
