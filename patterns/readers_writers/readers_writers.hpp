// Many readers or one writer: a mutex, a condition variable and two counts. Works with std::shared_lock and std::unique_lock.
// Readers go first: a steady stream of them can keep a writer waiting.
#pragma once

#include <condition_variable>
#include <mutex>

class readers_writers_lock {
public:
    void lock_shared() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return !writing_; });
        ++readers_;
    }

    void unlock_shared() {
        std::lock_guard guard(mutex_);
        if (--readers_ == 0) changed_.notify_all();
    }

    void lock() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return !writing_ && readers_ == 0; });
        writing_ = true;
    }

    void unlock() {
        std::lock_guard guard(mutex_);
        writing_ = false;
        changed_.notify_all();
    }

private:
    std::mutex mutex_; // guards everything below
    std::condition_variable changed_;
    int readers_ = 0;
    bool writing_ = false; // implies readers_ == 0
};
