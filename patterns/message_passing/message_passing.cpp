#include "message_passing.hpp"

#include <thread>

#include <heddle/heddle.hpp>

HEDDLE_PATTERN(message_arrives_whole, "Who sees the announcement sees the message") {
    message<int> box;
    std::thread sender([&] { box.send(42); });
    std::thread receiver([&] {
        if (const int* value = box.try_receive()) heddle::ensure(*value == 42, "the message is complete");
    });
    sender.join();
    receiver.join();
}

HEDDLE_PATTERN(message_is_waited_for, "Two receivers spin until the message is there; both get it") {
    message<int> box;
    std::thread sender([&] { box.send(42); });
    std::thread first([&] { heddle::ensure(box.receive() == 42, "the first receiver has the message"); });
    std::thread second([&] { heddle::ensure(box.receive() == 42, "the second receiver has the message"); });
    sender.join();
    first.join();
    second.join();
}

HEDDLE_PATTERN(message_passing_with_fences, "Relaxed accesses with a release and an acquire fence do as well") {
    int value = 0;
    std::atomic<bool> ready{false};
    std::thread sender([&] {
        value = 42;
        std::atomic_thread_fence(std::memory_order_release);
        ready.store(true, std::memory_order_relaxed);
    });
    std::thread receiver([&] {
        if (!ready.load(std::memory_order_relaxed)) return;
        std::atomic_thread_fence(std::memory_order_acquire);
        heddle::ensure(value == 42, "the message is complete");
    });
    sender.join();
    receiver.join();
}
