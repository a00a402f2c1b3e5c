// A counter that only its mutex's holder may touch.
#pragma once

#include <mutex>

class guarded_counter {
public:
    void add(int amount) {
        std::lock_guard guard(mutex_);
        value_ += amount;
    }

    int value() const {
        std::lock_guard guard(mutex_);
        return value_;
    }

private:
    mutable std::mutex mutex_;
    int value_ = 0; // guarded by mutex_
};
