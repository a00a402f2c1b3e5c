// What whole blocks of memory hold, each content kept once: equal contents have equal numbers, and the other way round.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <unordered_map>

namespace heddle::execution {

class Contents {
public:
    static constexpr unsigned words = 64, bytes = 8 * words;
    using Content = std::array<std::uint64_t, words>;

    /// The number of that content, the same for the same words.
    std::uint64_t number_of(const Content& content) {
        std::uint64_t hash = 0;
        for (const std::uint64_t word : content) hash = (hash ^ word) * 0x9e3779b97f4a7c15ull ^ hash >> 29;
        for (auto [at, end] = numbers_.equal_range(hash); at != end; ++at)
            if (contents_[at->second] == content) return at->second;
        numbers_.emplace(hash, contents_.size());
        contents_.push_back(content);
        return contents_.size() - 1;
    }

    const Content& operator[](std::uint64_t number) const { return contents_[number]; }

    /// The first word in which two contents differ; `words` when none does.
    unsigned first_difference(std::uint64_t a, std::uint64_t b) const {
        const Content &one = contents_[a], &other = contents_[b];
        return unsigned(std::mismatch(one.begin(), one.end(), other.begin()).first - one.begin());
    }

private:
    std::deque<Content> contents_;
    std::unordered_multimap<std::uint64_t, std::uint64_t> numbers_; ///< by hash
};

} // namespace heddle::execution
