// A recording put in one order in which it may have happened, with what prediction asks about each event: which write a
// read saw, which lock regions there are, what must come before what in every reordering, which locks were held.
//
// The order is a linear extension of program order, creation and joining, the per-object orders and mutual exclusion; among
// what is free the recorded times decide. Events that cannot be placed (something before them was not recorded: the run
// was killed, space ran out) are left out, and so is all that depends on them. O(events · log threads).
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#include "trace/recording.hpp"

namespace heddle::smt {

using trace::RecordedEvent;
using trace::RecordedKind;
using trace::Recording;

/// An event's place in the history's order.
using Place = std::uint32_t;
inline constexpr Place nowhere = ~Place{0};

struct Reference {
    std::uint32_t thread = 0, index = 0; ///< index in the recorded thread's events
    bool operator==(const Reference&) const = default;
};

/// A lock held by a thread, from the event that got it to the one that gave it up.
struct Region {
    std::uint64_t lock = 0;
    std::uint32_t thread = 0;
    Place begin = nowhere, end = nowhere; ///< end: nowhere when it was held until the end of the recording
    bool shared = false;
};

class History {
public:
    /// @param until when it has not put all events in order by then, the rest is left out; likewise when their orders would take more
    /// memory than a recording is worth (a damaged one, or thousands of threads that all know each other)
    explicit History(const Recording& recording, std::chrono::steady_clock::time_point until = std::chrono::steady_clock::time_point::max());

    const Recording& recording() const { return recording_; }
    Place size() const { return Place(order_.size()); }
    std::uint64_t left_out() const { return left_out_; }
    std::uint32_t thread_count() const { return std::uint32_t(recording_.threads.size()); }

    Reference at(Place p) const { return order_[p]; }
    const RecordedEvent& operator[](Place p) const { return recording_.threads[order_[p].thread].events[order_[p].index]; }
    /// nowhere when the event was left out, or there is none.
    Place place_of(Reference r) const {
        return r.thread < places_.size() && r.index < places_[r.thread].size() ? places_[r.thread][r.index] : nowhere;
    }
    Place previous_in_thread(Place p) const {
        const Reference r = order_[p];
        return r.index ? places_[r.thread][r.index - 1] : nowhere;
    }
    /// The first event at or after p in its thread that others can wait for; nowhere: none.
    Place release_after(Place p) const;

    /// For reads: the last write before that overlaps it, in the same life of the memory; nowhere: none.
    Place source_of(Place p) const { return source_[p]; }
    /// For wait_end: the signal or broadcast that ended it; nowhere: none (a time-out, or spurious).
    /// For lock, lock_shared: the event that ends the region. For the other kinds nowhere.
    Place partner_of(Place p) const { return partner_[p]; }
    /// For wait_end its wait_begin; for once_seen the once_run; for allocate the last release of memory that it covers, and
    /// for start likewise the end of the last thread that had the stack, where others know addresses in it.
    Place begin_of(Place p) const { return begin_[p]; }
    const std::vector<Region>& regions() const { return regions_; }
    /// The life of the memory: grows with every allocation that covers the address, and every thread whose stack does.
    /// 0: never allocated.
    std::uint32_t life_of(Place p) const { return life_[p]; }
    /// Bytes accessed; of `release` the whole block.
    std::uint64_t bytes_of(Place p) const;
    /// The event's bytes in eights; of `release` only those that some access, or the beginning of a freed block, lies in: a block may be
    /// larger than all memory, and what nobody accesses in it makes no difference. (tests/faults/predict_after_a_large_block.cpp)
    template <typename Do>
    void for_granules(Place p, Do what) const {
        const std::uint64_t first = (*this)[p].address / 8, last = ((*this)[p].address + bytes_of(p) - 1) / 8;
        if ((*this)[p].kind != RecordedKind::release) {
            for (std::uint64_t granule = first; granule <= last; ++granule) what(granule);
            return;
        }
        for (auto granule = std::lower_bound(granules_.begin(), granules_.end(), first); granule != granules_.end() && *granule <= last; ++granule)
            what(*granule);
    }

    /// True when a comes before b in every reordering: by program order, creation, joining, barriers, once.
    bool must_precede(Place a, Place b) const;
    /// True when the threads hold a lock in common there, one of them exclusively.
    bool locked_apart(Place a, Place b) const;
    /// The locks held by its thread before the event: indices into regions().
    const std::vector<std::uint32_t>& held_at(Place p) const { return held_sets_[held_[p]]; }
    std::uint32_t held_set_number(Place p) const { return held_[p]; }
    std::uint32_t clock_number(Place p) const { return clock_[p]; }

private:
    class Builder;

    const Recording& recording_;
    std::vector<Reference> order_;
    std::vector<std::vector<Place>> places_;
    std::uint64_t left_out_ = 0;
    std::vector<Place> source_, partner_, begin_;
    std::vector<std::uint32_t> life_, clock_, held_;
    std::vector<Region> regions_;
    std::vector<std::vector<std::uint32_t>> clocks_;    ///< by clock number: of each thread how many events precede
    std::vector<std::vector<std::uint32_t>> held_sets_; ///< by set number
    std::vector<std::pair<Place, std::uint64_t>> freed_; ///< sizes of freed blocks, by place
    std::vector<std::uint64_t> granules_;                ///< in ascending order
};

// Kinds

bool is_read(RecordedKind kind);   ///< plain_read, atomic_read, rmw_read
bool is_write(RecordedKind kind);  ///< plain_write, atomic_write, rmw_write
bool is_plain(RecordedKind kind);  ///< plain_read, plain_write
/// Others may wait for it, or see it: what came before it in its thread cannot be moved behind it by them.
bool is_release(RecordedKind kind);

} // namespace heddle::smt
