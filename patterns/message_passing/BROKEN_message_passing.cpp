// An announcement that does not order what it announces.
#include <atomic>
#include <thread>

#include <heddle/heddle.hpp>

HEDDLE_PATTERN(message_announced_relaxed, "A relaxed store announces the message but does not publish it", "data race") {
    int value = 0;
    std::atomic<bool> ready{false};
    std::thread sender([&] {
        value = 42;
        ready.store(true, std::memory_order_relaxed);
    });
    std::thread receiver([&] {
        if (ready.load(std::memory_order_acquire)) heddle::ensure(value == 42);
    });
    sender.join();
    receiver.join();
}

HEDDLE_PATTERN(message_received_relaxed, "A relaxed load sees the announcement but does not receive what it publishes",
               "data race") {
    int value = 0;
    std::atomic<bool> ready{false};
    std::thread sender([&] {
        value = 42;
        ready.store(true, std::memory_order_release);
    });
    std::thread receiver([&] {
        if (ready.load(std::memory_order_relaxed)) heddle::ensure(value == 42);
    });
    sender.join();
    receiver.join();
}

HEDDLE_PATTERN(message_announced_too_early, "The flag is set before the message is written; nothing races, all is atomic",
               "assertion") {
    std::atomic<int> value{0};
    std::atomic<bool> ready{false};
    std::thread sender([&] {
        ready.store(true);
        value.store(42);
    });
    std::thread receiver([&] {
        if (ready.load()) heddle::ensure(value.load() == 42, "the message is complete");
    });
    sender.join();
    receiver.join();
}

HEDDLE_PATTERN(message_never_sent, "The receiver spins for a message nobody sends", "livelock") {
    std::atomic<bool> ready{false};
    std::thread receiver([&] {
        while (!ready.load(std::memory_order_acquire)) {
        }
    });
    receiver.join();
}
