// A bounded first-in first-out buffer: put waits for room, take waits for an item.
#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <mutex>

template <class T, std::size_t Capacity>
class bounded_buffer {
public:
    void put(const T& item) {
        std::unique_lock lock(mutex_);
        room_.wait(lock, [this] { return count_ < Capacity; });
        items_[(first_ + count_) % Capacity] = item;
        ++count_;
        filled_.notify_one();
    }

    T take() {
        std::unique_lock lock(mutex_);
        filled_.wait(lock, [this] { return count_ > 0; });
        T item = items_[first_];
        first_ = (first_ + 1) % Capacity;
        --count_;
        room_.notify_one();
        return item;
    }

    /// How many items are in it, to be said of in invariants.
    const std::size_t& count() const { return count_; }

private:
    std::mutex mutex_; // guards everything below
    std::condition_variable room_, filled_;
    std::array<T, Capacity> items_{};
    std::size_t first_ = 0, count_ = 0;
};
