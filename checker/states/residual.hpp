// What of an execution graph can still matter, as a fingerprint: two graphs with the same residual have the same futures, so that one
// of them need not be followed. Defined, with the reasons and what was shown necessary, in docs/states.md.
//
// Kept of a thread: where it is (Step::identity). Of plain memory: what it holds. Of a lock: who holds it. Of an atomic object in
// interleaving memory: what it holds; of any other: its writes from the oldest on that a thread may still read. And of all that
// carries happens-before from one thread to another (threads, messages of writes, unlocks, ends of threads, arrivals at barriers):
// which of those writes, and which of the monitored plain accesses, it has seen.
#pragma once

#include <cstdint>
#include <unordered_set>
#include <vector>

#include "core/mix.hpp"
#include "execution/execution.hpp"
#include "memory/psc_order.hpp"

namespace heddle::states {

using execution::Execution;
using execution::Fingerprint;
using graph::ConstRow;
using graph::EventId;
using graph::LocationId;
using graph::ThreadId;

/// How the program uses memory, as far as it has been seen. What is known only grows; with more known, states are told apart in
/// another way, and all begins again.
class Usage {
public:
    explicit Usage(Model model) : model_(model) {}

    /// Notes the operation. True when states that have been told apart until now may not be any more.
    bool note(const execution::Step& step);

    /// Whether reads of the object find the newest write, and writes come last: no behaviour is lost by it. Under sc all objects
    /// are; so is one that is only ever changed by read-modify-writes that always write (their order is part of what they read), and
    /// one whose accesses are all seq_cst in a program without any relaxed access.
    bool interleaving(std::uint32_t slot) const {
        if (model_ != Model::rc11) return true;
        const std::uint8_t seen = slot < seen_.size() ? seen_[slot] : 0;
        return !(seen & not_always_rmw) || (!weak_ && !(seen & not_seq_cst));
    }
    /// Why states do not describe the program; empty: they do.
    const char* out_of_reach() const;
    /// Some lock is tried: what a try sees of its holder matters.
    bool tries() const { return tries_; }
    /// A try may fail because of somebody who has unlocked, as whoever tries need not know of it though he knows of what came later.
    bool tries_in_the_past() const { return model_ == Model::rc11 && tries_ && (weak_ || conditions_); }
    /// Something comes before something else in porf, but does not happen before it.
    bool loose() const { return loose_; }
    bool fences() const { return fences_; }
    /// Objects that are not in interleaving memory may be constrained by psc, which then is part of what matters.
    bool needs_order() const { return model_ == Model::rc11 && (seq_cst_fence_ || (weak_ && any(seq_cst | not_always_rmw))); }
    /// There are latches or barriers.
    bool meets() const { return meets_; }

private:
    static constexpr std::uint8_t not_seq_cst = 1, not_always_rmw = 2, seq_cst = 4;

    bool any(std::uint8_t all_of) const;

    Model model_;
    std::vector<std::uint8_t> seen_; ///< by slot: what kinds of accesses
    bool weak_ = false;              ///< a read that is not acquire, a write that is not release
    bool seq_cst_fence_ = false, fences_ = false, tries_ = false, loose_ = false, meets_ = false, conditions_ = false;
    bool buffers_ = false; ///< tso: a store that may stay in a buffer
};

class Residual {
public:
    Residual(const Execution& execution, const Usage& usage) : execution_(execution), graph_(execution.graph()), usage_(usage) {}

    /// Cells whose accesses are part of the residual, for races that nothing else shows.
    std::unordered_set<const execution::Cell*> monitored;

    Fingerprint fingerprint();
    /// The graph has been taken back to that size.
    void undone(std::uint32_t size) {
        while (order_.size() > size) order_.remove();
    }

private:
    /// What hands happens-before on: to whoever it belongs to, or whoever takes it.
    struct Carrier {
        std::uint64_t name = 0;
        ConstRow before = nullptr; ///< null: nothing
        ThreadId thread = runtime::max_threads; ///< a thread that goes on: its own accesses are before it
    };
    void collect_carriers();
    void add_lock(LocationId queue);
    void add_queues();
    void add_meetings();
    void add_suffixes();
    void add_views();
    void add_order();
    void add_monitored();
    std::uint64_t name_of_arrival(EventId e) const;
    bool has_seen(const Carrier& carrier, ThreadId thread, std::uint32_t segment) const;
    Fingerprint dead_words(ThreadId t) const;

    const Execution& execution_;
    const graph::ExecutionGraph& graph_;
    const Usage& usage_;
    SequenceHash hash_;
    std::vector<Carrier> carriers_;
    std::vector<EventId> arrivals_; ///< at the last two phases of each meeting: no other is waited for
    std::vector<LocationId> suffixes_;
    std::vector<std::uint32_t> starts_;
    memory::PscOrder order_; ///< of a beginning of the trail
    std::vector<std::vector<EventId>> of_threads_; ///< by thread, in order
    std::vector<std::vector<graph::Lane>> pending_; ///< rows made here
};

} // namespace heddle::states
