// The race detectors' interface for managed heaps, as far as the programs here use it.
#pragma once
#include "meet.h"
#ifdef __cplusplus
extern "C" {
#endif
typedef unsigned long jptr;
void __tsan_java_init(jptr begin, jptr size);
int __tsan_java_fini(void);
void __tsan_java_alloc(jptr start, jptr size);
void __tsan_java_free(jptr start, jptr size);
void __tsan_java_move(jptr from, jptr to, jptr size);
void __tsan_java_finalize(void);
jptr __tsan_java_find(jptr *from, jptr to);
void __tsan_java_mutex_lock(jptr lock);
void __tsan_java_mutex_unlock(jptr lock);
void __tsan_java_mutex_read_lock(jptr lock);
void __tsan_java_mutex_read_unlock(jptr lock);
void __tsan_java_mutex_lock_rec(jptr lock, int levels);
int __tsan_java_mutex_unlock_rec(jptr lock);
void __tsan_java_acquire(jptr address);
void __tsan_java_release(jptr address);
void __tsan_java_release_store(jptr address);
#ifdef __cplusplus
}
#endif
static jptr managed_heap[1024] __attribute__((aligned(64), unused));

/* The interface is told of monitors and takes none: keeping threads apart is its user's business. Here a flag does it, whose
   relaxed order orders nothing for the detector: that is left to what it is told. */
static int monitor_taken;
static inline __attribute__((unused)) void enter_monitor(void) {
    while (__atomic_exchange_n(&monitor_taken, 1, __ATOMIC_RELAXED)) {}
}
static inline __attribute__((unused)) void leave_monitor(void) { __atomic_store_n(&monitor_taken, 0, __ATOMIC_RELAXED); }
