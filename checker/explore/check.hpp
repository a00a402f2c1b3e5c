// The door of the engine: one loaded program, one entry, one memory model in; a verdict, counts and a trace out.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/options.hpp"
#include "core/stop_flag.hpp"
#include "trace/trace.hpp"

namespace heddle::program {
class Module;
}

namespace heddle::explore {

/// What it took to decide the program's invariants.
struct InvariantStatistics {
    std::uint64_t graphs = 0;      ///< looked at
    std::uint64_t projections = 0; ///< different ones, of all conjuncts
    std::uint64_t solver_calls = 0;
    double solver_seconds = 0;
};

struct Statistics {
    std::uint64_t complete = 0;         ///< complete consistent execution graphs, each once
    std::uint64_t by_failure_order = 0; ///< more complete graphs, explored and checked, that RC11 as published does not
                                        ///< have: see explore/failure_order.hpp
    std::uint64_t blocked = 0;          ///< graphs whose threads cannot all end
    std::uint64_t wasted = 0;           ///< runs that came to nothing
    std::uint64_t native_runs = 0;
    std::uint64_t native_operations = 0;
    std::uint64_t revisits = 0;
    std::uint64_t solver_calls = 0;     ///< questions put to Z3
    double solver_seconds = 0;          ///< time that they took, part of `seconds`
    double seconds = 0;
    std::optional<InvariantStatistics> invariants; ///< none declared: empty
};

struct Progress {
    std::uint64_t complete = 0, blocked = 0;
    double seconds = 0;
};

struct CheckResult {
    Verdict verdict = Verdict::verified;
    std::string reason; ///< for inconclusive, unsupported: one sentence; for a violation the same as its message
    Statistics statistics;
    std::optional<trace::Trace> trace; ///< the first violation (build, file, pattern are left for the caller to fill)
};

/// What is to be run: the program's main with arguments, or one of its patterns.
struct Entry {
    std::string name = "main";          ///< "main" or the pattern's name
    std::vector<std::string> arguments; ///< argv[1…], for main
};

/// Told while a check goes on.
struct Listener {
    std::function<void(const Progress&)> progress;
    /// The first violation, before its story is made (which takes time, and runs the program once more).
    std::function<void(Verdict, const std::string& message)> found;
};

/// Explores every execution of `entry`. Never throws for what the program under test does. With `stop` it ends soon, with
/// what was covered.
CheckResult check(program::Module& module, const Entry& entry, const Options& options, const StopFlag& stop,
                  const Listener& listener = {});

/// Runs exactly the recorded execution again; the result's trace ends in the same violation, or the verdict is
/// nondeterminism with a sentence that says where it went another way.
CheckResult replay(program::Module& module, const Entry& entry, const trace::Trace& recorded);

} // namespace heddle::explore
