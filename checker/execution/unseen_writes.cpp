#include "execution/unseen_writes.hpp"

#include <algorithm>
#include <cstring>

namespace heddle::execution {
namespace {

constexpr std::size_t line = 64; ///< bytes that are compared at once

std::uint64_t word_at(const std::byte* bytes) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, sizeof word);
    return word;
}

std::uint8_t different_bytes(std::uint64_t a, std::uint64_t b) {
    std::uint8_t mask = 0;
    for (unsigned i = 0; i < 8; ++i)
        if ((a ^ b) >> (8 * i) & 0xff) mask |= std::uint8_t(1u << i);
    return mask;
}

/// visit(word, mask) for the words of [start, start + size) that differ from `before` (null: zeros). All are multiples of 8.
template <typename Visit>
void compare(std::uint64_t start, std::size_t size, const std::byte* before, const Visit& visit) {
    static constexpr std::byte zeros[line]{};
    const auto* now = reinterpret_cast<const std::byte*>(start);
    for (std::size_t at = 0; at < size; at += line) {
        const std::size_t length = std::min(line, size - at);
        const std::byte* was = before ? before + at : zeros;
        if (std::memcmp(now + at, was, length) == 0) continue;
        for (std::size_t i = 0; i < length; i += 8)
            if (const std::uint8_t mask = different_bytes(word_at(now + at + i), word_at(was + i))) visit(start + at + i, mask);
    }
}

} // namespace

void UnseenWrites::look(const runtime::Machine& machine, runtime::ThreadId thread) {
    machine_ = &machine;
    thread_ = thread;
    stretches_.clear();
    copies_.clear();
    bytes_.clear();
    machine.list_shared_memory(thread, stretches_);
    for (const Stretch& stretch : stretches_) {
        if (stretch.grows) own_end_ = stretch.start + stretch.size;
        const std::size_t size = std::min(stretch.size, most - bytes_.size());
        // Also what there is no room for, so that a page is not taken for one that is written for the first time (large_blocks.cpp).
        copies_.push_back({{stretch.start, size, stretch.initial, stretch.grows}, bytes_.size()});
        const auto* start = reinterpret_cast<const std::byte*>(stretch.start);
        bytes_.insert(bytes_.end(), start, start + size);
    }
}

const UnseenWrites::Copy* UnseenWrites::copy_of(const Stretch& stretch) {
    for (std::size_t tried = 0; tried < copies_.size(); ++tried, ++next_copy_) {
        if (next_copy_ >= copies_.size()) next_copy_ = 0;
        if (copies_[next_copy_].stretch.start == stretch.start) return &copies_[next_copy_++];
    }
    return nullptr;
}

void UnseenWrites::for_each_change(const std::function<void(std::uint64_t, std::uint8_t, bool)>& visit) {
    if (!machine_) return;
    stretches_.clear();
    machine_->list_shared_memory(thread_, stretches_);
    std::size_t left = most;
    for (const Stretch& stretch : stretches_) {
        const auto old = [&](std::uint64_t word, std::uint8_t mask) { visit(word, mask, false); };
        const Copy* copy = copy_of(stretch);
        if (!copy) {
            if (stretch.initial) compare(stretch.start, stretch.size, stretch.initial, old); // a page written for the first time
            continue;
        }
        const std::size_t known = std::min(copy->stretch.size, stretch.size);
        compare(stretch.start, known, bytes_.data() + copy->at, old);
        if (!stretch.grows || stretch.size <= copy->stretch.size || copy->at + known >= most) continue;
        const std::size_t fresh = std::min(left, stretch.size - known);
        left -= fresh;
        compare(stretch.start + known, fresh, nullptr, [&](std::uint64_t word, std::uint8_t mask) { visit(word, mask, true); });
    }
    machine_ = nullptr;
}

} // namespace heddle::execution
