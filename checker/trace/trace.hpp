// What happened in one execution, step by step, as data: the one thing every report is made from.
// Versioned: a field is never reused with another meaning; readers refuse a newer schema.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/expression.hpp"
#include "core/options.hpp"
#include "core/site.hpp"
#include "core/verdict.hpp"
#include "trace/op.hpp"

namespace heddle::trace {

inline constexpr const char* schema = "heddle.trace/1";

struct Thread {
    int id = 0;            ///< 0 is the thread of main
    std::string name;      ///< "main", or the name of the function it runs
    SourceSite created_at; ///< unknown for main
};

/// What a thread that cannot go on waits for.
struct WaitsFor {
    Op op = Op::unknown; ///< what it would do next: lock, join, wake, meet, read, …
    std::string what;    ///< the object, as the user calls it; empty when unknown
    int holder = -1;     ///< the thread that alone could let it go on: it holds the mutex, or is joined; -1: none in particular
};

/// One step of one thread. Steps stand in an order in which they can happen.
struct Step {
    int thread = 0;
    Op op = Op::unknown;
    std::string order;     ///< memory order, empty where there is none
    std::string object;    ///< what was accessed, as the user calls it; empty when unknown
    std::uint64_t address = 0;
    unsigned size = 0;     ///< bytes
    std::string value;     ///< value read or written
    int reads_from = -1;   ///< index of the step that wrote the value read; -1: the initial value, or not a read
    bool stale = false;    ///< a newer value was already there (mo-later write earlier in this order)
    int repeat = 1;        ///< iterations of a spin loop that this step stands for
    SourceSite site;
    std::string note;      ///< anything else worth a word ("waits for mutex m held by thread 2")
    /// What the violated invariant mentions, after this step: name, value. Empty when the story is of something else.
    std::vector<std::pair<std::string, std::string>> state = {};
    std::string old_value = {}; ///< of rmw and cas: what was there before
    std::optional<WaitsFor> waits_for = {}; ///< of what is blocked
    std::string call = {};     ///< the library's function, called at `site`, inside which this happens; empty: the user's own code does it
    std::string releases = {}; ///< of a wait on a condition variable: the mutex that it gives up, as the user calls it
    int stack = -1;            ///< the calls that led to `site`: an index into Trace::stacks; -1: not known
};

/// A thread that has a part in the violation, and where.
struct Part {
    int thread = 0;
    SourceSite site;
    std::string what; ///< "plain write of `count`, 4 bytes", "waits for mutex `a`, held by thread 2"
    std::vector<SourceSite> inside; ///< the library code around it that `site` called, innermost first; runs on real threads only
    std::vector<SourceSite> stack;  ///< the calls that led there, innermost first, `site` not among them; runs on real threads only
    std::optional<WaitsFor> waits_for = std::nullopt;
};

struct Violation {
    Verdict kind = Verdict::verified;
    std::string message; ///< one sentence
    std::vector<Part> parts;
    std::vector<std::pair<std::string, std::string>> values; ///< name, value
    std::string hint;    ///< what would have prevented it, whole sentences; empty when nothing is known
};

/// How the program was made, so that replay can make it again.
struct Build {
    std::vector<std::string> sources; ///< absolute paths; a single .so when it was given prebuilt
    std::string compiler;             ///< empty: the default one
    std::vector<std::string> options; ///< the user's compiler options
    std::vector<std::string> arguments; ///< the program's own arguments
};

/// Where a debugger is to stop: in that thread, in what it does after so many of its events.
struct Stop {
    unsigned thread = 0, segment = 0;
    SourceSite site; ///< of the last step that has a place
};

struct Trace {
    Build build;
    std::string file;    ///< as the user named it
    std::string pattern; ///< "main" when the program's main was checked
    Model model = Model::rc11;
    bool on_real_threads = false; ///< of a run, not of an explored execution: the memory model is the processor's
    Options options;     ///< those that shape an execution: plain, unroll, spurious_wakeups, check_overflow
    Violation violation;
    std::vector<InputValue> inputs; ///< what heddle::any gave, in order
    std::vector<Thread> threads;
    std::vector<Step> steps;
    std::vector<std::vector<SourceSite>> stacks; ///< of steps, each different one once: innermost call first, in the user's own files only
    std::vector<std::uint64_t> decisions; ///< the engine's own record of the execution, opaque to reports
    std::string program;                  ///< a hash of the program that was run; empty: unknown
    std::optional<Stop> stop;             ///< none: no step has a known place
    std::string output;                   ///< what the program printed in this execution
};

} // namespace heddle::trace
