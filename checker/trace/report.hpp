// What a command has come to, as values: made by check, run, predict and replay alike, carried from process to process and
// given to other tools (report_json.hpp), shown by report/.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/expression.hpp"
#include "core/names.hpp"
#include "core/options.hpp"
#include "core/site.hpp"
#include "core/verdict.hpp"
#include "trace/check_result.hpp"
#include "trace/trace.hpp"

namespace heddle::trace {

/// Of a finding on real threads: which of the runs showed it.
struct Seen {
    std::uint64_t runs = 0;
    std::uint64_t first_seed = 0;
};

/// Of a finding in other orders of a recorded run.
struct Foretold {
    bool confirmed = false; ///< by an execution: the trace is its
    bool certain = false;   ///< every thread sees just what it saw in the recording
    std::string sentence;   ///< what was predicted
    std::string reason;     ///< confirmed: what the execution showed; else why there is none
    std::vector<SourceSite> sites;
    std::vector<InputValue> inputs; ///< that it takes; empty: those of the recording
};

/// One thing that is wrong.
struct Finding {
    Trace trace;           ///< without steps on real threads; of what is foretold and not confirmed, the violation's kind alone
    std::string saved;     ///< the trace's file; empty: none
    std::string not_saved; ///< why there is no file although there was to be one; a sentence
    std::pair<std::uint64_t, std::uint64_t> race{0, 0}; ///< of a race: its two accesses, as offsets in the module
    std::optional<Seen> seen;
    std::optional<Foretold> foretold;
};

/// An entry of a program explored under a model.
struct Exploration {
    Model model = Model::rc11;
    Statistics statistics;
};

/// All runs of an entry on real threads.
struct Runs {
    std::uint64_t runs = 0, clean = 0;
    std::uint64_t seed = 0;               ///< the first one's
    bool noise = false;                   ///< their order was perturbed
    bool stopped = false;                 ///< not all came to their end: Ctrl-C, or the time limit
    std::uint64_t suppressed = 0;         ///< findings that the program itself does not want to be told
    std::uint64_t left_running = 0;       ///< processes that runs left behind
    std::map<std::string, std::uint64_t> endings; ///< other than by itself with status 0, and how many ended so
    std::vector<std::string> limits;      ///< what may have been missed; whole sentences
    std::string recording;                ///< its file; empty: none
    double seconds = 0;
    std::uint64_t memory_kib = 0;         ///< of the run that needed most
};

/// A recording that was searched: see Result::forecast.
struct Recorded {
    std::string recording; ///< its file
};

/// A saved trace that was executed again.
struct Replay {
    Model model = Model::rc11;
    bool same = false;    ///< it ended in the same violation
    bool changed = false; ///< the program is another one by now
};

/// What prediction from a recording has looked at, and what it has not.
struct Forecast {
    std::uint64_t events = 0, windows = 0, smallest_window = 0, largest_window = 0, pairs = 0, conditions = 0;
    std::uint64_t suggestions = 0; ///< tried out, with or without success
    std::uint64_t solver_calls = 0;
    double solver_seconds = 0, seconds = 0;
    bool complete = true; ///< the run came to its end
    // What was not looked at.
    std::uint64_t pairs_too_far_apart = 0, pairs_without_answer = 0, events_left_out = 0, events_lost = 0, conditions_lost = 0,
                  conditions_without_answer = 0, operations_on_inputs_cut = 0, suggestions_not_executed = 0;
    bool out_of_time = false;
};

/// The answer to one question: an entry of a program, asked about in one way.
struct Result {
    std::string file;             ///< as the user named it
    std::string pattern = "main"; ///< or the pattern's name
    Verdict verdict = Verdict::verified, expected = Verdict::verified;
    std::string reason;      ///< one sentence, for every verdict but verified; of runs only where there was none
    std::string diagnostics; ///< the compiler's words; of build errors only
    std::string next;        ///< what to try now, a command and a word on it; empty: nothing in particular
    std::variant<Exploration, Runs, Recorded, Replay> of;
    std::vector<Finding> findings;    ///< those of `of` first, then what is foretold
    std::optional<Forecast> forecast; ///< of a recording

    /// Nobody may expect that heddle fails.
    bool met() const { return verdict == expected && verdict != Verdict::failed; }
    /// The model of what was explored.
    std::optional<Model> model() const;
};

/// What gives answers.
enum class Command : std::uint8_t { check, run, prediction, replay };

} // namespace heddle::trace

template <>
inline constexpr auto heddle::names<heddle::trace::Command> =
    std::array{heddle::Name{heddle::trace::Command::check, "check"}, heddle::Name{heddle::trace::Command::run, "run"},
               heddle::Name{heddle::trace::Command::prediction, "prediction"},
               heddle::Name{heddle::trace::Command::replay, "replay"}};
static_assert(heddle::are_in_order<heddle::trace::Command>());

namespace heddle::trace {

struct Report {
    Command command = Command::check;
    std::vector<Result> results;
};

/// The result's part in the exit status of the whole.
ExitStatus status_of(const Result& result);

/// What a run of which these are the findings is to be called: the expected verdict if it was found, else that of the first
/// finding; without any, verified (nothing was found, which proves nothing), or inconclusive when it did not see everything.
Verdict verdict_of_runs(const Result& result);

} // namespace heddle::trace
