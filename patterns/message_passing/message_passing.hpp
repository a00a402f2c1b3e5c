// One value handed from one thread to another: written plainly, announced by a release store.
#pragma once

#include <atomic>

template <class T>
class message {
public:
    /// Once only, by one thread.
    void send(const T& value) {
        value_ = value;
        ready_.store(true, std::memory_order_release);
    }

    /// The value if it has been announced, else null.
    const T* try_receive() const { return ready_.load(std::memory_order_acquire) ? &value_ : nullptr; }

    /// Waits for the value.
    const T& receive() const {
        while (!ready_.load(std::memory_order_acquire)) {
        }
        return value_;
    }

private:
    T value_{}; // written before ready_ is set, read only after it was seen set
    std::atomic<bool> ready_{false};
};
