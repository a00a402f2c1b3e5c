// Which parts of the threads' stacks other threads use. A thread's own locals need no watching: they follow from what
// it reads elsewhere. Compilers rely on that too and leave accesses to locals that have not escaped yet uninstrumented;
// so stack memory that several threads use is compared with the cells at the end of each segment of its owner.
//
// What is shared is found out on the way; the exploration then starts again with that known.
#pragma once

#include <cstdint>
#include <map>
#include <unordered_set>
#include <vector>

#include "runtime/machine.hpp"

namespace heddle::explore {

class SharedStack {
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
    /// The shared words of the thread's own stack.
    const std::vector<std::uint64_t>& words_of(runtime::ThreadId owner) const {
        static const std::vector<std::uint64_t> none;
        const auto found = words_.find(owner);
        return found == words_.end() ? none : found->second;
    }

private:
    std::unordered_set<std::uint64_t> blocks_;
    std::map<runtime::ThreadId, std::vector<std::uint64_t>> words_;
};

} // namespace heddle::explore
