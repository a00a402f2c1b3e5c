// What goes wrong when the guard is left out, never given back, or replaced by an atomic that is read and written apart.
#include <atomic>
#include <mutex>
#include <thread>

#include <heddle/heddle.hpp>

HEDDLE_PATTERN(counter_with_one_unguarded_addition, "One of two threads forgets the mutex", "data race") {
    std::mutex mutex;
    int value = 0;
    std::thread careful([&] {
        std::lock_guard guard(mutex);
        ++value;
    });
    std::thread careless([&] { ++value; });
    careful.join();
    careless.join();
}

HEDDLE_PATTERN(counter_with_two_mutexes, "Each thread holds a mutex, but not the same one", "data race") {
    std::mutex first, second;
    int value = 0;
    std::thread a([&] {
        std::lock_guard guard(first);
        ++value;
    });
    std::thread b([&] {
        std::lock_guard guard(second);
        ++value;
    });
    a.join();
    b.join();
}

HEDDLE_PATTERN(counter_whose_mutex_is_kept, "A thread ends without unlocking; the other waits for ever", "deadlock") {
    std::mutex mutex;
    int value = 0;
    auto add_and_forget = [&] {
        mutex.lock();
        ++value;
    };
    std::thread a(add_and_forget);
    std::thread b(add_and_forget);
    a.join();
    b.join();
}

HEDDLE_PATTERN(atomic_counter_read_and_written_apart, "No race, but an addition between the load and the store is lost",
               "assertion") {
    std::atomic<int> value{0};
    auto add = [&] { value.store(value.load() + 1); };
    std::thread a(add);
    std::thread b(add);
    a.join();
    b.join();
    heddle::ensure(value == 2, "every addition counts");
}
