// Vector clocks of a run on real threads. A thread's entry (its epoch) counts its releases, but only those with something
// new to release since the last one: an access or an acquire in between.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace heddle::native {

/// A thread's place in every vector clock. Given to a new thread when its former owner is known to have ended before.
using Slot = std::uint32_t;
using Epoch = std::uint32_t;
inline constexpr Slot max_slots = 1024;
inline constexpr Epoch max_epoch = (1u << 24) - 1; // 24 bits of a shadow cell

/// What a release left behind: a vector clock of no fixed length.
class Message {
public:
    Message() = default;
    Message(const Message&) = delete;
    ~Message() { std::free(entries_); }

    void clear() { size_ = 0, by_one_ = false; }
    bool empty() const { return size_ == 0; }
    Epoch operator[](Slot slot) const { return slot < size_ ? entries_[slot] : 0; }
    Slot size() const { return size_; }

    /// Becomes the clock of a thread in `slot`, whose own entry is `own`.
    void assign(const Epoch* clock, Slot size, Slot slot, Epoch own) {
        reserve(size);
        std::memcpy(entries_, clock, size * sizeof(Epoch));
        entries_[slot] = own;
        size_ = size;
        by_one_ = true, releaser_ = slot;
    }
    /// Adds the clock of a thread (release sequences, several readers).
    void join(const Epoch* clock, Slot size, Slot slot, Epoch own) {
        if (empty()) return assign(clock, size, slot, own);
        grow(size);
        for (Slot i = 0; i < size; ++i) entries_[i] = std::max(entries_[i], i == slot ? own : clock[i]);
        by_one_ = false;
    }
    void join(const Message& other) {
        grow(other.size_);
        for (Slot i = 0; i < other.size_; ++i) entries_[i] = std::max(entries_[i], other.entries_[i]);
        by_one_ = false;
    }
    /// Adds one entry.
    void raise(Slot slot, Epoch epoch) {
        grow(slot + 1);
        entries_[slot] = std::max(entries_[slot], epoch);
        by_one_ = false;
    }
    void copy(const Message& other) {
        reserve(other.size_);
        if (other.size_) std::memcpy(entries_, other.entries_, other.size_ * sizeof(Epoch));
        size_ = other.size_, by_one_ = other.by_one_, releaser_ = other.releaser_;
    }

    /// Adds it to the clock; `known` is how many entries of that are in use. @return whether anything was new
    bool acquire_into(Epoch* clock, Slot& known) const {
        // An epoch is released once only with the same knowledge, so whoever has it has all the rest too.
        if (empty() || (by_one_ && clock[releaser_] >= entries_[releaser_])) return false;
        Epoch news = 0;
        for (Slot i = 0; i < size_; ++i) {
            const Epoch higher = std::max(clock[i], entries_[i]);
            news |= higher ^ clock[i];
            clock[i] = higher;
        }
        known = std::max(known, size_);
        return news != 0;
    }

private:
    void reserve(Slot size) {
        if (size <= capacity_) return;
        capacity_ = (size + 7) & ~7u;
        entries_ = static_cast<Epoch*>(std::realloc(entries_, capacity_ * sizeof(Epoch)));
        if (!entries_) std::abort();
    }
    void grow(Slot size) {
        if (size <= size_) return;
        reserve(size);
        std::memset(entries_ + size_, 0, (size - size_) * sizeof(Epoch));
        size_ = size;
    }

    Epoch* entries_ = nullptr;
    Slot size_ = 0, capacity_ = 0, releaser_ = 0;
    bool by_one_ = false; ///< the clock of the thread in releaser_, unchanged
};

} // namespace heddle::native
