// The fingerprints of the states that have been seen, each with its number: a hash table with open addressing. A fingerprint has 128
// bits: that any two of n states share one has a probability of n²/2¹²⁹, 10⁻²¹ for a billion.
#pragma once

#include <cstdint>
#include <vector>

#include "execution/plain_memory.hpp"

namespace heddle::states {

using StateNumber = std::uint32_t;

class Visited {
public:
    Visited() : table_(1u << 12) {}

    struct Found {
        StateNumber number = 0;
        bool is_new = false;
    };
    /// The number of the state, made when it is new: they count from 0.
    Found number_of(execution::Fingerprint of) {
        if (4 * std::uint64_t{count_ + 1} > 3 * table_.size()) grow();
        Entry& entry = place(of);
        if (entry.number_plus_one) return {entry.number_plus_one - 1, false};
        entry = {of, ++count_};
        return {count_ - 1, true};
    }

    StateNumber count() const { return count_; }
    std::uint64_t bytes() const { return table_.size() * sizeof(Entry); }

private:
    struct Entry {
        execution::Fingerprint of;
        StateNumber number_plus_one = 0; ///< 0: empty
    };

    Entry& place(execution::Fingerprint of) {
        std::size_t at = of.low & (table_.size() - 1);
        while (table_[at].number_plus_one && !(table_[at].of == of)) at = (at + 1) & (table_.size() - 1);
        return table_[at];
    }
    void grow() {
        std::vector<Entry> old(2 * table_.size());
        old.swap(table_);
        for (const Entry& entry : old)
            if (entry.number_plus_one) place(entry.of) = entry;
    }

    std::vector<Entry> table_; ///< a power of two
    StateNumber count_ = 0;
};

} // namespace heddle::states
