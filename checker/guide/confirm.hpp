// A predicted schedule, executed: the explored backend runs the program's threads in the order that prediction gives, then
// lets them finish by themselves. Whatever violation the engine's own detectors find on the way is real, and its trace is
// replayed like any other.
//
// With inputs the schedule is followed twice, on demand: with those given, and, when nothing is wrong with them, with symbolic ones that
// take every branch as those given do: a check that fails for other inputs on the same path is found, and confirmed with these.
//
// The schedule knows nothing of the native run but which thread does what next: threads are known by who created them, and
// as how many-th. Only what synchronises is guided; plain accesses follow at once. Every read sees the
// latest write, unless the schedule asks for an older one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/options.hpp"
#include "core/stop_flag.hpp"
#include "execution/entry_point.hpp"
#include "trace/check_result.hpp"
#include "trace/recording.hpp"

namespace heddle::guide {

using execution::Entry;
using trace::CheckResult;

/// One synchronising event of the schedule. Unlike in a recording the halves of an update are one.
struct Guidance {
    std::uint32_t thread = 0; ///< index in Schedule::threads
    trace::RecordedKind kind = trace::RecordedKind::none;
    std::uint64_t pc = 0;     ///< offset in the module; 0: unknown
    bool stale = false;       ///< atomic_read: sees what the newest write has overwritten, if the memory model lets it
    std::uint32_t chosen = 0; ///< choice: which
};

struct Schedule {
    struct Thread {
        std::uint32_t parent = 0;
        std::uint32_t nth = 0; ///< of the parent's creations
    };
    std::vector<Thread> threads; ///< 0: main
    std::vector<Guidance> steps;
    std::vector<std::uint32_t> first; ///< who goes on first when the steps are done
    bool in_turns = false;            ///< then each thread does one operation at a time; else each goes as far as it comes
    std::vector<InputValue> inputs;   ///< what heddle::any gives (Input::thread: as in `threads`); others the simplest
    /// Look at what other inputs do that take the same way (a second or so).
    bool symbolic = false;
    /// So many other inputs are tried that take a branch after the schedule the other way, one branch after the other (the
    /// generations of Godefroid, Levin, Molnar, NDSS 2008).
    unsigned ways = 0;
};

struct Confirmation {
    CheckResult result; ///< with a trace when a violation was found; else verdict inconclusive or unsupported, and why
    /// Other values than the schedule's, that it took; the violation has them.
    std::vector<InputValue> inputs;
    /// Races: offsets of the two accesses in the module, 0 where unknown.
    std::uint64_t race[2] = {0, 0};
};

/// Follows the schedule. A trace that comes of it has the inputs that the program was given. Never throws for what the program under test does.
Confirmation confirm(program::Module& module, const Entry& entry, const Options& options, const Schedule& schedule,
                     const StopFlag& stop);

} // namespace heddle::guide
