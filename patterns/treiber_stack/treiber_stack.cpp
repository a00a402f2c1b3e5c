#include "treiber_stack.hpp"

#include <thread>

#include <heddle/heddle.hpp>

using stack = treiber_stack<int>;

HEDDLE_PATTERN(pushes_are_kept, "Two threads push; both nodes are on the stack afterwards") {
    stack shared;
    stack::node nodes[2] = {{1}, {2}};
    std::thread a([&] { shared.push(nodes[0]); });
    std::thread b([&] { shared.push(nodes[1]); });
    a.join();
    b.join();
    stack::node* first = shared.pop();
    stack::node* second = shared.pop();
    heddle::ensure(first && second && first->value + second->value == 3, "both nodes come back");
    heddle::ensure(!shared.pop(), "and no third");
}

HEDDLE_PATTERN(a_node_is_popped_once, "Two threads pop from a stack of two; each gets a node, not the same") {
    stack shared;
    stack::node nodes[2] = {{1}, {2}};
    shared.push(nodes[0]);
    shared.push(nodes[1]);
    int popped[2] = {};
    auto pop = [&](int me) {
        if (stack::node* node = shared.pop()) popped[me] = node->value;
    };
    std::thread a(pop, 0);
    std::thread b(pop, 1);
    a.join();
    b.join();
    heddle::ensure(popped[0] + popped[1] == 3 && popped[0] != popped[1], "each node is popped once");
}

HEDDLE_PATTERN(push_and_pop_meet, "Two threads push a node and pop one each; what is pushed is what comes out") {
    stack shared;
    stack::node nodes[2] = {{1}, {2}};
    int popped[2] = {};
    auto push_and_pop = [&](int me) {
        shared.push(nodes[me]);
        stack::node* node = shared.pop();
        heddle::ensure(node, "there is a node for everyone who pushed");
        popped[me] = node->value;
    };
    std::thread a(push_and_pop, 0);
    std::thread b(push_and_pop, 1);
    a.join();
    b.join();
    heddle::ensure(popped[0] + popped[1] == 3 && popped[0] != popped[1], "each node is popped once");
}
