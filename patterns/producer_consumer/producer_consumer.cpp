#include "producer_consumer.hpp"

#include <thread>

#include <heddle/heddle.hpp>

HEDDLE_PATTERN(items_arrive_in_order, "Through a buffer with room for one, two items arrive once each and in order") {
    bounded_buffer<int, 1> buffer;
    std::thread producer([&] {
        buffer.put(1);
        buffer.put(2);
    });
    std::thread consumer([&] {
        heddle::ensure(buffer.take() == 1, "the first item comes first");
        heddle::ensure(buffer.take() == 2, "the second item comes second");
    });
    producer.join();
    consumer.join();
}

HEDDLE_PATTERN(two_consumers_share_the_items, "Two consumers take one item each; nobody gets one twice, nobody starves") {
    bounded_buffer<int, 2> buffer;
    int taken[2] = {};
    std::thread producer([&] {
        buffer.put(1);
        buffer.put(2);
    });
    std::thread first([&] { taken[0] = buffer.take(); });
    std::thread second([&] { taken[1] = buffer.take(); });
    producer.join();
    first.join();
    second.join();
    heddle::ensure(taken[0] + taken[1] == 3 && taken[0] != taken[1], "each item is taken once");
}

HEDDLE_PATTERN(buffer_holds_what_it_can, "In no state does the buffer hold more than it has room for, or less than nothing") {
    bounded_buffer<int, 1> buffer;
    heddle::invariant occupancy("the buffer holds 0 or 1 items", heddle::value(buffer.count()) <= 1);
    std::thread producer([&] {
        buffer.put(1);
        buffer.put(2);
    });
    std::thread first([&] { buffer.take(); });
    std::thread second([&] { buffer.take(); });
    producer.join();
    first.join();
    second.join();
}
