// What the C programs share: meeting without being ordered by it (the race detectors know these two functions).
#pragma once
#include <pthread.h>
#include <time.h>
#ifdef __cplusplus
extern "C" {
#endif
void __tsan_testonly_barrier_init(unsigned long long* barrier, unsigned count);
void __tsan_testonly_barrier_wait(unsigned long long* barrier);
#ifdef __cplusplus
}
#endif
static unsigned long long meeting __attribute__((unused));
static inline __attribute__((unused)) void meet_of(unsigned count) { __tsan_testonly_barrier_init(&meeting, count); }
static inline __attribute__((unused)) void meet(void) { __tsan_testonly_barrier_wait(&meeting); }
