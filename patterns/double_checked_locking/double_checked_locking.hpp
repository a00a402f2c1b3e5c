// A value made on first use: the first look needs no lock, the second, under the lock, decides who makes it.
#pragma once

#include <atomic>
#include <mutex>

template <class T>
class lazy {
public:
    lazy() = default;
    lazy(const lazy&) = delete;
    lazy& operator=(const lazy&) = delete;
    ~lazy() { delete instance_.load(std::memory_order_relaxed); }

    T& get() {
        T* instance = instance_.load(std::memory_order_acquire);
        if (instance) return *instance;
        std::lock_guard guard(mutex_);
        instance = instance_.load(std::memory_order_relaxed); // whoever stored it held the mutex before us
        if (!instance) {
            instance = new T;
            instance_.store(instance, std::memory_order_release);
        }
        return *instance;
    }

private:
    std::mutex mutex_;
    std::atomic<T*> instance_{nullptr};
};
