// What was found in a run, in words and source lines: the violation of a trace.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "native/run.hpp"
#include "program/module.hpp"
#include "trace/trace.hpp"

namespace heddle::native {

/// One thing that went wrong in a run. Equal findings of several runs have the same key.
struct Told {
    trace::Violation violation;
    std::vector<trace::Thread> threads; ///< those that have a part in it
    std::string key;
    bool suppressed = false; ///< by the program's own wish: to be counted, not told
    std::pair<std::uint64_t, std::uint64_t> race{0, 0}; ///< of a race: its two accesses, as offsets in the module
};

/// Everything that went wrong, in the order in which it was found. An exit status other than 0 is not wrong in itself.
std::vector<Told> tell(const RunResult& result, const program::Module& module);

/// What limits what the run could have found; whole sentences.
std::vector<std::string> limits_of(const RunResult& result);

} // namespace heddle::native
