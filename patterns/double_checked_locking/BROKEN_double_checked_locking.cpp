#include <atomic>
#include <mutex>
#include <thread>

#include <heddle/heddle.hpp>

namespace {

struct widget {
    int size = 7;
};

} // namespace

HEDDLE_PATTERN(lazy_value_published_relaxed, "A thread sees the pointer before what it points to", "data race") {
    std::mutex mutex;
    std::atomic<widget*> instance{nullptr};
    auto use = [&] {
        widget* seen = instance.load(std::memory_order_relaxed);
        if (!seen) {
            std::lock_guard guard(mutex);
            seen = instance.load(std::memory_order_relaxed);
            if (!seen) {
                seen = new widget;
                instance.store(seen, std::memory_order_relaxed);
            }
        }
        heddle::ensure(seen->size == 7);
    };
    std::thread a(use);
    std::thread b(use);
    a.join();
    b.join();
    delete instance.load();
}

HEDDLE_PATTERN(lazy_value_in_a_plain_pointer, "The first look at a plain pointer races with the one who sets it", "data race") {
    std::mutex mutex;
    widget* instance = nullptr;
    auto use = [&] {
        if (instance) return;
        std::lock_guard guard(mutex);
        if (!instance) instance = new widget;
    };
    std::thread a(use);
    std::thread b(use);
    a.join();
    b.join();
    delete instance;
}

HEDDLE_PATTERN(lazy_value_without_second_look, "Two threads pass the first look and make a widget each", "assertion") {
    std::mutex mutex;
    std::atomic<int> made{0};
    std::atomic<bool> ready{false};
    auto use = [&] {
        if (ready.load(std::memory_order_acquire)) return;
        std::lock_guard guard(mutex);
        ++made;
        ready.store(true, std::memory_order_release);
    };
    std::thread a(use);
    std::thread b(use);
    a.join();
    b.join();
    heddle::ensure(made == 1, "the widget is made once");
}
