// The door of the engine: one loaded program, one entry, one memory model in; a verdict, counts and a trace out.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/options.hpp"
#include "core/stop_flag.hpp"
#include "execution/entry_point.hpp"
#include "search/progress.hpp"
#include "trace/check_result.hpp"

namespace heddle::search {

using execution::Entry;
using trace::CheckResult;

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

} // namespace heddle::search
