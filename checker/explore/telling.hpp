// Names for what a trace tells: places, objects, threads, and the sentences of violations.
#pragma once

#include "explore/execution.hpp"
#include "program/module.hpp"
#include "trace/trace.hpp"

namespace heddle::explore {

class Names {
public:
    Names(const Execution& execution, const program::Module& module) : execution_(execution), module_(module) {}

    SourceSite site(std::uint64_t pc) const;
    /// A global, a heap block by where it was allocated, or a thread's local; empty when nothing is known.
    std::string object(std::uint64_t address, std::uint64_t pc) const;
    /// Only globals; empty for anything else.
    std::string global(std::uint64_t address) const;
    /// The function that the thread runs.
    std::string thread(ThreadId t) const;
    /// "waits for mutex `m`, held by thread 2".
    std::string waits_for(const Violation::Waiting& waiting) const;

    /// Fills in message and parts of a race or a use after free.
    void tell_conflict(const Violation& violation, std::uint64_t address, trace::Violation& out) const;
    /// Fills in message and parts of a deadlock or livelock.
    void tell_waiting(const Violation& violation, const ExecutionGraph& graph, trace::Violation& out) const;

private:
    const Execution& execution_;
    const program::Module& module_;
};

} // namespace heddle::explore
