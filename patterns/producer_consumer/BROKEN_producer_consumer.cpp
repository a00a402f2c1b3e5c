// The classical mistakes with a condition variable.
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <heddle/heddle.hpp>

HEDDLE_PATTERN(signal_between_test_and_wait, "The flag is set without the mutex: its signal may come after the test and before the wait",
               "deadlock") {
    std::mutex mutex;
    std::condition_variable filled;
    std::atomic<bool> ready{false};
    std::thread producer([&] {
        ready = true;
        filled.notify_one();
    });
    std::thread consumer([&] {
        std::unique_lock lock(mutex);
        while (!ready) filled.wait(lock);
    });
    producer.join();
    consumer.join();
}

HEDDLE_PATTERN(signal_before_the_change, "The producer signals first and puts the item afterwards", "deadlock") {
    std::mutex mutex;
    std::condition_variable filled;
    int items = 0;
    std::thread producer([&] {
        filled.notify_one();
        std::lock_guard guard(mutex);
        ++items;
    });
    std::thread consumer([&] {
        std::unique_lock lock(mutex);
        while (items == 0) filled.wait(lock);
        --items;
    });
    producer.join();
    consumer.join();
}

HEDDLE_PATTERN(one_signal_for_two_waiters, "Two consumers wait for one announcement, but only one of them is woken", "deadlock") {
    std::mutex mutex;
    std::condition_variable opened;
    bool open = false;
    auto wait_until_open = [&] {
        std::unique_lock lock(mutex);
        while (!open) opened.wait(lock);
    };
    std::thread first(wait_until_open);
    std::thread second(wait_until_open);
    std::thread opener([&] {
        std::lock_guard guard(mutex);
        open = true;
        opened.notify_one();
    });
    first.join();
    second.join();
    opener.join();
}

HEDDLE_PATTERN(woken_without_looking_again, "`if` instead of `while`: another consumer takes the item before the woken one has the mutex",
               "assertion") {
    std::mutex mutex;
    std::condition_variable filled;
    int items = 0;
    auto take = [&] {
        std::unique_lock lock(mutex);
        if (items == 0) filled.wait(lock);
        heddle::ensure(items > 0, "who was woken finds an item");
        --items;
    };
    auto put = [&] {
        std::lock_guard guard(mutex);
        ++items;
        filled.notify_one();
    };
    std::thread first(take);
    std::thread second(take);
    std::thread producer([&] {
        put();
        put();
    });
    first.join();
    second.join();
    producer.join();
}

HEDDLE_PATTERN(item_put_without_the_mutex, "The producer changes the count without holding the mutex", "data race") {
    std::mutex mutex;
    std::condition_variable filled;
    int items = 0;
    std::thread producer([&] {
        ++items;
        filled.notify_one();
    });
    std::thread consumer([&] {
        std::unique_lock lock(mutex);
        if (items > 0) --items;
    });
    producer.join();
    consumer.join();
}

HEDDLE_PATTERN(buffer_overflows_in_between, "Two producers find room for one item and both put theirs; the consumer takes both, and nobody notices",
               "invariant") {
    std::mutex mutex;
    std::atomic<int> items{0};
    heddle::invariant occupancy("the buffer holds 0 or 1 items", heddle::value(items) >= 0 && heddle::value(items) <= 1);
    auto put = [&] {
        for (;;) {
            while (items.load() == 1) {
            }
            std::lock_guard guard(mutex); // too late: what was seen may have changed
            ++items;
            return;
        }
    };
    auto take = [&] {
        while (items.load() == 0) {
        }
        std::lock_guard guard(mutex);
        --items;
    };
    std::thread first(put);
    std::thread second(put);
    std::thread consumer([&] {
        take();
        take();
    });
    first.join();
    second.join();
    consumer.join();
}
