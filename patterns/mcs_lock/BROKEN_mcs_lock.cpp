#include <atomic>
#include <thread>

#include <heddle/heddle.hpp>

namespace {

struct node {
    std::atomic<node*> next{nullptr};
    std::atomic<bool> waiting{true};
};

} // namespace

HEDDLE_PATTERN(mcs_unlock_overlooks_the_newcomer, "A successor that has not linked itself yet is never woken", "livelock") {
    std::atomic<node*> tail{nullptr};
    node nodes[2];
    auto enter_and_leave = [&](int i) {
        node& me = nodes[i];
        if (node* before = tail.exchange(&me, std::memory_order_acq_rel)) {
            before->next.store(&me, std::memory_order_release);
            while (me.waiting.load(std::memory_order_acquire)) {
            }
        }
        if (node* after = me.next.load(std::memory_order_acquire)) {
            after->waiting.store(false, std::memory_order_release);
            return;
        }
        node* last = &me;
        tail.compare_exchange_strong(last, nullptr, std::memory_order_release, std::memory_order_relaxed);
        // It should look at `next` again when this fails.
    };
    std::thread a(enter_and_leave, 0);
    std::thread b(enter_and_leave, 1);
    a.join();
    b.join();
}

HEDDLE_PATTERN(mcs_lock_woken_relaxed, "The successor is woken with a relaxed store and may not see what the last holder wrote",
               "data race") {
    std::atomic<node*> tail{nullptr};
    node nodes[2];
    int value = 0;
    auto add = [&](int i) {
        node& me = nodes[i];
        if (node* before = tail.exchange(&me, std::memory_order_acq_rel)) {
            before->next.store(&me, std::memory_order_release);
            while (me.waiting.load(std::memory_order_acquire)) {
            }
        }
        ++value;
        node* last = &me;
        if (tail.compare_exchange_strong(last, nullptr, std::memory_order_release, std::memory_order_relaxed)) return;
        node* after;
        while (!(after = me.next.load(std::memory_order_acquire))) {
        }
        after->waiting.store(false, std::memory_order_relaxed);
    };
    std::thread a(add, 0);
    std::thread b(add, 1);
    a.join();
    b.join();
}

HEDDLE_PATTERN(mcs_lock_does_not_wait, "The newcomer waits on a flag that nobody has set: it does not wait at all",
               "invariant") {
    std::atomic<node*> tail{nullptr};
    node nodes[2];
    for (node& n : nodes) n.waiting = false;
    heddle::invariant one_at_a_time("at most one thread is inside", heddle::at("inside") <= 1);
    auto enter = [&](int i) {
        node& me = nodes[i];
        if (node* before = tail.exchange(&me, std::memory_order_acq_rel)) {
            before->next.store(&me, std::memory_order_release);
            while (me.waiting.load(std::memory_order_acquire)) { // nobody has ever set it
            }
        }
        { heddle::region inside("inside"); }
        node* last = &me;
        if (tail.compare_exchange_strong(last, nullptr, std::memory_order_release, std::memory_order_relaxed)) return;
        node* after;
        while (!(after = me.next.load(std::memory_order_acquire))) {
        }
        after->waiting.store(false, std::memory_order_release);
    };
    std::thread a(enter, 0);
    std::thread b(enter, 1);
    a.join();
    b.join();
}
