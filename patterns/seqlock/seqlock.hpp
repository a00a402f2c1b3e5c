// A sequence lock: one writer, readers that never write. The version is odd while the writer is at work; a reader takes what it read
// only if the version was even and the same before and after. After H.-J. Boehm, "Can seqlocks get along with programming language
// memory models?", MSPC 2012.
#pragma once

#include <atomic>
#include <utility>

class seqlock {
public:
    /// Only one thread may write.
    void write(int left, int right) {
        const unsigned version = version_.load(std::memory_order_relaxed);
        version_.store(version + 1, std::memory_order_relaxed);
        std::atomic_thread_fence(std::memory_order_release);
        left_.store(left, std::memory_order_relaxed);
        right_.store(right, std::memory_order_relaxed);
        version_.store(version + 2, std::memory_order_release);
    }

    /// @return false: the writer was at work
    bool try_read(int& left, int& right) const {
        const unsigned before = version_.load(std::memory_order_acquire);
        left = left_.load(std::memory_order_relaxed);
        right = right_.load(std::memory_order_relaxed);
        std::atomic_thread_fence(std::memory_order_acquire);
        return version_.load(std::memory_order_relaxed) == before && before % 2 == 0;
    }

    // To be said of in invariants.
    const std::atomic<unsigned>& version() const { return version_; }
    const std::atomic<int>& left() const { return left_; }
    const std::atomic<int>& right() const { return right_; }

private:
    std::atomic<unsigned> version_{0};
    std::atomic<int> left_{0}, right_{0};
};
