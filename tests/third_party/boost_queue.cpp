// boost::lockfree::queue from the distribution's unmodified headers.
//
// Nodes come from a free list whose links are plain words in memory that the queue's nodes use too. A thread that is slow to
// allocate reads such a link while a faster one already builds its node there; the value is thrown away, because a tag makes
// the compare-exchange fail, but the read is a data race by the letter of C++. The patterns below state it where it happens.
#include <boost/lockfree/queue.hpp>
#include <heddle/heddle.hpp>
#include <thread>

HEDDLE_PATTERN(queue_from_one_thread_to_another, "One producer, one consumer: an item arrives whole or not at all") {
    boost::lockfree::queue<int> queue(1);
    std::thread producer([&] { queue.push(42); });
    std::thread consumer([&] {
        int item = 0;
        if (queue.pop(item)) heddle::ensure(item == 42, "the item is the one pushed");
    });
    producer.join();
    consumer.join();
}

HEDDLE_PATTERN(queue_of_fixed_size, "The same with nodes in an array and 16-bit indices for links") {
    boost::lockfree::queue<int, boost::lockfree::capacity<2>> queue;
    std::thread producer([&] { queue.push(42); });
    std::thread consumer([&] {
        int item = 0;
        if (queue.pop(item)) heddle::ensure(item == 42, "the item is the one pushed");
    });
    producer.join();
    consumer.join();
}

HEDDLE_PATTERN(queue_with_fresh_nodes, "Two producers that allocate their nodes: both items are in the queue afterwards") {
    boost::lockfree::queue<int> queue(0);
    std::thread first([&] { queue.push(1); });
    std::thread second([&] { queue.push(2); });
    first.join();
    second.join();
    int a = 0, b = 0, c = 0;
    heddle::ensure(queue.pop(a) && queue.pop(b) && !queue.pop(c), "there are two items");
    heddle::ensure(a + b == 3, "one from each producer");
}

HEDDLE_PATTERN(queue_with_pooled_nodes, "Two producers that take their nodes from the free list read a link that is being overwritten",
               "data race") {
    boost::lockfree::queue<int> queue(2);
    std::thread first([&] { queue.push(1); });
    std::thread second([&] { queue.push(2); });
    first.join();
    second.join();
}
