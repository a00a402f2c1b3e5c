// Locks for readers and writers that let the wrong ones in, or leave the right ones out.
#include <condition_variable>
#include <mutex>
#include <thread>

#include <heddle/heddle.hpp>

namespace {

// What the broken locks have in common.
struct lock_state {
    std::mutex mutex;
    std::condition_variable changed;
    int readers = 0;
    bool writing = false;
};

} // namespace

HEDDLE_PATTERN(writer_ignores_readers, "The writer waits for other writers only and writes while someone reads", "data race") {
    lock_state state;
    int value = 0;
    std::thread writer([&] {
        {
            std::unique_lock lock(state.mutex);
            state.changed.wait(lock, [&] { return !state.writing; });
            state.writing = true;
        }
        value = 1;
        std::lock_guard guard(state.mutex);
        state.writing = false;
        state.changed.notify_all();
    });
    std::thread reader([&] {
        {
            std::unique_lock lock(state.mutex);
            state.changed.wait(lock, [&] { return !state.writing; });
            ++state.readers;
        }
        heddle::ensure(value == 0 || value == 1);
        std::lock_guard guard(state.mutex);
        if (--state.readers == 0) state.changed.notify_all();
    });
    writer.join();
    reader.join();
}

HEDDLE_PATTERN(last_reader_tells_nobody, "The last reader leaves without waking the writer that waits for it", "deadlock") {
    lock_state state;
    std::thread writer([&] {
        std::unique_lock lock(state.mutex);
        state.changed.wait(lock, [&] { return state.readers == 0; });
    });
    std::thread reader([&] {
        {
            std::lock_guard guard(state.mutex);
            ++state.readers;
        }
        std::lock_guard guard(state.mutex);
        --state.readers;
    });
    writer.join();
    reader.join();
}

HEDDLE_PATTERN(readers_upgrade_together, "Two readers become writers without letting go: each waits for the other to stop reading",
               "deadlock") {
    lock_state state;
    auto read_then_write = [&] {
        std::unique_lock lock(state.mutex);
        state.changed.wait(lock, [&] { return !state.writing; });
        ++state.readers;
        lock.unlock();
        lock.lock();
        state.changed.wait(lock, [&] { return state.readers == 1; });
        --state.readers;
        state.changed.notify_all();
    };
    std::thread first(read_then_write);
    std::thread second(read_then_write);
    first.join();
    second.join();
}

HEDDLE_PATTERN(writer_enters_with_a_reader, "The writer that ignores readers, with nothing to race on: seen by the invariant alone",
               "invariant") {
    lock_state state;
    heddle::invariant alone("a writer is alone", !(heddle::at("writing") >= 1 && heddle::at("reading") >= 1));
    std::thread writer([&] {
        {
            std::unique_lock lock(state.mutex);
            state.changed.wait(lock, [&] { return !state.writing; });
            state.writing = true;
        }
        { heddle::region writing("writing"); }
        std::lock_guard guard(state.mutex);
        state.writing = false;
        state.changed.notify_all();
    });
    std::thread reader([&] {
        {
            std::unique_lock lock(state.mutex);
            state.changed.wait(lock, [&] { return !state.writing; });
            ++state.readers;
        }
        { heddle::region reading("reading"); }
        std::lock_guard guard(state.mutex);
        if (--state.readers == 0) state.changed.notify_all();
    });
    writer.join();
    reader.join();
}

HEDDLE_PATTERN(two_readers_may_read, "Not a bug of the lock but of the invariant: readers share", "invariant") {
    lock_state state;
    heddle::invariant one("only one reads", heddle::at("reading") <= 1);
    auto read = [&] {
        {
            std::lock_guard guard(state.mutex);
            ++state.readers;
        }
        { heddle::region reading("reading"); }
        std::lock_guard guard(state.mutex);
        --state.readers;
    };
    std::thread first(read);
    std::thread second(read);
    first.join();
    second.join();
}
