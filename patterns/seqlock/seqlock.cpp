#include "seqlock.hpp"

#include <thread>

#include <heddle/heddle.hpp>

HEDDLE_PATTERN(seqlock_reads_are_whole, "A reader that succeeds has seen both halves of one write") {
    seqlock lock;
    std::thread writer([&] {
        lock.write(1, 1);
        lock.write(2, 2);
    });
    std::thread reader([&] {
        int left, right;
        if (lock.try_read(left, right)) heddle::ensure(left == right, "a write is seen whole");
    });
    writer.join();
    reader.join();
}

HEDDLE_PATTERN(seqlock_even_means_whole, "In every state: where the version is even, both halves are those of one write") {
    seqlock lock;
    heddle::invariant whole("an even version means whole data",
                            implies(heddle::value(lock.version()) % 2 == 0,
                                    heddle::value(lock.left()) == heddle::value(lock.right())));
    std::thread writer([&] {
        lock.write(1, 1);
        lock.write(2, 2);
    });
    std::thread reader([&] {
        int left, right;
        lock.try_read(left, right);
    });
    writer.join();
    reader.join();
}
