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
