// Stands in front of libstdc++'s own header. Its std::atomic<std::shared_ptr> and atomic<weak_ptr> keep the pointer under a lock
// (one bit of the count's address), and in libstdc++ 12 load(), wait() and a compare_exchange that fails give that lock back
// with memory_order_relaxed, so that formally their read of the pointer races with the next store. No program is to blame
// for that, and none can help it. While this is read, giving the lock back is a release, as later versions have it. What it
// orders beyond C++'s promise only holds in the one order of two operations; their other order is explored, too.
// Test: tests/faults/atomic_shared_ptr_load.cpp.
#pragma GCC system_header

#include <bits/atomic_base.h>

#if defined(__cplusplus) && __cplusplus >= 202002L
namespace heddle_shadow {
constexpr std::memory_order giving_back(std::memory_order order) {
    return order == std::memory_order_seq_cst ? order : std::memory_order_acq_rel;
}
} // namespace heddle_shadow
#define fetch_sub(count, order) fetch_sub(count, ::heddle_shadow::giving_back(order))
#endif

#include_next <bits/shared_ptr_atomic.h>

#undef fetch_sub
