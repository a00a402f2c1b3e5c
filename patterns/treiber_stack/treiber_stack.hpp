// Treiber's lock-free stack of nodes that the caller owns. A node that was popped may be read by a slower pop for a while:
// keep it alive, and do not push it again, until no pop that began before is still running (else ABA: see BROKEN_treiber_stack.cpp).
#pragma once

#include <atomic>

template <class T>
class treiber_stack {
public:
    struct node {
        T value{};
        node* next = nullptr; // written before the node is published, constant afterwards
    };

    void push(node& pushed) {
        pushed.next = top_.load(std::memory_order_relaxed);
        while (!top_.compare_exchange_weak(pushed.next, &pushed, std::memory_order_release, std::memory_order_relaxed)) {
        }
    }

    /// The node on top, or null if the stack is empty.
    node* pop() {
        node* top = top_.load(std::memory_order_acquire);
        while (top && !top_.compare_exchange_weak(top, top->next, std::memory_order_acquire, std::memory_order_acquire)) {
        }
        return top;
    }

private:
    std::atomic<node*> top_{nullptr};
};
