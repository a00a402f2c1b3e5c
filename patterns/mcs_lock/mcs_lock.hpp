// The queue lock of Mellor-Crummey and Scott: every waiter spins on a flag of its own and is woken by its predecessor.
#pragma once

#include <atomic>

class mcs_lock {
public:
    /// A place in the queue; the caller keeps it alive and in place from lock to unlock.
    struct node {
        std::atomic<node*> next{nullptr};
        std::atomic<bool> waiting{false};
    };

    void lock(node& me) {
        me.next.store(nullptr, std::memory_order_relaxed);
        me.waiting.store(true, std::memory_order_relaxed);
        node* before = tail_.exchange(&me, std::memory_order_acq_rel);
        if (!before) return;
        before->next.store(&me, std::memory_order_release);
        while (me.waiting.load(std::memory_order_acquire)) {
        }
    }

    void unlock(node& me) {
        node* after = me.next.load(std::memory_order_acquire);
        if (!after) {
            node* last = &me;
            if (tail_.compare_exchange_strong(last, nullptr, std::memory_order_release, std::memory_order_relaxed)) return;
            // Someone is in the queue behind us and about to say so.
            while (!(after = me.next.load(std::memory_order_acquire))) {
            }
        }
        after->waiting.store(false, std::memory_order_release);
    }

private:
    std::atomic<node*> tail_{nullptr};
};

/// Holds an mcs_lock for a scope.
class mcs_guard {
public:
    explicit mcs_guard(mcs_lock& lock) : lock_(lock) { lock_.lock(node_); }
    ~mcs_guard() { lock_.unlock(node_); }
    mcs_guard(const mcs_guard&) = delete;
    mcs_guard& operator=(const mcs_guard&) = delete;

private:
    mcs_lock& lock_;
    mcs_lock::node node_;
};
