// boost::lockfree::stack from the distribution's unmodified headers. Its free list is the queue's: see boost_queue.cpp.
#include <boost/lockfree/stack.hpp>
#include <heddle/heddle.hpp>
#include <thread>

HEDDLE_PATTERN(stack_from_one_thread_to_another, "One pusher, one popper: an item arrives whole or not at all") {
    boost::lockfree::stack<int> stack(1);
    std::thread pusher([&] { stack.push(42); });
    std::thread popper([&] {
        int item = 0;
        if (stack.pop(item)) heddle::ensure(item == 42, "the item is the one pushed");
    });
    pusher.join();
    popper.join();
}

HEDDLE_PATTERN(stack_of_fixed_size_fills_up, "A stack with room for one takes one item from two threads at most") {
    boost::lockfree::stack<int, boost::lockfree::capacity<1>> stack;
    stack.push(1);
    bool pushed = false;
    int popped = 0;
    std::thread pusher([&] { pushed = stack.push(2); });
    std::thread popper([&] { stack.pop(popped); });
    pusher.join();
    popper.join();
    heddle::ensure(popped == 1, "the second item finds no room before the first is gone");
    int left = 0;
    heddle::ensure(stack.pop(left) == pushed && left == (pushed ? 2 : 0), "the second item is there if there was room for it");
}

HEDDLE_PATTERN(stack_with_fresh_nodes, "Two threads push nodes they allocate: both items are on the stack afterwards") {
    boost::lockfree::stack<int> stack(0);
    std::thread first([&] { stack.push(1); });
    std::thread second([&] { stack.push(2); });
    first.join();
    second.join();
    int a = 0, b = 0, c = 0;
    heddle::ensure(stack.pop(a) && stack.pop(b) && !stack.pop(c), "there are two items");
    heddle::ensure(a + b == 3, "one from each thread");
}

HEDDLE_PATTERN(stack_popped_by_two, "A slow pop reads the link of a node that a faster one has given back to the free list", "data race") {
    boost::lockfree::stack<int> stack(2);
    stack.push(1);
    stack.push(2);
    auto pop = [&] {
        int item = 0;
        stack.pop(item);
    };
    std::thread first(pop);
    std::thread second(pop);
    first.join();
    second.join();
}
