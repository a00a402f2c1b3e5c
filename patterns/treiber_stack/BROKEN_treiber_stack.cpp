#include <atomic>
#include <thread>

#include <heddle/heddle.hpp>

namespace {

struct node {
    int value = 0;
    node* next = nullptr;
};

// Nodes that are pushed again while a pop may still look at them need an atomic link to be free of races; that does not make
// them right.
struct recycled_node {
    std::atomic<recycled_node*> next{nullptr};
    std::atomic<int> owners{0};
};

class recycling_stack {
public:
    void push(recycled_node& pushed) {
        recycled_node* top = top_.load();
        do {
            pushed.next.store(top);
        } while (!top_.compare_exchange_strong(top, &pushed));
    }

    recycled_node* pop() {
        recycled_node* top = top_.load();
        while (top && !top_.compare_exchange_strong(top, top->next.load())) {
        }
        return top;
    }

private:
    std::atomic<recycled_node*> top_{nullptr};
};

} // namespace

HEDDLE_PATTERN(push_published_relaxed, "A relaxed push shows the node before what is in it", "data race") {
    std::atomic<node*> top{nullptr};
    node pushed;
    std::thread pusher([&] {
        pushed.value = 1;
        pushed.next = top.load(std::memory_order_relaxed);
        while (!top.compare_exchange_strong(pushed.next, &pushed, std::memory_order_relaxed)) {
        }
    });
    std::thread popper([&] {
        node* seen = top.load(std::memory_order_acquire);
        if (seen && top.compare_exchange_strong(seen, seen->next, std::memory_order_acquire)) heddle::ensure(seen->value == 1);
    });
    pusher.join();
    popper.join();
}

HEDDLE_PATTERN(push_without_compare, "Load and store instead of compare_exchange: a node pushed in between is lost", "assertion") {
    std::atomic<node*> top{nullptr};
    node nodes[2];
    auto push = [&](int me) {
        nodes[me].next = top.load(std::memory_order_acquire);
        top.store(&nodes[me], std::memory_order_release);
    };
    std::thread a(push, 0);
    std::thread b(push, 1);
    a.join();
    b.join();
    node* first = top.load();
    heddle::ensure(first && first->next, "both nodes are on the stack");
}

HEDDLE_PATTERN(popped_node_is_pushed_again, "ABA: the top is the same node again, but what was below it is gone", "assertion") {
    recycling_stack shared;
    recycled_node low, high;
    shared.push(low);
    shared.push(high);
    auto take = [](recycled_node* node) {
        if (node) heddle::ensure(node->owners.fetch_add(1) == 0, "a popped node has one owner");
    };
    std::thread slow([&] {
        take(shared.pop());
        take(shared.pop());
    });
    std::thread quick([&] {
        recycled_node* first = shared.pop();
        take(shared.pop());
        if (first) shared.push(*first);
    });
    slow.join();
    quick.join();
}
