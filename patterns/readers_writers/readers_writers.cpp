#include "readers_writers.hpp"

#include <atomic>
#include <shared_mutex>
#include <thread>

#include <heddle/heddle.hpp>

HEDDLE_PATTERN(readers_see_whole_writes, "Two readers and a writer: a reader sees both halves of a write or neither") {
    readers_writers_lock lock;
    int left = 0, right = 0;
    auto read = [&] {
        std::shared_lock shared(lock);
        heddle::ensure(left == right, "a write is seen whole");
    };
    std::thread first(read);
    std::thread second(read);
    std::thread writer([&] {
        std::unique_lock alone(lock);
        left = 1;
        right = 1;
    });
    first.join();
    second.join();
    writer.join();
}

HEDDLE_PATTERN(writers_exclude_each_other, "Two writers, one after the other; no write is lost") {
    readers_writers_lock lock;
    int value = 0;
    auto write = [&] {
        std::unique_lock alone(lock);
        ++value;
    };
    std::thread first(write);
    std::thread second(write);
    first.join();
    second.join();
    heddle::ensure(value == 2, "no write is lost");
}

HEDDLE_PATTERN(no_writer_with_a_reader, "In no state does somebody read while somebody writes, or do two write; two may read") {
    readers_writers_lock lock;
    heddle::invariant alone("a writer is alone", implies(heddle::at("writing") >= 1, heddle::at("writing") == 1 && heddle::at("reading") == 0));
    auto read = [&] {
        std::shared_lock shared(lock);
        heddle::region reading("reading");
    };
    std::thread first(read);
    std::thread second(read);
    std::thread writer([&] {
        std::unique_lock alone(lock);
        heddle::region writing("writing");
    });
    first.join();
    second.join();
    writer.join();
}
