// boost::lockfree::spsc_queue from the distribution's unmodified headers: right with one producer and one consumer, and with no more.
#include <boost/lockfree/spsc_queue.hpp>
#include <heddle/heddle.hpp>
#include <thread>

HEDDLE_PATTERN(spsc_queue_keeps_the_order, "One producer, one consumer: what is popped is a prefix of what was pushed") {
    boost::lockfree::spsc_queue<int, boost::lockfree::capacity<2>> queue;
    std::thread producer([&] {
        queue.push(1);
        queue.push(2);
    });
    std::thread consumer([&] {
        int next = 1, item = 0;
        for (int i = 0; i < 2; ++i)
            if (queue.pop(item)) heddle::ensure(item == next++, "items come in the order they were pushed");
    });
    producer.join();
    consumer.join();
}

HEDDLE_PATTERN(spsc_queue_reuses_its_slots, "A queue with room for one refuses the second item until the first is gone") {
    boost::lockfree::spsc_queue<int, boost::lockfree::capacity<1>> queue;
    int popped = 0;
    bool second_fits = false;
    std::thread producer([&] {
        queue.push(1);
        second_fits = queue.push(2);
    });
    std::thread consumer([&] { queue.pop(popped); });
    producer.join();
    consumer.join();
    heddle::ensure(popped == 0 || popped == 1, "the first item comes first");
    heddle::ensure(!second_fits || popped == 1, "there is room for the second only after the first was popped");
}

HEDDLE_PATTERN(spsc_queue_with_two_producers, "Two producers write to the same slot", "data race") {
    boost::lockfree::spsc_queue<int, boost::lockfree::capacity<2>> queue;
    std::thread first([&] { queue.push(1); });
    std::thread second([&] { queue.push(2); });
    first.join();
    second.join();
}

HEDDLE_PATTERN(spsc_queue_with_two_consumers, "Two consumers take the same slot and tell the producer that it is free", "assertion") {
    boost::lockfree::spsc_queue<int, boost::lockfree::capacity<2>> queue;
    queue.push(1);
    bool popped[2] = {};
    auto pop = [&](int me) {
        int item = 0;
        popped[me] = queue.pop(item);
    };
    std::thread first(pop, 0);
    std::thread second(pop, 1);
    first.join();
    second.join();
    heddle::ensure(!(popped[0] && popped[1]), "one item is popped once");
}
