// expect: clean
// All headers of race detectors are there, whatever the compiler brings, and what they declare can be called.
#include <sanitizer/allocator_interface.h>
#include <sanitizer/common_interface_defs.h>
#include <sanitizer/tsan_interface.h>
#include <sanitizer/tsan_interface_atomic.h>
#include <thread>

__tsan_atomic32 turn, plain;
__tsan_atomic64 sum;

int main() {
    std::thread other([] {
        plain = 1;
        __tsan_atomic32_store(&turn, 1, __tsan_memory_order_release);
        __tsan_atomic64_fetch_add(&sum, 5, __tsan_memory_order_relaxed);
    });
    while (__tsan_atomic32_load(&turn, __tsan_memory_order_acquire) != 1) {}
    const bool seen = plain == 1;
    other.join();
    int* block = new int;
    const bool owned = __sanitizer_get_ownership(block);
    delete block;
    __tsan_atomic64 expected = 5;
    return !(seen && owned && __tsan_atomic64_compare_exchange_strong(&sum, &expected, 6, __tsan_memory_order_acq_rel, __tsan_memory_order_acquire));
}
