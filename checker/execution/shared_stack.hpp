// What turned out on the way about the memory that threads share; the exploration then starts again with that known.
//
// Which parts of the threads' stacks other threads use. A thread's own locals need no watching: they follow from what
// it reads elsewhere. Compilers rely on that too and leave accesses to locals that have not escaped yet uninstrumented;
// so stack memory that several threads use is compared with the cells at the end of each segment of its owner.
//
// Where plain accesses are to be explored (--plain-accesses): on which words two of them, that nothing orders, have met; and
// in which pieces they are made. All others find one write only, so that there is nothing to explore.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <unordered_set>
#include <vector>

#include "runtime/machine.hpp"

namespace heddle::execution {

class SharedStack final : public runtime::VisibleMemory {
public:
    static constexpr std::uint64_t block = 64; ///< bytes

    bool contains(std::uint64_t address) const { return !blocks_.empty() && blocks_.contains(address / block); }
    /// True when the block was not known to be shared.
    bool add(runtime::ThreadId owner, std::uint64_t address) {
        if (!blocks_.insert(address / block).second) return false;
        for (std::uint64_t word = address / block * block; word < address / block * block + block; word += 8)
            words_[owner].push_back(word);
        return true;
    }
    /// The blocks, in order.
    std::vector<std::uint64_t> blocks() const {
        std::vector<std::uint64_t> all(blocks_.begin(), blocks_.end());
        std::sort(all.begin(), all.end());
        return all;
    }
    /// In another exploration the block turned out to be shared; before this one has come there.
    void foretell(std::uint64_t block) { foretold_.insert(block); }
    /// The shared words of the thread's own stack.
    const std::vector<std::uint64_t>& words_of(runtime::ThreadId owner) const {
        static const std::vector<std::uint64_t> none;
        const auto found = words_.find(owner);
        return found == words_.end() ? none : found->second;
    }

    /// What is known of a word: the bytes whose plain accesses are operations, and in pieces of how many bytes at most
    /// accesses to it are made.
    struct Word {
        std::uint8_t visible = 0, piece = 8;
    };
    std::uint8_t visible_bytes(std::uint64_t word) const {
        if (visible_.empty()) return 0;
        const auto found = visible_.find(word);
        return found == visible_.end() ? 0 : found->second.visible;
    }
    /// True when some of the bytes were not known.
    bool make_visible(std::uint64_t word, std::uint8_t bytes) {
        Word& known = visible_[word];
        const bool news = bytes & ~known.visible;
        known.visible |= bytes;
        return news;
    }
    /// Its accesses have several sizes. True when the pieces were larger until now.
    bool make_pieces(std::uint64_t word, unsigned size) {
        Word& known = visible_[word];
        if (known.piece <= size) return false;
        known.piece = std::uint8_t(size);
        return true;
    }
    const std::map<std::uint64_t, Word>& words() const { return visible_; }

    std::uint64_t known_from(std::uint64_t word) const override {
        const auto found = visible_.lower_bound(word);
        return found == visible_.end() ? ~std::uint64_t{7} : found->first;
    }
    unsigned piece_of(std::uint64_t word) const override {
        const auto found = visible_.find(word);
        return found == visible_.end() ? 8 : found->second.piece;
    }
    bool races(std::uint64_t address, std::uint64_t size) const override {
        for (std::uint64_t word = known_from(address & ~std::uint64_t{7}); word < address + size; word = known_from(word + 8)) {
            const std::uint64_t from = std::max(word, address) - word, to = std::min(word + 8, address + size) - word;
            if (visible_bytes(word) & (0xffu >> (8 - (to - from))) << from) return true;
        }
        return false;
    }
    bool on_shared_stack(std::uint64_t address) const override { return contains(address) || foretold_.contains(address / block); }

private:
    std::unordered_set<std::uint64_t> blocks_, foretold_;
    std::map<runtime::ThreadId, std::vector<std::uint64_t>> words_;
    std::map<std::uint64_t, Word> visible_; ///< in order: traces have them
};

} // namespace heddle::execution
