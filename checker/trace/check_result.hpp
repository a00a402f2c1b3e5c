// What came out of one check: the verdict, the counts, the trace of the first violation.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/verdict.hpp"
#include "trace/trace.hpp"

namespace heddle::trace {

/// What it took to decide the program's invariants.
struct InvariantStatistics {
    std::uint64_t graphs = 0;      ///< looked at
    std::uint64_t projections = 0; ///< different ones, of all conjuncts
    std::uint64_t solver_calls = 0;
    double solver_seconds = 0;

    InvariantStatistics& operator+=(const InvariantStatistics& other) {
        graphs += other.graphs, projections += other.projections, solver_calls += other.solver_calls;
        solver_seconds += other.solver_seconds;
        return *this;
    }
};

struct Statistics {
    std::uint64_t complete = 0;         ///< complete consistent execution graphs, each once
    std::uint64_t by_failure_order = 0; ///< more complete graphs, explored and checked, that RC11 as published does not
                                        ///< have: see search/failure_order.hpp
    std::uint64_t blocked = 0;          ///< graphs whose threads cannot all end
    std::uint64_t wasted = 0;           ///< runs that came to nothing
    std::uint64_t states = 0;           ///< explored by states: so many; 0: by graphs
    std::uint64_t state_bytes = 0;      ///< that they take
    std::uint64_t native_runs = 0;
    std::uint64_t native_operations = 0;
    std::uint64_t revisits = 0;
    std::uint64_t solver_calls = 0;     ///< questions put to Z3
    double solver_seconds = 0;          ///< time that they took, part of `seconds`
    double seconds = 0;
    std::optional<InvariantStatistics> invariants; ///< none declared: empty

    /// Those of another part of the same exploration.
    Statistics& operator+=(const Statistics& other) {
        complete += other.complete, by_failure_order += other.by_failure_order, blocked += other.blocked, wasted += other.wasted;
        states += other.states, state_bytes += other.state_bytes;
        native_runs += other.native_runs, native_operations += other.native_operations, revisits += other.revisits;
        solver_calls += other.solver_calls, solver_seconds += other.solver_seconds, seconds += other.seconds;
        if (other.invariants) {
            if (!invariants) invariants.emplace();
            *invariants += *other.invariants;
        }
        return *this;
    }
};

struct CheckResult {
    Verdict verdict = Verdict::verified;
    std::string reason; ///< for inconclusive, unsupported: one sentence; for a violation the same as its message
    Statistics statistics;
    std::optional<Trace> trace; ///< the first violation (build, file, pattern are left for the caller to fill)
};

} // namespace heddle::trace
