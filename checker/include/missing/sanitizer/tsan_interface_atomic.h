/* Atomic operations by the names that instrumentation has for them. Found only where the compiler does not bring the header
   itself. */
#ifndef TSAN_INTERFACE_ATOMIC_H
#define TSAN_INTERFACE_ATOMIC_H

#ifdef __cplusplus
extern "C" {
#endif

typedef char __tsan_atomic8;
typedef short __tsan_atomic16;
typedef int __tsan_atomic32;
typedef long __tsan_atomic64;
__extension__ typedef __int128 __tsan_atomic128;
#define __TSAN_HAS_INT128 1

typedef enum {
  __tsan_memory_order_relaxed,
  __tsan_memory_order_consume,
  __tsan_memory_order_acquire,
  __tsan_memory_order_release,
  __tsan_memory_order_acq_rel,
  __tsan_memory_order_seq_cst
} __tsan_memory_order;

#define HEDDLE_UPDATE(bits, name)                                                                                      \
  __tsan_atomic##bits __tsan_atomic##bits##_##name(volatile __tsan_atomic##bits *object, __tsan_atomic##bits value,    \
                                                   __tsan_memory_order order);
#define HEDDLE_ATOMIC(bits)                                                                                            \
  __tsan_atomic##bits __tsan_atomic##bits##_load(const volatile __tsan_atomic##bits *object, __tsan_memory_order order); \
  void __tsan_atomic##bits##_store(volatile __tsan_atomic##bits *object, __tsan_atomic##bits value,                    \
                                   __tsan_memory_order order);                                                         \
  HEDDLE_UPDATE(bits, exchange)                                                                                        \
  HEDDLE_UPDATE(bits, fetch_add)                                                                                       \
  HEDDLE_UPDATE(bits, fetch_sub)                                                                                       \
  HEDDLE_UPDATE(bits, fetch_and)                                                                                       \
  HEDDLE_UPDATE(bits, fetch_or)                                                                                        \
  HEDDLE_UPDATE(bits, fetch_xor)                                                                                       \
  HEDDLE_UPDATE(bits, fetch_nand)                                                                                      \
  int __tsan_atomic##bits##_compare_exchange_weak(volatile __tsan_atomic##bits *object, __tsan_atomic##bits *expected,  \
                                                  __tsan_atomic##bits value, __tsan_memory_order order,                \
                                                  __tsan_memory_order on_failure);                                     \
  int __tsan_atomic##bits##_compare_exchange_strong(volatile __tsan_atomic##bits *object,                              \
                                                    __tsan_atomic##bits *expected, __tsan_atomic##bits value,          \
                                                    __tsan_memory_order order, __tsan_memory_order on_failure);        \
  __tsan_atomic##bits __tsan_atomic##bits##_compare_exchange_val(                                                      \
      volatile __tsan_atomic##bits *object, __tsan_atomic##bits expected, __tsan_atomic##bits value,                   \
      __tsan_memory_order order, __tsan_memory_order on_failure);
HEDDLE_ATOMIC(8)
HEDDLE_ATOMIC(16)
HEDDLE_ATOMIC(32)
HEDDLE_ATOMIC(64)
HEDDLE_ATOMIC(128)
#undef HEDDLE_ATOMIC
#undef HEDDLE_UPDATE

void __tsan_atomic_thread_fence(__tsan_memory_order order);
void __tsan_atomic_signal_fence(__tsan_memory_order order);

#ifdef __cplusplus
}
#endif
#endif
